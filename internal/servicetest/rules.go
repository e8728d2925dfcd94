package servicetest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// Refused says at which levels a rule refuses a request.
type Refused int

// The strengths of rules.
const (
	Never          Refused = iota // the request is sent
	WhenDocumented                // at ValidateDocumented alone
	UnlessNone                    // at ValidateDocumented and ValidateCertain: every source agrees
	Always                        // at every level: unsafe
)

// Rule is a request and what becomes of it.
type Rule[R any] struct {
	Name    string
	Request R
	Refused Refused
	Field   string // of the problem
	Value   string
	Reason  string // part of the problem's reason
}

// Call is a client's method.
type Call[R, A any] func(context.Context, R) (A, error)

// Rules sends every request at every level, checks that it is sent or refused as its rule says, and that nothing was sent
// of what is refused. The requests must name their region, so that Validate agrees.
func Rules[R interface{ Validate() error }, A any](t *testing.T, newCall func(untag.Config) (Call[R, A], error), rules []Rule[R]) {
	t.Helper()
	for _, rule := range rules {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			checkRefusal(t, rule, untag.ValidateDocumented, rule.Request.Validate())
			for _, level := range []untag.Validation{untag.ValidateDocumented, untag.ValidateCertain, untag.ValidateNone} {
				recorder := new(Recorder)
				config := recorder.Config()
				config.Region = ""
				config.Validation = level
				call, err := newCall(config)
				require.NoError(t, err)
				_, err = call(t.Context(), rule.Request)
				checkRefusal(t, rule, level, err)
				if err == nil {
					assert.Len(t, recorder.Sent(), 1, "level %s", level)
				} else {
					assert.Empty(t, recorder.Sent(), "level %s: a refused request was sent", level)
				}
			}
		})
	}
}

func checkRefusal[R any](t *testing.T, rule Rule[R], level untag.Validation, err error) {
	t.Helper()
	refused := rule.Refused == Always || rule.Refused == UnlessNone && level != untag.ValidateNone ||
		rule.Refused == WhenDocumented && level == untag.ValidateDocumented
	if !refused {
		require.NoError(t, err, "level %s", level)
		return
	}
	require.ErrorIs(t, err, untag.ErrInvalidRequest, "level %s", level)
	invalid, ok := errors.AsType[*untag.ValidationError](err)
	require.True(t, ok, "level %s: %T", level, err)
	assert.Equal(t, "UntagResourcesRequest", invalid.Request)
	at := slices.IndexFunc(invalid.Problems, func(p untag.Problem) bool { return p.Field == rule.Field && strings.Contains(p.Reason, rule.Reason) })
	require.GreaterOrEqual(t, at, 0, "level %s: no problem with field %q and reason %q in %v", level, rule.Field, rule.Reason, invalid.Problems)
	assert.Equal(t, rule.Value, invalid.Problems[at].Value)
	sendsAnyway := strings.Contains(invalid.Problems[at].Reason, "untag.ValidateCertain sends it anyway")
	assert.Equal(t, rule.Refused == WhenDocumented, sendsAnyway, "only a documented rule says how to send anyway: %s", invalid.Problems[at].Reason)
}

// HostileRegions are regions that would change the host of a request.
var HostileRegions = []string{
	"evil.example/", "cn-hangzhou.evil.example", "cn-hangzhou@evil.example", "cn-hangzhou#", "cn-hangzhou?", "cn-hangzhou/", "cn-hangzhou:443",
	"cn-hangzhou\r\nHost: evil.example", "cn hangzhou", "CN-HANGZHOU", "cn_hangzhou", "-cn-hangzhou", "cn-hangzhou-", "cn--hangzhou", "cnhangzhou",
	"*", "..", "%2e%2e", "cn-hángzhou", "cn-hangzhou\x00", "1cn-hangzhou", "cn-" + strings.Repeat("a", 62),
}

// Numbered returns n texts that differ: "prefix1" and so on.
func Numbered(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = prefix + strconv.Itoa(i+1)
	}
	return all
}
