package signature_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/signature"
)

// The two requests that the budgets are for: a typical call to Tag and the largest that ECS takes.
type request struct {
	name   string
	encode func(*signature.Query)
}

func requests() []request {
	arns := make([]string, 10)
	for i := range arns {
		arns[i] = fmt.Sprintf("arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1j6qtvdm8w0z1o%04d", i)
	}
	ids := make([]string, 50)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-bp1j6qtvdm8w0z1o%04d", i)
	}
	keys := make([]string, 20)
	for i := range keys {
		keys[i] = fmt.Sprintf("cost-center-%02d", i)
	}
	return []request{
		{"tag", func(q *signature.Query) {
			q.Add("RegionId", "cn-hangzhou")
			q.AddList("ResourceARN", arns)
			q.AddList("TagKey", keys[:3])
		}},
		{"ecs", func(q *signature.Query) {
			q.Add("RegionId", "cn-hangzhou")
			q.AddList("ResourceId", ids)
			q.Add("ResourceType", "instance")
			q.AddList("TagKey", keys)
		}},
	}
}

var (
	headersV3 = []signature.Header{
		{Name: "host", Value: "tag.cn-hangzhou.aliyuncs.com"},
		{Name: "x-acs-action", Value: "UntagResources"},
		{Name: "x-acs-content-sha256", Value: signature.EmptyBodyHash},
		{Name: "x-acs-date", Value: "2024-05-06T07:08:09Z"},
		{Name: "x-acs-signature-nonce", Value: "0123456789abcdef0123456789abcdef"},
		{Name: "x-acs-version", Value: "2018-08-28"},
	}
	systemV1 = []signature.Pair{
		{Name: "AccessKeyId", Value: "LTAI5tExampleExample1234"},
		{Name: "Action", Value: "UntagResources"},
		{Name: "Format", Value: "JSON"},
		{Name: "SignatureMethod", Value: "HMAC-SHA1"},
		{Name: "SignatureNonce", Value: "0123456789abcdef0123456789abcdef"},
		{Name: "SignatureVersion", Value: "1.0"},
		{Name: "Timestamp", Value: "2024-05-06T07:08:09Z"},
		{Name: "Version", Value: "2018-08-28"},
	}
)

// signers returns one function for each scheme that encodes and signs with reused memory, as a client does.
func signers(r request) map[string]func() {
	var q signature.Query
	var scratch, merged []byte
	signer := signature.NewSigner("LTAI5tExampleExample1234", "exampleSecretExampleSecret1234")
	return map[string]func(){
		"V3": func() {
			q.Reset()
			r.encode(&q)
			_, scratch = signer.V3(scratch, signature.Request{
				Method: "POST", Query: q.Bytes(), Headers: headersV3, BodyHash: signature.EmptyBodyHash,
			})
		},
		"V1": func() {
			q.Reset()
			r.encode(&q)
			merged = q.AppendMerged(merged[:0], systemV1)
			_, scratch = signer.V1(scratch, "POST", merged)
		},
	}
}

func BenchmarkEncodeAndSign(b *testing.B) {
	for _, r := range requests() {
		for _, scheme := range []string{"V3", "V1"} {
			b.Run(r.name+"/"+scheme, func(b *testing.B) {
				sign := signers(r)[scheme]
				b.ReportAllocs()
				for b.Loop() {
					sign()
				}
			})
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, r := range requests() {
		b.Run(r.name, func(b *testing.B) {
			var q signature.Query
			b.ReportAllocs()
			for b.Loop() {
				q.Reset()
				r.encode(&q)
			}
			b.SetBytes(int64(q.Len()))
		})
	}
}

// raceDetector is set in builds with the race detector, whose sync.Pool forgets at random.
var raceDetector bool

// AllocsPerRun counts the whole program's allocations, so this test is not parallel.
func TestEncodeAndSignAllocatesOnlyTheSignature(t *testing.T) {
	if raceDetector {
		t.Skip("instrumented code allocates more")
	}
	for _, r := range requests() {
		for scheme, sign := range signers(r) {
			sign() // the first call grows the buffers
			require.InDelta(t, 1, testing.AllocsPerRun(100, sign), 0, "%s %s", r.name, scheme)
		}
	}
}
