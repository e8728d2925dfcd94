package burst_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/internal/burst"
)

var errTwo = errors.New("two")

// diary takes three results at most.
type diary struct {
	notes []string
	most  int
}

func (d *diary) Take(resource string, err error) bool {
	if err != nil {
		resource += ": " + err.Error()
	}
	d.notes = append(d.notes, resource)
	return len(d.notes) < d.most
}

func (d *diary) End() bool {
	d.notes = append(d.notes, "end")
	return len(d.notes) < d.most
}

// run yields a burst of two results, and then one of one.
func run(yield func(string, error) bool) {
	to := burst.Of(yield)
	_ = to.Take("one", nil) && to.Take("two", errTwo) && to.End() && to.Take("three", nil) && to.End()
}

func TestBursts(t *testing.T) {
	t.Parallel()
	d := &diary{most: 100}
	run(burst.Yield(d))
	assert.Equal(t, []string{"one", "two: two", "end", "three", "end"}, d.notes)

	other := &diary{most: 100} // each function has its own taker, though all have the same code
	run(burst.Yield(other))
	assert.Len(t, d.notes, 5)
	assert.Len(t, other.notes, 5)

	for most := 1; most <= 5; most++ {
		d := &diary{most: most}
		run(burst.Yield(d))
		assert.Len(t, d.notes, most, "it wants no more")
	}
}

func TestOneAtATime(t *testing.T) {
	t.Parallel()
	var notes []string
	for resource, err := range iter.Seq2[string, error](run) {
		assert.Equal(t, resource == "two", err != nil)
		notes = append(notes, resource)
	}
	assert.Equal(t, []string{"one", "two", "three"}, notes, "an ordinary loop")
	run(func(string, error) bool { return false })

	d := &diary{most: 100}
	func(yield func(string, error) bool) { // an iterator in between
		for resource, err := range iter.Seq2[string, error](run) {
			if !yield(resource, err) {
				return
			}
		}
	}(burst.Yield(d))
	assert.Equal(t, []string{"one", "end", "two: two", "end", "three", "end"}, d.notes)
}
