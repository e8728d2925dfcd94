package signature_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/signature"
)

// The oracles: the same rules, said a second time with the standard library and without regard to speed.

func oracleEscape(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

func oracleQuery(parameters map[string]string) string {
	names := make([]string, 0, len(parameters))
	for name := range parameters {
		names = append(names, name)
	}
	sort.Strings(names)
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = oracleEscape(name) + "=" + oracleEscape(parameters[name])
	}
	return strings.Join(pairs, "&")
}

func oracleV3(canonical, secret string) string {
	hash := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(hash[:])))
	return hex.EncodeToString(mac.Sum(nil))
}

func oracleV1(method, canonicalQuery, secret string) string {
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(method + "&%2F&" + oracleEscape(canonicalQuery)))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// buildQuery adds the parameters in the order that Query asks for.
func buildQuery(parameters map[string]string) *signature.Query {
	var q signature.Query
	for _, pair := range sortedPairs(parameters) {
		q.Add(pair.Name, pair.Value)
	}
	return &q
}

func sortedPairs(parameters map[string]string) []signature.Pair {
	pairs := make([]signature.Pair, 0, len(parameters))
	for name, value := range parameters {
		pairs = append(pairs, signature.Pair{Name: name, Value: value})
	}
	slices.SortFunc(pairs, func(a, b signature.Pair) int { return strings.Compare(a.Name, b.Name) })
	return pairs
}

// requireCanonical checks what every canonical query must be: it decodes to the parameters, its names ascend, its bytes are allowed ones.
func requireCanonical(t *testing.T, query string, parameters map[string]string) {
	t.Helper()
	requireAllowedBytes(t, query, "=&")

	values, err := url.ParseQuery(query)
	require.NoError(t, err)
	require.Len(t, values, len(parameters))
	for name, value := range parameters {
		require.Equal(t, []string{value}, values[name], "parameter %q", name)
	}

	previous := ""
	for i, pair := range strings.Split(query, "&") {
		name, _, found := strings.Cut(pair, "=")
		require.Equal(t, query != "", found)
		name, err := url.QueryUnescape(name)
		require.NoError(t, err)
		require.True(t, i == 0 || previous < name, "%q stands before %q", previous, name)
		previous = name
	}
}

// requireAllowedBytes checks that s holds only unreserved bytes, upper-case %XX, and the bytes of also.
func requireAllowedBytes(t *testing.T, s, also string) {
	t.Helper()
	const hexDigits, others = "0123456789ABCDEF", "GHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.~"
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			require.Greater(t, len(s), i+2, "cut off: %q", s)
			require.Contains(t, hexDigits, string(s[i+1]))
			require.Contains(t, hexDigits, string(s[i+2]))
			i += 2
			continue
		}
		require.True(t, strings.IndexByte(hexDigits+others+also, s[i]) >= 0, "byte %q in %q", s[i], s)
	}
}
