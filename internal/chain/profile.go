package chain

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// profile is one of config.json. The names of the fields are those of the vendor's command line (aliyun-cli 3).
type profile struct {
	Name                   string `json:"name"`
	Mode                   string `json:"mode"`
	AccessKeyID            string `json:"access_key_id"`
	AccessKeySecret        string `json:"access_key_secret"`
	STSToken               string `json:"sts_token"`
	STSRegion              string `json:"sts_region"`
	STSEndpoint            string `json:"sts_endpoint"`
	STSExpiration          int64  `json:"sts_expiration"`
	VPC                    bool   `json:"enable_vpc"`
	RoleName               string `json:"ram_role_name"`
	RoleARN                string `json:"ram_role_arn"`
	RoleSessionName        string `json:"ram_session_name"`
	Policy                 string `json:"policy"`
	ExternalID             string `json:"external_id"`
	Seconds                int    `json:"expired_seconds"`
	SourceProfile          string `json:"source_profile"`
	ProcessCommand         string `json:"process_command"`
	CredentialsURI         string `json:"credentials_uri"`
	OIDCProviderARN        string `json:"oidc_provider_arn"`
	OIDCTokenFile          string `json:"oidc_token_file"`
	OIDCToken              string `json:"oidc_token"`
	SignInURL              string `json:"cloud_sso_sign_in_url"`
	AccountID              string `json:"cloud_sso_account_id"`
	AccessConfig           string `json:"cloud_sso_access_config"`
	AccessToken            string `json:"access_token"`
	AccessTokenExpire      int64  `json:"cloud_sso_access_token_expire"`
	OAuthSite              string `json:"oauth_site_type"`
	OAuthAccessToken       string `json:"oauth_access_token"`
	OAuthAccessTokenExpire int64  `json:"oauth_access_token_expire"`
	OAuthRefreshToken      string `json:"oauth_refresh_token"` // never used, but a refusal may quote it
	BearerToken            string `json:"bearer_token"`
	BearerTokenHeader      string `json:"bearer_token_header_key"`
}

// The modes. The command line compares them without regard to case.
const (
	modeAK         = "AK"
	modeSTS        = "StsToken"
	modeRole       = "RamRoleArn"
	modeChained    = "ChainableRamRoleArn"
	modeInstance   = "EcsRamRole"
	modeViaECS     = "RamRoleArnWithRoleName"
	modeOIDC       = "OIDC"
	modeURI        = "CredentialsURI"
	modeExternal   = "External"
	modeCloudSSO   = "CloudSSO"
	modeOAuth      = "OAuth"
	modeBearer     = "BearerToken"
	modeRSAKeyPair = "RsaKeyPair"
)

var modes = []string{
	modeAK, modeSTS, modeRole, modeChained, modeInstance, modeViaECS, modeOIDC, modeURI, modeExternal, modeCloudSSO, modeOAuth, modeBearer,
}

// modeOf returns the mode as it is spelled here, "" for one that is unknown.
func modeOf(written string) string {
	for _, mode := range append(slices.Clone(modes), modeRSAKeyPair) {
		if strings.EqualFold(mode, written) {
			return mode
		}
	}
	return ""
}

// isEmpty reports whether nothing was filled in, as in the profile that the command line makes by itself.
func (p *profile) isEmpty() bool {
	filled := *p
	filled.Name, filled.Mode, filled.Seconds, filled.STSRegion, filled.STSEndpoint = "", "", 0, "", ""
	return filled == profile{} && (p.Mode == "" || strings.EqualFold(p.Mode, modeAK))
}

func (p *profile) secrets() []string {
	return []string{p.AccessKeyID, p.AccessKeySecret, p.STSToken, p.AccessToken, p.OAuthAccessToken, p.OAuthRefreshToken, p.OIDCToken, p.BearerToken}
}

// needs checks that fields have values. credentials-go takes an empty key from the environment: half of another account's.
func needs(pairs ...string) error {
	var missing []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			missing = append(missing, pairs[i])
		}
	}
	if missing == nil {
		return nil
	}
	return errors.New("it has no " + strings.Join(missing, " and no "))
}

