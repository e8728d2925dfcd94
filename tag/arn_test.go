package tag_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

func TestParseARN(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in   string
		want tag.ARN
	}{
		{"arn:acs:ecs:cn-hangzhou:123:instance/i-1", tag.ARN{Product: "ecs", Region: "cn-hangzhou", Account: "123", ResourceType: "instance", ResourceID: "i-1"}},
		{"arn:acs:oss:*:*:bucket/name", tag.ARN{Product: "oss", Region: "*", Account: "*", ResourceType: "bucket", ResourceID: "name"}},
		{"arn:acs:cdn:*:*:domain/a.example", tag.ARN{Product: "cdn", Region: "*", Account: "*", ResourceType: "domain", ResourceID: "a.example"}},
		{"arn:acs:ram:*:*:user/a.b@c", tag.ARN{Product: "ram", Region: "*", Account: "*", ResourceType: "user", ResourceID: "a.b@c"}},
		{"arn:acs:slb:cn-beijing:123:instance/lb-1_http_80", tag.ARN{Product: "slb", Region: "cn-beijing", Account: "123", ResourceType: "instance", ResourceID: "lb-1_http_80"}},
		{"arn:acs:sls:cn-hangzhou:123:logstore/project#store", tag.ARN{Product: "sls", Region: "cn-hangzhou", Account: "123", ResourceType: "logstore", ResourceID: "project#store"}},
		{"arn:acs:x:::t/i", tag.ARN{Product: "x", ResourceType: "t", ResourceID: "i"}},
		{"arn:acs:x:r:a:t/i/j//k", tag.ARN{Product: "x", Region: "r", Account: "a", ResourceType: "t", ResourceID: "i/j//k"}},
		{"arn:acs:x:r:a:t/i:j::k", tag.ARN{Product: "x", Region: "r", Account: "a", ResourceType: "t", ResourceID: "i:j::k"}},
		{"arn:acs:x:r:a:t:u/i", tag.ARN{Product: "x", Region: "r", Account: "a", ResourceType: "t:u", ResourceID: "i"}},
		{"arn:acs:x:r:a:t/*", tag.ARN{Product: "x", Region: "r", Account: "a", ResourceType: "t", ResourceID: "*"}},
		{"arn:acs:x:r:a:t//", tag.ARN{Product: "x", Region: "r", Account: "a", ResourceType: "t", ResourceID: "/"}},
		{"arn:acs:x:r:a:类型/编号 1", tag.ARN{Product: "x", Region: "r", Account: "a", ResourceType: "类型", ResourceID: "编号 1"}},
	} {
		t.Run(test.in, func(t *testing.T) {
			t.Parallel()
			got, err := tag.ParseARN(test.in)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.in, got.String())
		})
	}
}

func TestParseARNMalformed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, reason string }{
		{"", "is empty"},
		{"i-1", "does not start with arn:acs:"},
		{"arn:aws:ec2:us-east-1:1:instance/i-1", "does not start with arn:acs:"},
		{"acs:ecs:*:*:instance/i-1", "does not start with arn:acs:"},
		{"ARN:ACS:ecs:*:*:instance/i-1", "does not start with arn:acs:"},
		{" arn:acs:ecs:*:*:instance/i-1", "does not start with arn:acs:"},
		{"arn:acs:", "fewer than six parts"},
		{"arn:acs:ecs:*:instance/i-1", "fewer than six parts"},
		{"arn:acs::*:*:instance/i-1", "names no product"},
		{"arn:acs:ecs:*:*:", "does not end in type/id"},
		{"arn:acs:ecs:*:*:i-1", "does not end in type/id"},
		{"arn:acs:ecs:*:*:instance/", "does not end in type/id"},
		{"arn:acs:ecs:*:*:/i-1", "does not end in type/id"},
		{"arn:acs:ecs:*:*:instance/i-1\n", "control character"},
		{"arn:acs:ecs:*:*:instance/i\xFF", "invalid UTF-8"},
	} {
		t.Run(test.in, func(t *testing.T) {
			t.Parallel()
			got, err := tag.ParseARN(test.in)
			assert.Empty(t, got)
			require.ErrorIs(t, err, untag.ErrInvalidRequest)
			var invalid *untag.ValidationError
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Problems, 1)
			assert.Equal(t, test.in, invalid.Problems[0].Value)
			assert.Contains(t, invalid.Problems[0].Reason, test.reason)
		})
	}
}

func FuzzParseARN(f *testing.F) {
	for _, seed := range []string{
		"", "arn:acs:", "arn:acs:ecs:cn-hangzhou:123:instance/i-1", "arn:acs:ram:*:*:user/a.b@c", "arn:acs:x:::t:u/i:j/k", "arn:acs:x:r:a:t/\xFF", "arn:acs:::::/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		arn, err := tag.ParseARN(s)
		if err != nil {
			if arn != (tag.ARN{}) || !errors.Is(err, untag.ErrInvalidRequest) || strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("%q: %+v, %v", s, arn, err)
			}
			return
		}
		if arn.String() != s {
			t.Errorf("%q became %q", s, arn)
		}
		if again, err := tag.ParseARN(arn.String()); err != nil || again != arn {
			t.Errorf("%q: %+v became %+v, %v", s, arn, again, err)
		}
		if arn.Product == "" || arn.ResourceType == "" || arn.ResourceID == "" || !utf8.ValidString(s) {
			t.Errorf("%q: %+v", s, arn)
		}
	})
}

func ExampleParseARN() {
	arn, err := tag.ParseARN("arn:acs:sls:cn-hangzhou:123456789:logstore/project#store")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(arn.Product, arn.Region, arn.ResourceType, arn.ResourceID)

	_, err = tag.ParseARN("i-bp1j6qtvdm8w0z1o0")
	fmt.Println(err)
	// Output:
	// sls cn-hangzhou logstore project#store
	// invalid ARN: "i-bp1j6qtvdm8w0z1o0" does not start with arn:acs:
}
