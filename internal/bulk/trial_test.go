package bulk

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

// Three singles of different batches that fail alike are one too many, unless something passes in between.
func TestTrial(t *testing.T) {
	t.Parallel()
	a, b, c, d := new(origin), new(origin), new(origin), new(origin)
	type event struct {
		from *origin
		code string // "": a pass
	}
	for name, row := range map[string]struct {
		events []event
		ends   bool
	}{
		"three alike":                {[]event{{a, "x"}, {b, "x"}, {c, "x"}}, true},
		"two of one batch":           {[]event{{a, "x"}, {b, "x"}, {b, "x"}}, false},
		"another code":               {[]event{{a, "x"}, {b, "x"}, {c, "y"}}, false},
		"three after another code":   {[]event{{a, "x"}, {b, "y"}, {c, "y"}, {d, "y"}}, true},
		"a pass in between":          {[]event{{a, "x"}, {b, "x"}, {new(origin), ""}, {c, "x"}}, false},
		"a part of the batch passed": {[]event{{a, "x"}, {b, "x"}, {&origin{passed: true}, "x"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tr trial
			ends := false
			for _, e := range row.events {
				if e.code == "" {
					tr.pass(e.from)
				} else {
					ends = tr.fail(&untag.APIError{Code: e.code}, e.from, partsKey{}, 1)
				}
			}
			assert.Equal(t, row.ends, ends)
		})
	}
}

func TestCallsOfTrial(t *testing.T) {
	t.Parallel()
	var tr trial
	assert.True(t, tr.virgin())
	assert.Equal(t, 1, tr.calls())
	assert.False(t, tr.single())
	tr.doubtful = true
	assert.False(t, tr.virgin())
	assert.Equal(t, 3, tr.calls())
	assert.True(t, tr.single())
	tr.open = true
	assert.Equal(t, math.MaxInt, tr.calls())
	assert.False(t, tr.single())
}
