package signature_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/signature"
)

// FuzzQuery reads data as names and values in turn, between line feeds, and the list likewise.
func FuzzQuery(f *testing.F) {
	f.Add("", "")
	f.Add("RegionId\ncn-hangzhou\nAll\ntrue", "k1\nk2\nk3\nk4\nk5\nk6\nk7\nk8\nk9\nk10\nk11")
	f.Add("a b\n+\n\n&=\n键\n😀\n%41\nA\nA\n%41", "\n\n\xff")
	f.Fuzz(func(t *testing.T, data, list string) {
		parameters := map[string]string{}
		parts := strings.Split(data, "\n")
		for i := 0; i+1 < len(parts); i += 2 {
			parameters[parts[i]] = parts[i+1]
		}
		query := buildQuery(parameters).String()
		require.Equal(t, oracleQuery(parameters), query)
		requireCanonical(t, query, parameters)
		requireAllowedBytes(t, string(signature.AppendEscaped(nil, data)), "")

		values := strings.Split(list, "\n")
		elements := map[string]string{}
		for i, value := range values {
			elements[fmt.Sprintf("L.%d", i+1)] = value
		}
		var q signature.Query
		q.AddList("L", values)
		requireCanonical(t, q.String(), elements)

		// A system parameter on either side of the list and one in it.
		extra := map[string]string{"A": data, "L.1x": list, "Z": ""}
		merged := string(q.AppendMerged(nil, sortedPairs(extra)))
		for name, value := range extra {
			elements[name] = value
		}
		requireCanonical(t, merged, elements)
	})
}

func FuzzSignatures(f *testing.F) {
	f.Add("POST", "A=1", "host", "a.example", "body", "id", "secret")
	f.Add("GET", "", "x", " \t", "", "", strings.Repeat("long", 40))
	f.Fuzz(func(t *testing.T, method, query, name, value, body, id, secret string) {
		headers := []signature.Header{{Name: name, Value: value}}
		hash := signature.HashBody([]byte(body))
		request := signature.Request{Method: method, Query: []byte(query), Headers: headers, BodyHash: hash}
		canonical := string(request.AppendCanonical(nil))
		signer := signature.NewSigner(id, secret)
		authorization, scratch := signer.V3(nil, request)
		require.Equal(t, "ACS3-HMAC-SHA256 Credential="+id+",SignedHeaders="+name+",Signature="+oracleV3(canonical, secret), authorization)

		v1, _ := signer.V1(scratch, method, []byte(query))
		require.Equal(t, oracleV1(method, query, secret), v1)
	})
}
