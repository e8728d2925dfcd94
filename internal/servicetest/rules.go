package servicetest

import (
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
type Rule struct {
	Name    string
	Request any
	Refused Refused
	Field   string // of the problem
	Value   string
	Reason  string // part of the problem's reason
}

// Rules sends every request at every level, checks that it is sent or refused as its rule says, and that nothing was sent
// of what is refused. The requests must name their region, so that Validate agrees.
func Rules(t *testing.T, newClient New, rules []Rule) {
	t.Helper()
	for _, rule := range rules {
		t.Run(nameOf(rule.Request)+"/"+rule.Name, func(t *testing.T) {
			t.Parallel()
			validator, ok := rule.Request.(interface{ Validate() error })
			require.True(t, ok)
			checkRefusal(t, rule, untag.ValidateDocumented, validator.Validate())
			for _, level := range []untag.Validation{untag.ValidateDocumented, untag.ValidateCertain, untag.ValidateNone} {
				recorder := new(Recorder)
				config := recorder.Config()
				config.Region = ""
				config.Validation = level
				_, err := Invoke(t.Context(), newClient.Make(t, config), rule.Request)
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

func checkRefusal(t *testing.T, rule Rule, level untag.Validation, err error) {
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
	assert.Equal(t, nameOf(rule.Request), invalid.Request)
	at := slices.IndexFunc(invalid.Problems, func(p untag.Problem) bool { return p.Field == rule.Field && strings.Contains(p.Reason, rule.Reason) })
	require.GreaterOrEqual(t, at, 0, "level %s: no problem with field %q and reason %q in %v", level, rule.Field, rule.Reason, invalid.Problems)
	assert.Equal(t, rule.Value, invalid.Problems[at].Value)
	sendsAnyway := strings.Contains(invalid.Problems[at].Reason, "untag.ValidateCertain sends it anyway")
	assert.Equal(t, rule.Refused == WhenDocumented, sendsAnyway, "only a documented rule says how to send anyway: %s", invalid.Problems[at].Reason)
}

// ProblemFields returns the fields of all problems of a request, and checks that the error's text has each.
func ProblemFields(t *testing.T, request any) []string {
	t.Helper()
	validator, ok := request.(interface{ Validate() error })
	require.True(t, ok)
	err := validator.Validate()
	invalid, ok := errors.AsType[*untag.ValidationError](err)
	require.True(t, ok, "%T", err)
	fields := make([]string, 0, len(invalid.Problems))
	for _, problem := range invalid.Problems {
		fields = append(fields, problem.Field)
		assert.NotEmpty(t, problem.Reason)
		assert.Contains(t, err.Error(), problem.String())
	}
	return fields
}

// HostileRegions are regions that would change the host of a request.
var HostileRegions = []string{
	"evil.example/", "cn-hangzhou.evil.example", "cn-hangzhou@evil.example", "cn-hangzhou#", "cn-hangzhou?", "cn-hangzhou/", "cn-hangzhou:443",
	"cn-hangzhou\r\nHost: evil.example", "cn hangzhou", "CN-HANGZHOU", "cn_hangzhou", "-cn-hangzhou", "cn-hangzhou-", "cn--hangzhou", "cnhangzhou",
	"*", "..", "%2e%2e", "cn-hángzhou", "cn-hangzhou\x00", "1cn-hangzhou", "cn-" + strings.Repeat("a", 62),
}

// RegionRules are what every request refuses of a region; base are the fields of a valid one.
func RegionRules(zero any, base Fields) []Rule {
	rules := append(make([]Rule, 0, 1+len(HostileRegions)), Rule{Name: "no region", Request: Fill(zero, base.With(Fields{"Region": ""})), Refused: Always, Field: "Region", Reason: "is missing"})
	for _, hostile := range HostileRegions {
		rules = append(rules, Rule{
			Name: "region " + hostile, Request: Fill(zero, base.With(Fields{"Region": hostile})),
			Refused: Always, Field: "Region", Value: hostile, Reason: "a region looks like",
		})
	}
	return rules
}

// Numbered returns n texts that differ: "prefix1" and so on.
func Numbered(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = prefix + strconv.Itoa(i+1)
	}
	return all
}
