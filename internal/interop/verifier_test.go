package interop_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	openapiutil "github.com/alibabacloud-go/openapi-util/service"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/signers"
	sdkutils "github.com/aliyun/alibaba-cloud-sdk-go/sdk/utils"
)

const algorithmV3 = "ACS3-HMAC-SHA256"

// verifier is a server that signs every request it gets once more, with the vendor's signers, and compares.
type verifier struct {
	host string

	mu      sync.Mutex
	secrets map[string]string // by access key ID
	nonces  map[string]bool
	got     []received
}

// received is a request as it came.
type received struct {
	version    string // "V3" or "V1"
	form       bool
	token      string
	parameters map[string]string // those of the operation
	problem    error
}

func newVerifier(t *testing.T, keys ...key) *verifier {
	t.Helper()
	v := &verifier{secrets: map[string]string{}, nonces: map[string]bool{}}
	for _, k := range keys {
		v.secrets[k.id] = k.secret
	}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	v.host = server.Listener.Addr().String()
	return v
}

func (v *verifier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	in, err := v.check(r)
	in.problem = err
	v.got = append(v.got, in)
	answer := map[string]string{"RequestId": fmt.Sprintf("00000000-0000-5000-8000-%012X", len(v.got))}
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		answer["Code"], answer["Message"] = "SignatureDoesNotMatch", err.Error()
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// requests returns what came so far.
func (v *verifier) requests() []received {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.got)
}

func (v *verifier) check(r *http.Request) (received, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return received{}, err
	}
	query, err := single(r.URL.RawQuery)
	if err != nil {
		return received{}, err
	}
	form := map[string]string{}
	if len(body) > 0 {
		if got := r.Header.Get("Content-Type"); got != "application/x-www-form-urlencoded" {
			return received{}, errors.New("a body of the type " + got)
		}
		if form, err = single(string(body)); err != nil {
			return received{}, err
		}
	}
	if r.Method != http.MethodPost || r.URL.Path != "/" {
		return received{}, errors.New("called with " + r.Method + " " + r.URL.Path)
	}
	if r.Header.Get("Authorization") != "" {
		return v.checkV3(r, query, form, body)
	}
	return v.checkV1(r, query, form)
}

// single reads a query whose names all stand once.
func single(encoded string) (map[string]string, error) {
	values, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, err
	}
	parameters := make(map[string]string, len(values))
	for name := range values {
		if len(values[name]) != 1 {
			return nil, errors.New(name + " stands twice")
		}
		parameters[name] = values.Get(name)
	}
	return parameters, nil
}

func (v *verifier) checkV3(r *http.Request, query, form map[string]string, body []byte) (received, error) {
	in := received{version: "V3", form: len(form) > 0, token: r.Header.Get("X-Acs-Security-Token"), parameters: maps.Clone(query)}
	maps.Copy(in.parameters, form)
	headers := map[string]string{"host": r.Host}
	for name, values := range r.Header {
		if len(values) != 1 {
			return in, errors.New(name + " stands twice")
		}
		headers[strings.ToLower(name)] = values[0]
	}
	authorization := headers["authorization"]
	_, rest, _ := strings.Cut(authorization, " Credential=")
	id, _, _ := strings.Cut(rest, ",SignedHeaders=")
	secret, ok := v.secrets[id]
	if !ok {
		return in, errors.New("unknown key " + id)
	}
	payload := hex.EncodeToString(utils.Hash(body, tea.String(algorithmV3)))
	if headers["x-acs-content-sha256"] != payload {
		return in, errors.New("the hash is not that of the body")
	}
	if err := v.fresh(headers["x-acs-date"], headers["x-acs-signature-nonce"]); err != nil {
		return in, err
	}

	now := dara.NewRequest()
	now.Method, now.Pathname, now.Query, now.Headers = dara.String(r.Method), dara.String(r.URL.Path), pointers(query), pointers(headers)
	before := tea.NewRequest()
	before.Method, before.Pathname, before.Query, before.Headers = now.Method, now.Pathname, now.Query, now.Headers
	for signer, want := range map[string]*string{
		"darabonba-openapi": utils.GetAuthorization(now, tea.String(algorithmV3), &payload, &id, &secret),
		"openapi-util":      openapiutil.GetAuthorization(before, tea.String(algorithmV3), &payload, &id, &secret),
	} {
		if authorization != *want {
			return in, errors.New(signer + " signs otherwise")
		}
	}
	return in, nil
}

func (v *verifier) checkV1(r *http.Request, query, form map[string]string) (received, error) {
	in := received{version: "V1", form: len(form) > 0, token: form["SecurityToken"], parameters: map[string]string{}}
	if len(query) > 0 {
		return in, errors.New("parameters in the URL")
	}
	signed := maps.Clone(form)
	delete(signed, "Signature")
	for name, value := range signed {
		switch name {
		case "AccessKeyId", "Action", "Format", "SecurityToken", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp", "Version":
		default:
			in.parameters[name] = value
		}
	}
	id := form["AccessKeyId"]
	secret, ok := v.secrets[id]
	if !ok {
		return in, errors.New("unknown key " + id)
	}
	if form["SignatureMethod"] != "HMAC-SHA1" || form["SignatureVersion"] != "1.0" {
		return in, errors.New("another method of signing")
	}
	if err := v.fresh(form["Timestamp"], form["SignatureNonce"]); err != nil {
		return in, err
	}

	// The old core signs a string that it makes in a function of its own, in these three steps.
	canonical := strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(sdkutils.GetUrlFormedMap(signed))
	toSign := r.Method + "&%2F&" + url.QueryEscape(canonical)
	for signer, want := range map[string]string{
		"darabonba-openapi":    *utils.GetRPCSignature(pointers(signed), &r.Method, &secret),
		"openapi-util":         *openapiutil.GetRPCSignature(pointers(signed), &r.Method, &secret),
		"alibaba-cloud-sdk-go": signers.NewAccessKeySigner(credentials.NewAccessKeyCredential(id, secret)).Sign(toSign, "&"),
	} {
		if form["Signature"] != want {
			return in, errors.New(signer + " signs otherwise")
		}
	}
	return in, nil
}

// fresh checks a date and a nonce.
func (v *verifier) fresh(date, nonce string) error {
	at, err := time.Parse("2006-01-02T15:04:05Z", date)
	if err != nil {
		return err
	}
	if age := time.Since(at).Abs(); age > time.Minute {
		return errors.New("the date is off by " + age.String())
	}
	if len(nonce) < 16 || v.nonces[nonce] {
		return errors.New("the nonce is short or was used before")
	}
	v.nonces[nonce] = true
	return nil
}

func pointers(values map[string]string) map[string]*string {
	result := make(map[string]*string, len(values))
	for name, value := range values {
		result[name] = &value
	}
	return result
}
