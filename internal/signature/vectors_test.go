package signature_test

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/signature"
)

// vector is one entry of testdata/vectors.json; see the README beside it.
type vector struct {
	ID               string
	Scheme           string
	Method           string
	Query            map[string]string
	Headers          map[string]string
	Body             string
	AccessKeyID      string `json:"ak"`
	AccessKeySecret  string `json:"sk"`
	CanonicalRequest string `json:"canonical_request"`
	CanonicalQuery   string `json:"canonical_query"`
	Authorization    string
	Signature        string
}

func vectors(t *testing.T, scheme string) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var all, chosen []vector
	require.NoError(t, json.Unmarshal(data, &all))
	require.Len(t, all, 14)
	for _, v := range all {
		if v.Scheme == scheme {
			chosen = append(chosen, v)
		}
	}
	return chosen
}

// signedHeaders picks what V3 signs. User-Agent, Accept and the like may change on the way.
func (v vector) signedHeaders() []signature.Header {
	signed := map[string]string{}
	for name, value := range v.Headers {
		if name == "host" || name == "content-type" || strings.HasPrefix(name, "x-acs-") {
			signed[name] = value
		}
	}
	headers := make([]signature.Header, 0, len(signed))
	for _, pair := range sortedPairs(signed) {
		headers = append(headers, signature.Header(pair))
	}
	return headers
}

// encode builds the query as a service package does, lists as lists and booleans as booleans, but leaves out the names in without.
func (v vector) encode(without map[string]string) *signature.Query {
	var q signature.Query
	for _, pair := range sortedPairs(v.Query) {
		name, index, list := strings.Cut(pair.Name, ".")
		_, system := without[pair.Name]
		switch {
		case system, list && index != "1": // not here, or added with the list's first element
		case list:
			var values []string
			for n := 1; ; n++ {
				value, ok := v.Query[name+"."+strconv.Itoa(n)]
				if !ok {
					break
				}
				values = append(values, value)
			}
			q.AddList(name, values)
		default:
			q.Add(name, pair.Value)
		}
	}
	return &q
}

func TestVectorsV3(t *testing.T) {
	t.Parallel()
	all := vectors(t, "ACS3-HMAC-SHA256")
	require.Len(t, all, 9)
	for _, v := range all {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			query, headers, bodyHash := v.encode(nil), v.signedHeaders(), signature.HashBody([]byte(v.Body))
			require.Equal(t, v.Headers["x-acs-content-sha256"], bodyHash)

			request := signature.Request{Method: v.Method, Query: query.Bytes(), Headers: headers, BodyHash: bodyHash}
			require.Equal(t, v.CanonicalRequest, string(request.AppendCanonical(nil)))

			authorization, _ := signature.NewSigner(v.AccessKeyID, v.AccessKeySecret).V3(nil, request)
			require.Equal(t, v.Authorization, authorization)
			require.True(t, strings.HasSuffix(authorization, ",Signature="+v.Signature))
		})
	}
}

func TestVectorsV1(t *testing.T) {
	t.Parallel()
	all := vectors(t, "RPC-HMAC-SHA1")
	require.Len(t, all, 5)
	for _, v := range all {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, v.CanonicalQuery, v.encode(nil).String())

			system := map[string]string{}
			for name, value := range v.Query {
				switch name {
				case "AccessKeyId", "Action", "Format", "SecurityToken", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp", "Version":
					system[name] = value
				}
			}
			merged := v.encode(system).AppendMerged(nil, sortedPairs(system))
			require.Equal(t, v.CanonicalQuery, string(merged))

			got, _ := signature.NewSigner(v.AccessKeyID, v.AccessKeySecret).V1(nil, v.Method, merged)
			require.Equal(t, v.Signature, got)
		})
	}
}
