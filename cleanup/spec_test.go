package cleanup_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

func TestSpec(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("键", 129)
	for _, test := range []struct {
		name   string
		spec   cleanup.Spec
		fields []string
	}{
		{"keys", cleanup.Spec{Keys: []string{"team", "Team", " x ", long[:384]}}, nil},
		{"tags", cleanup.Spec{Tags: []untag.Tag{{Key: "team"}, {Key: "team", Value: "a"}}, Regions: []string{"cn-hangzhou"}, Account: "123"}, nil},
		{"neither", cleanup.Spec{}, []string{"Keys"}},
		{"both", cleanup.Spec{Keys: []string{"a"}, Tags: []untag.Tag{{Key: "b"}}}, []string{"Tags"}},
		{"bad keys", cleanup.Spec{Keys: []string{"", "acs:a", "aliyunx", "a\xff", long, "b", "b"}}, []string{"Keys[0]", "Keys[1]", "Keys[2]", "Keys[3]", "Keys[4]", "Keys[6]"}},
		{"bad tags", cleanup.Spec{Tags: []untag.Tag{{Key: "acs:a"}, {Key: "b", System: true}, {Key: "c", Value: long}, {Key: "d"}, {Key: "d"}}}, []string{"Tags[0].Key", "Tags[1].System", "Tags[2].Value", "Tags[4].Key"}},
		{"bad regions", cleanup.Spec{Keys: []string{"a"}, Regions: []string{"x", "cn-hangzhou", "cn-hangzhou"}}, []string{"Regions[0]", "Regions[2]"}},
		{"no regions", cleanup.Spec{Keys: []string{"a"}, Regions: []string{}}, []string{"Regions"}},
		{"bad account", cleanup.Spec{Keys: []string{"a"}, Account: "me"}, []string{"Account"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.spec.Validate()
			if test.fields == nil {
				require.NoError(t, err)
				return
			}
			invalid, ok := errors.AsType[*untag.ValidationError](err)
			require.True(t, ok)
			var fields []string
			for _, p := range invalid.Problems {
				fields = append(fields, p.Field)
			}
			require.Equal(t, test.fields, fields)
			require.NotContains(t, err.Error(), long)
		})
	}
}
