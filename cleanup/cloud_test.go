package cleanup

import (
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestIsAbsent(t *testing.T) {
	t.Parallel()
	own, pattern, pair := listing{Service: untag.ServiceECS, Type: "disk", Key: "a", Any: true}, listing{Service: untag.ServiceTag, Type: "arn:acs:x:*:*:y/*", Any: true}, tagListing("a", "1")
	api := func(code string) error { return &untag.APIError{Code: code} }
	for _, test := range []struct {
		name    string
		listing listing
		err     error
		absent  bool
	}{
		{"no such host", own, &untag.CallError{Err: &net.DNSError{IsNotFound: true}}, true},
		{"a name server that fails", own, &untag.CallError{Err: &net.DNSError{IsTemporary: true}}, false},
		{"no such type there", own, api("InvalidResourceType.NotFound"), true},
		{"no such region there", own, api("InvalidRegionId.NotFound"), true},
		{"a key that the service cannot have", own, &untag.ValidationError{}, true},
		{"a type that Tag does not list there", pattern, api("InvalidParameter.ResourceType"), true},
		{"a pair", pair, api("InvalidParameter.ResourceType"), false},
		{"not allowed", own, api("Forbidden.RAM"), false},
		{"an outage", own, &untag.CallError{Kind: untag.ErrUnavailable}, false},
		{"anything", own, errors.New("x"), false},
	} {
		require.Equal(t, test.absent, isAbsent(test.listing, test.err), test.name)
	}
}

func TestIsBadToken(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"Invalid.NextToken": true, "InvalidParamter.NextToken": true, "InvalidParameter.NextToken": true, "InvalidParameter.TagKey": false} {
		require.Equal(t, want, isBadToken(&untag.APIError{Code: code}), code)
	}
	require.False(t, isBadToken(errors.New("NextToken")))
}

func TestConnect(t *testing.T) {
	t.Parallel()
	for endpoint, local := range map[string]string{"": "", "http://127.0.0.1:8080": "loopback", "localhost": "loopback", "[::1]:80": "loopback"} {
		c, got, err := connect(untag.Config{Endpoint: endpoint})
		require.NoError(t, err)
		require.Equal(t, local, got)
		require.True(t, c.strict)
		c.close()
	}
	for _, endpoint := range []string{"tag.aliyuncs.com", "https://10.0.0.1", "http://example.com", "a b"} {
		_, _, err := connect(untag.Config{Endpoint: endpoint})
		require.ErrorIs(t, err, untag.ErrInvalidRequest, endpoint)
	}
	c, _, err := connect(untag.Config{Network: untag.NetworkVPC})
	require.NoError(t, err, "though VPC IPAM has no such endpoint")
	c.close()
}
