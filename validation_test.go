package untag_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestValidationError(t *testing.T) {
	t.Parallel()
	many := make([]untag.Problem, 13)
	for i := range many {
		many[i] = untag.Problem{Field: "TagKeys[" + strconv.Itoa(i) + "]", Reason: "is bad"}
	}
	for _, test := range []struct {
		name string
		err  *untag.ValidationError
		want string
	}{
		{"none", &untag.ValidationError{Request: "Config"}, "invalid Config"},
		{"all parts", &untag.ValidationError{Request: "Config", Problems: []untag.Problem{{Field: "Region", Value: "x", Reason: "has no hyphen"}}}, `invalid Config: Region "x" has no hyphen`},
		{"no value", &untag.ValidationError{Request: "Config", Problems: []untag.Problem{{Field: "Region", Reason: "is missing"}}}, "invalid Config: Region is missing"},
		{"no field", &untag.ValidationError{Request: "ARN", Problems: []untag.Problem{{Value: "x", Reason: "is none"}}}, `invalid ARN: "x" is none`},
		{"reason alone", &untag.ValidationError{Request: "ARN", Problems: []untag.Problem{{Reason: "is empty"}}}, "invalid ARN: is empty"},
		{"two", &untag.ValidationError{Request: "R", Problems: many[:2]}, "invalid R: TagKeys[0] is bad; TagKeys[1] is bad"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, test.err.Error())
			require.ErrorIs(t, test.err, untag.ErrInvalidRequest)
		})
	}
	t.Run("ten of many", func(t *testing.T) {
		t.Parallel()
		text := (&untag.ValidationError{Request: "R", Problems: many}).Error()
		assert.Contains(t, text, "TagKeys[9] is bad; and 3 more")
		assert.NotContains(t, text, "TagKeys[10]")
	})
	t.Run("long values are cut by characters", func(t *testing.T) {
		t.Parallel()
		assert.Equal(t, `f "`+strings.Repeat("中", 100)+`" r`, untag.Problem{Field: "f", Value: strings.Repeat("中", 100), Reason: "r"}.String())
		assert.Equal(t, `f "`+strings.Repeat("中", 100)+`"… r`, untag.Problem{Field: "f", Value: strings.Repeat("中", 101), Reason: "r"}.String())
	})
	t.Run("one line", func(t *testing.T) {
		t.Parallel()
		problem := untag.Problem{Field: hostile, Value: hostile, Reason: hostile}
		assertLine(t, problem.String())
		assertLine(t, (&untag.ValidationError{Request: hostile, Problems: []untag.Problem{problem}}).Error())
	})
}
