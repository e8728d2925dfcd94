// Package floor is the least that a call of UntagResources can cost on net/http, without and with a signature.
package floor

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/untag-go/untag/internal/signature"
)

// The credentials of every contestant.
const (
	AccessKeyID     = "LTAI5tBenchExampleKey001"
	AccessKeySecret = "benchSecretBenchSecretBench001"
)

const (
	// Region of every request.
	Region = "cn-hangzhou"
	// RequestID of every answer.
	RequestID = "C46FF5A8-C5F0-4024-8262-B16B639225A0"

	action  = "UntagResources"
	timeout = 30 * time.Second
)

// Client sends requests to one host.
type Client struct {
	HTTP    *http.Client
	URL     string // "https://" + Host + "/"
	Host    string // with its port, if it needs one
	Version string // of the API
}

// Post is what a call costs that comes with everything ready: query, nonce, date and signature. What is left is what no
// client on net/http can do without: a context that ends in 30 s, http.NewRequest, the eight headers of a signed request,
// http.Client.Do, reading the body, and cutting the request ID out of it by a search. It checks, encodes, signs and
// repeats nothing, and the service would refuse it as soon as the date is old.
func (c *Client) Post(ctx context.Context, query string) error {
	return c.post(ctx, query, readyDate, readyNonce, readyAuthorization)
}

const (
	readyDate          = "2024-05-06T07:08:09Z"
	readyNonce         = "0123456789abcdef0123456789abcdef"
	readyAuthorization = authorizationPrefix + signature.EmptyBodyHash // of the right length
)

// SignAndPost is Post with the shortest correct V3 signature before it: a nonce, the date, the canonical request by
// concatenation, one hash and one HMAC of the standard library.
func (c *Client) SignAndPost(ctx context.Context, query string) error {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	nonce := hex.EncodeToString(random[:])
	date := time.Now().UTC().Format("2006-01-02T15:04:05Z")
	return c.post(ctx, query, date, nonce, authorizationPrefix+c.sign(query, date, nonce))
}

const (
	algorithm           = "ACS3-HMAC-SHA256"
	signedHeaders       = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
	authorizationPrefix = algorithm + " Credential=" + AccessKeyID + ",SignedHeaders=" + signedHeaders + ",Signature="
)

func (c *Client) sign(query, date, nonce string) string {
	hash := sha256.Sum256([]byte("POST\n/\n" + query +
		"\nhost:" + c.Host +
		"\nx-acs-action:" + action +
		"\nx-acs-content-sha256:" + signature.EmptyBodyHash +
		"\nx-acs-date:" + date +
		"\nx-acs-signature-nonce:" + nonce +
		"\nx-acs-version:" + c.Version +
		"\n\n" + signedHeaders + "\n" + signature.EmptyBodyHash))
	mac := hmac.New(sha256.New, []byte(AccessKeySecret))
	mac.Write([]byte(algorithm + "\n" + hex.EncodeToString(hash[:])))
	return hex.EncodeToString(mac.Sum(nil))
}

func (c *Client) post(ctx context.Context, query, date, nonce, authorization string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, nil)
	if err != nil {
		return err
	}
	request.URL.RawQuery = query
	header := request.Header
	header.Set("Accept", "application/json")
	header.Set("User-Agent", "bench")
	header.Set("X-Acs-Action", action)
	header.Set("X-Acs-Version", c.Version)
	header.Set("X-Acs-Date", date)
	header.Set("X-Acs-Signature-Nonce", nonce)
	header.Set("X-Acs-Content-Sha256", signature.EmptyBodyHash)
	header.Set("Authorization", authorization)

	response, err := c.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	_, after, _ := bytes.Cut(data, []byte(`"RequestId":"`))
	id, _, _ := bytes.Cut(after, []byte(`"`))
	return Confirmed(string(id))
}

// ErrUnconfirmed says that an answer is not the one that was expected.
var ErrUnconfirmed = errors.New("the answer has another request ID, or none")

// Confirmed checks the request ID of an answer.
func Confirmed(id string) error {
	if id != RequestID {
		return ErrUnconfirmed
	}
	return nil
}
