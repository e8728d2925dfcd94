package signature_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/signature"
)

// HMAC hashes a key that is longer than a block of 64 bytes; the ampersand of V1 counts too.
func TestSecretsOfEveryLength(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	query := []byte("RegionId=cn-hangzhou&TagKey.1=a%20b")
	canonical := string(signature.AppendCanonicalV3(nil, "POST", query, headersV3, signature.EmptyBodyHash))
	for n := range 201 {
		key := make([]byte, n)
		for i := range key {
			key[i] = byte(r.IntN(256))
		}
		secret := string(key)

		authorization, _ := signature.AuthorizationV3(nil, "POST", query, headersV3, signature.EmptyBodyHash, "id", secret)
		_, v3, _ := strings.Cut(authorization, ",Signature=")
		require.Equal(t, oracleV3(canonical, secret), v3, "%d bytes", n)

		v1, _ := signature.SignatureV1(nil, "POST", query, secret)
		require.Equal(t, oracleV1("POST", string(query), secret), v1, "%d bytes", n)
	}
}

func TestHashBody(t *testing.T) {
	t.Parallel()
	require.Equal(t, signature.EmptyBodyHash, signature.HashBody(nil))
	require.Equal(t, signature.EmptyBodyHash, signature.HashBody([]byte{}))
	require.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", signature.HashBody([]byte("abc")), "FIPS 180-2, B.1")
}

func TestCanonicalV3TrimsHeaderValues(t *testing.T) {
	t.Parallel()
	headers := []signature.Header{{Name: "host", Value: " a.example\t"}, {Name: "x-acs-action", Value: "Two  Words"}}
	require.Equal(t, "GET\n/\nA=1\nhost:a.example\nx-acs-action:Two  Words\n\nhost;x-acs-action\nhash",
		string(signature.AppendCanonicalV3(nil, "GET", []byte("A=1"), headers, "hash")))
	require.Equal(t, "GET\n/\n\n\n\nhash", string(signature.AppendCanonicalV3(nil, "GET", nil, nil, "hash")))
}

// A client keeps one scratch for all its calls: what was signed before must not show in what is signed next, nor change what was returned.
func TestScratchIsReusedAndNotAliased(t *testing.T) {
	t.Parallel()
	query := []byte("A=1")
	wantV3, _ := signature.AuthorizationV3(nil, "POST", query, headersV3, signature.EmptyBodyHash, "id", "secret")
	wantV1, _ := signature.SignatureV1(nil, "POST", query, "secret")

	scratch := []byte(strings.Repeat("dirty", 1000))
	gotV3, scratch := signature.AuthorizationV3(scratch, "POST", query, headersV3, signature.EmptyBodyHash, "id", "secret")
	gotV1, scratch := signature.SignatureV1(scratch, "POST", query, "secret")
	for i := range scratch[:cap(scratch)] {
		scratch[:cap(scratch)][i] = '!'
	}
	require.Equal(t, wantV3, gotV3)
	require.Equal(t, wantV1, gotV1)
}

func TestScratchKeepsNoKey(t *testing.T) {
	t.Parallel()
	const secret = "exampleSecretExampleSecret1234"
	_, v3 := signature.AuthorizationV3(nil, "POST", []byte("A=1"), headersV3, signature.EmptyBodyHash, "id", secret)
	_, v1 := signature.SignatureV1(nil, "POST", []byte("A=1"), secret)
	for pad := range 256 {
		masked := []byte(secret)
		for i := range masked {
			masked[i] ^= byte(pad)
		}
		require.NotContains(t, string(v3[:cap(v3)]), string(masked))
		require.NotContains(t, string(v1[:cap(v1)]), string(masked))
	}
}
