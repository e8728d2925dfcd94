package bulk

import (
	"errors"
	"math"
	"slices"

	"github.com/untag-go/untag"
)

// trial keeps a mistake that concerns every resource of a region from costing many calls. As long as nothing has passed
// there, the region makes one call at a time, or three after a code of unclear scope. Three single resources of different
// batches that fail alike end the region, if nothing of those batches has passed, and nothing at all since the
// first of the three. Where resources bring parts of their own, the three have different ones, as far as there are others:
// it may be the parts that are not taken.
type trial struct {
	open     bool // something passed, or was refused for its own sake
	doubtful bool // a code of unclear scope came before that
	code     string
	origins  []*origin  // the batches of the singles that failed with that code
	parts    []partsKey // what these singles were to get
}

// alike is how many singles must fail alike.
const alike = 3

// virgin reports whether nothing is known of the region.
func (t *trial) virgin() bool { return !t.open && !t.doubtful }

// calls returns how many calls may be under way.
func (t *trial) calls() int {
	switch {
	case t.open:
		return math.MaxInt
	case t.doubtful:
		return alike
	}
	return 1
}

// single reports whether a refused batch should be tried by one resource: the question is whether any can pass.
func (t *trial) single() bool { return t.doubtful && !t.open }

// pass notes a call that the service carried out.
func (t *trial) pass(from *origin) {
	from.passed = true
	t.origins, t.parts = t.origins[:0], t.parts[:0]
}

// fail notes a code of unclear scope on a single with these parts, of several that the region has, and reports whether it is
// one too many.
func (t *trial) fail(err error, from *origin, parts partsKey, several int) bool {
	if from.passed {
		return false
	}
	code := "?"
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		code = apiErr.Code
	}
	if code != t.code {
		t.code, t.origins, t.parts = code, t.origins[:0], t.parts[:0]
	}
	if !slices.Contains(t.origins, from) {
		t.origins = append(t.origins, from)
	}
	if len(t.parts) < alike && !slices.Contains(t.parts, parts) {
		t.parts = append(t.parts, parts)
	}
	return len(t.origins) >= alike && len(t.parts) >= min(alike, several)
}

// opened notes that a region takes calls: whatever it refuses from now on, the request is not wrong for all.
func (p *plan) opened(r *region) {
	if !r.trial.open {
		r.trial.open = true
		if r.ended == nil {
			p.open++
		}
	}
}

// refusedForAll takes in a refusal that should hold for every resource. What one region answers is not believed of another
// one that has shown otherwise, that is being asked, or that can be asked: it ends the run if the second region agrees, or
// if there is none.
func (p *plan) refusedForAll(r *region, err error) {
	apiErr, answered := errors.AsType[*untag.APIError](err)
	elsewhere := p.open
	if r.trial.open && r.ended == nil {
		elsewhere--
	}
	others, asked := false, false
	for _, x := range p.order {
		if x != r && x.ended == nil {
			others = others || x.entries > 0
			asked = asked || x.out > 0
		}
	}
	switch {
	case answered && elsewhere > 0:
		p.endRegion(r, err, true, true)
	case answered && (asked || others && p.suspect != apiErr.Code):
		p.suspect = apiErr.Code
		p.endRegion(r, err, true, true)
	default:
		p.end(err, true)
	}
}
