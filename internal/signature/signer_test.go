package signature_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/signature"
)

// HMAC hashes a key that is longer than a block of 64 bytes; the ampersand of V1 counts too.
func TestSecretsOfEveryLength(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	query := []byte("RegionId=cn-hangzhou&TagKey.1=a%20b")
	request := signature.Request{Method: "POST", Query: query, Headers: headersV3, BodyHash: signature.EmptyBodyHash}
	canonical := string(request.AppendCanonical(nil))
	for n := range 201 {
		key := make([]byte, n)
		for i := range key {
			key[i] = byte(r.IntN(256))
		}
		secret := string(key)

		signer := signature.NewSigner("id", secret)
		authorization, _ := signer.V3(nil, request)
		_, v3, _ := strings.Cut(authorization, ",Signature=")
		require.Equal(t, oracleV3(canonical, secret), v3, "%d bytes", n)

		v1, _ := signer.V1(nil, "POST", query)
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
		string(signature.Request{Method: "GET", Query: []byte("A=1"), Headers: headers, BodyHash: "hash"}.AppendCanonical(nil)))
	require.Equal(t, "GET\n/\n\n\n\nhash", string(signature.Request{Method: "GET", BodyHash: "hash"}.AppendCanonical(nil)))
}

// A client keeps one scratch for all its calls: what was signed before must not show in what is signed next, nor change what was returned.
func TestScratchIsReusedAndNotAliased(t *testing.T) {
	t.Parallel()
	query := []byte("A=1")
	request := signature.Request{Method: "POST", Query: query, Headers: headersV3, BodyHash: signature.EmptyBodyHash}
	signer := signature.NewSigner("id", "secret")
	wantV3, _ := signer.V3(nil, request)
	wantV1, _ := signer.V1(nil, "POST", query)

	scratch := []byte(strings.Repeat("dirty", 1000))
	gotV3, scratch := signer.V3(scratch, request)
	gotV1, scratch := signer.V1(scratch, "POST", query)
	for i := range scratch[:cap(scratch)] {
		scratch[:cap(scratch)][i] = '!'
	}
	require.Equal(t, wantV3, gotV3)
	require.Equal(t, wantV1, gotV1)
}

func TestScratchKeepsNoKey(t *testing.T) {
	t.Parallel()
	const secret = "exampleSecretExampleSecret1234"
	signer := signature.NewSigner("id", secret)
	_, v3 := signer.V3(nil, signature.Request{Method: "POST", Query: []byte("A=1"), Headers: headersV3, BodyHash: signature.EmptyBodyHash})
	_, v1 := signer.V1(nil, "POST", []byte("A=1"))
	for pad := range 256 {
		masked := []byte(secret)
		for i := range masked {
			masked[i] ^= byte(pad)
		}
		require.NotContains(t, string(v3[:cap(v3)]), string(masked))
		require.NotContains(t, string(v1[:cap(v1)]), string(masked))
	}
}

// Calls of one client sign at the same time.
func TestSignerIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	signer := signature.NewSigner("id", "secret")
	var signing sync.WaitGroup
	for i := range 8 {
		signing.Go(func() {
			request := signature.Request{Method: "POST", Query: []byte("A=" + strconv.Itoa(i)), BodyHash: "hash"}
			for range 200 {
				authorization, _ := signer.V3(nil, request)
				assert.True(t, strings.HasSuffix(authorization, oracleV3(string(request.AppendCanonical(nil)), "secret")))
				v1, _ := signer.V1(nil, "POST", request.Query)
				assert.Equal(t, oracleV1("POST", string(request.Query), "secret"), v1)
			}
		})
	}
	signing.Wait()
}

func TestSignerIs(t *testing.T) {
	t.Parallel()
	signer := signature.NewSigner("id", "secret")
	assert.True(t, signer.Is("id", "secret"))
	assert.False(t, signer.Is("id", "other"))
	assert.False(t, signer.Is("other", "secret"))
}

// TestFIPS signs the vectors in a process that keeps to the FIPS module.
func TestFIPS(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^(TestVectors|TestSecretsOfEveryLength)", "-test.v")
	command.Env = append(os.Environ(), "GODEBUG=fips140=on")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	require.Contains(t, string(output), "--- PASS: TestVectorsV3")
}
