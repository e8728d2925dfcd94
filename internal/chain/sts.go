package chain

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag/internal/signature"
)

// role is what STS is asked for. Source: AssumeRole and AssumeRoleWithOIDC, STS 2015-04-01.
type role struct {
	arn, session, policy, externalID string
	seconds                          int // 0: 3600
	endpoint                         string
}

// check refuses what STS would refuse.
func (r role) check() error {
	if r.arn == "" {
		return errors.New("it names no role (ram_role_arn, role_arn)")
	}
	if r.seconds != 0 && r.seconds < 900 {
		return errors.New("a session lasts 900 seconds at least (expired_seconds)")
	}
	return nil
}

func (r role) parameters() map[string]string {
	p := map[string]string{
		"RoleArn":         r.arn,
		"RoleSessionName": cmp.Or(r.session, os.Getenv(varSessionName), "untag-"+nonce()[:16]),
		"DurationSeconds": strconv.Itoa(cmp.Or(r.seconds, 3600)),
	}
	if r.policy != "" {
		p["Policy"] = r.policy
	}
	if r.externalID != "" {
		p["ExternalId"] = r.externalID
	}
	return p
}

// assume exchanges the keys of before for those of a role.
func assume(r role, before func() (keys, error)) func() (keys, error) {
	return func() (keys, error) {
		k, err := before()
		if err != nil {
			return keys{}, err
		}
		if k.id == "" {
			return keys{}, errors.New("a bearer token cannot assume a role")
		}
		p := r.parameters()
		p["AccessKeyId"] = k.id
		p["SignatureMethod"], p["SignatureVersion"], p["SignatureNonce"] = "HMAC-SHA1", "1.0", nonce()
		if k.token != "" {
			p["SecurityToken"] = k.token
		}
		return askSTS(r.endpoint, "AssumeRole", p, k.secret, "is "+shownARN(r.arn)+" right, does it trust this identity, and may that sts:AssumeRole?", k.id, k.secret, k.token)
	}
}

// assumeWithToken exchanges a token of an OIDC identity provider, read anew each time, for the keys of a role.
func assumeWithToken(r role, providerARN string, read func() (string, error)) func() (keys, error) {
	return func() (keys, error) {
		token, err := read()
		if err != nil {
			return keys{}, err
		}
		p := r.parameters()
		p["OIDCProviderArn"], p["OIDCToken"] = providerARN, token
		return askSTS(r.endpoint, "AssumeRoleWithOIDC", p, "", "are the role "+shownARN(r.arn)+" and the provider "+shownARN(providerARN)+
			" right, and does the role trust this token's issuer, audience and subject?", token)
	}
}

// askSTS calls an action with parameters that it may change. The secret signs them (V1); "": they are not signed. What is
// no secret goes into the query, as the vendor's SDKs send it; the rest is in the body, out of the logs of what is between.
func askSTS(endpoint, action string, parameters map[string]string, secret, advice string, secrets ...string) (keys, error) {
	public := map[string]string{
		"Action": action, "Version": "2015-04-01", "Format": "JSON", "Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05Z"),
	}
	if secret != "" {
		all := maps.Clone(parameters)
		maps.Copy(all, public)
		text, _ := signature.NewSigner(parameters["AccessKeyId"], secret).V1(nil, http.MethodPost, encode(all))
		parameters["Signature"] = text
		secrets = append(secrets, text)
	}
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	answer, err := ask(http.MethodPost, "https://"+endpoint+"/?"+string(encode(public)), header, encode(parameters), patience, secrets...)
	if err != nil {
		return keys{}, err
	}
	var data struct {
		RequestID     string `json:"RequestId"`
		Code, Message string
		Credentials   session
	}
	malformed := json.Unmarshal(answer.body, &data) != nil
	if answer.status != http.StatusOK || data.Code != "" {
		if malformed {
			data.Message = "not an answer of the service"
		}
		return keys{}, refusal("STS "+action, answer.status, data.Code, data.Message, data.RequestID, advice, secrets...)
	}
	if malformed {
		return keys{}, errors.New("the answer of " + endpoint + " is none of STS")
	}
	return data.Credentials.keys("STS " + action)
}

func encode(parameters map[string]string) []byte {
	q := new(signature.Query)
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		q.Add(name, parameters[name])
	}
	return q.Bytes()
}

func nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return hex.EncodeToString(b[:])
}

var (
	regionName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)+$`)
	hostName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)
)

// stsEndpoint is the host of STS. The order is that of the vendor's command line: an endpoint beats a region, a profile's
// own setting beats the variable of its kind.
func stsEndpoint(endpoint, region string, vpc bool) (string, error) {
	if host := cmp.Or(endpoint, os.Getenv(varSTSEndpoint)); host != "" {
		host = strings.TrimSpace(host)
		if u, err := url.Parse(host); err == nil && u.Host != "" {
			if u.Scheme == "http" {
				return "", errors.New("the STS endpoint must not be http://: STS is asked over HTTPS only")
			}
			host = u.Host
		}
		host = strings.TrimSuffix(host, "/")
		if !hostName.MatchString(host) {
			return "", errors.New("the STS endpoint (sts_endpoint, " + varSTSEndpoint + ") is no host name")
		}
		return host, nil
	}
	region = cmp.Or(region, os.Getenv(varSTSRegion))
	switch {
	case region == "":
		return "sts.aliyuncs.com", nil
	case !regionName.MatchString(region):
		return "", errors.New("the STS region (sts_region, " + varSTSRegion + ") is no region's name")
	case vpc || isTrue(varVPC):
		return "sts-vpc." + region + ".aliyuncs.com", nil
	}
	return "sts." + region + ".aliyuncs.com", nil
}

// rrsa is the role of a service account in Kubernetes: its token and the role's name are in variables.
func rrsa() (*source, string, error) {
	const name = "RRSA (OIDC variables)"
	arn, provider := os.Getenv(varRoleARN), os.Getenv(varProviderARN)
	token, file := os.Getenv(varOIDCToken), os.Getenv(varOIDCFile)
	if arn == "" && provider == "" && token == "" && file == "" {
		return nil, varProviderARN + " is not set", nil
	}
	var unset []string
	for _, v := range []struct{ name, value string }{{varRoleARN, arn}, {varProviderARN, provider}, {varOIDCFile, token + file}} {
		if v.value == "" {
			unset = append(unset, v.name)
		}
	}
	if unset != nil {
		return nil, "", failure(name, fmt.Errorf("%s not set, but others of RRSA are: set all or none", are(unset)))
	}
	host, err := stsEndpoint("", "", false)
	if err != nil {
		return nil, "", failure(name, err)
	}
	return &source{name: name, fetch: assumeWithToken(role{arn: arn, endpoint: host}, provider, tokenReader(token, file))}, "", nil
}

// tokenReader reads a token that is given, or the file that holds the present one.
func tokenReader(token, file string) func() (string, error) {
	return func() (string, error) {
		if token != "" {
			return token, nil
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return "", unread("the OIDC token's file "+shownPath(file), err)
		}
		if token := strings.TrimSpace(string(data)); token != "" {
			return token, nil
		}
		return "", fmt.Errorf("the OIDC token's file %s is empty", shownPath(file))
	}
}