// fetcher returns what gets a profile's keys. way is the profiles that led here by their source_profile.
func (c *configuration) fetcher(p *profile, way []string) (func() (keys, error), error) {
	static := func(k keys) (func() (keys, error), error) {
		return func() (keys, error) { return k, nil }, needs("access_key_id", k.id, "access_key_secret", k.secret)
	}
	switch modeOf(p.Mode) {
	case modeAK:
		return static(keys{id: p.AccessKeyID, secret: p.AccessKeySecret})
	case modeSTS:
		if err := needs("sts_token", p.STSToken); err != nil {
			return nil, err
		}
		return static(keys{id: p.AccessKeyID, secret: p.AccessKeySecret, token: p.STSToken})
	case modeBearer:
		if h := p.BearerTokenHeader; h != "" && !strings.EqualFold(h, "x-acs-bearer-token") {
			return nil, errors.New("a header of its own for the token (bearer_token_header_key) is not supported")
		}
		return func() (keys, error) { return keys{bearer: p.BearerToken}, nil }, needs("bearer_token", p.BearerToken)
	case modeRole:
		before, err := static(keys{id: p.AccessKeyID, secret: p.AccessKeySecret, token: p.STSToken})
		if err != nil {
			return nil, err
		}
		return p.assume(before)
	case modeChained:
		before, err := c.upstream(p, way)
		if err != nil {
			return nil, err
		}
		return p.assume(before)
	case modeInstance:
		return instanceKeys(p.RoleName), nil
	case modeViaECS:
		return p.assume(instanceKeys(p.RoleName))
	case modeOIDC:
		r, err := p.role()
		if err == nil {
			err = needs("oidc_provider_arn", p.OIDCProviderARN, "oidc_token_file", p.OIDCToken+p.OIDCTokenFile)
		}
		return assumeWithToken(r, p.OIDCProviderARN, tokenReader(p.OIDCToken, p.OIDCTokenFile)), err
	case modeURI:
		return uriKeys(p.CredentialsURI), needs("credentials_uri", p.CredentialsURI)
	case modeExternal:
		return externalKeys(p.ProcessCommand), needs("process_command", p.ProcessCommand)
	case modeCloudSSO:
		return p.cloudSSOKeys, nil
	case modeOAuth:
		return p.oauthKeys, nil
	case modeRSAKeyPair:
		return nil, errors.New("this mode is not supported; make the keys with the command line, or give Config.Credentials a rsa_key_pair of credentials-go")
	}
	return nil, fmt.Errorf("the mode %s of profile %q is none that is known", shown(p.Mode), p.Name)
}

// upstream returns what gets the keys of a profile's source_profile.
func (c *configuration) upstream(p *profile, way []string) (func() (keys, error), error) {
	if err := needs("source_profile", p.SourceProfile); err != nil {
		return nil, err
	}
	way = append(way, p.Name)
	if start := slices.Index(way, p.SourceProfile); start >= 0 {
		ring := make([]string, 0, len(way))
		for _, name := range append(way[start:], p.SourceProfile) {
			ring = append(ring, shown(name))
		}
		return nil, fmt.Errorf("source_profile leads in a ring: %s; one of these profiles must have keys of its own", clip(strings.Join(ring, " → ")))
	}
	next, err := c.profile(p.SourceProfile)
	if err == nil && next == nil {
		err = fmt.Errorf("its source_profile %s is not in the file", shown(p.SourceProfile))
	}
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("source_profile %q, mode %s", next.Name, modeOf(next.Mode))
	fetch, err := c.fetcher(next, way)
	if err != nil {
		return nil, failure(name, err)
	}
	s := &source{name: name, fetch: fetch}
	return s.get, nil
}

func (p *profile) role() (role, error) {
	host, err := stsEndpoint(p.STSEndpoint, p.STSRegion, p.VPC)
	if err != nil {
		return role{}, err
	}
	r := role{arn: p.RoleARN, session: p.RoleSessionName, policy: p.Policy, externalID: p.ExternalID, seconds: p.Seconds, endpoint: host}
	return r, r.check()
}

func (p *profile) assume(before func() (keys, error)) (func() (keys, error), error) {
	r, err := p.role()
	if err != nil {
		return nil, err
	}
	return assume(r, before), nil
}

// inEffect is the profile that a variable chooses for both files.
func inEffect(otherwise string) string {
	if name := os.Getenv(varProfile); name != "" {
		return name
	}
	return otherwise
}
