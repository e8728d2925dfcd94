package bulk

import (
	"errors"
	"math"
	"slices"

	"github.com/untag-go/untag"
)

// probe keeps a mistake that concerns every resource from costing many calls. As long as nothing has passed, there is
// one call at a time, or three after a code of unclear scope, each time of any region. A call that waits to repeat an
// attempt does not count, or one region that is paused or out of order would hold up all the others. Three single resources of different batches that fail
// alike end the run, if nothing of those batches has passed, and nothing at all since the first of the three.
type probe struct {
	open     bool // something passed, or was refused for its own sake
	doubtful bool // a code of unclear scope came before anything passed
	waiting  int  // calls that had to repeat an attempt
	wide     bool // more workers are allowed than at the last look
	code     string
	origins  []*origin // the batches of the singles that failed with that code
}

// alike is how many singles must fail alike.
const alike = 3

// workers returns how many calls may be under way.
func (p *probe) workers() int {
	switch {
	case p.open:
		return math.MaxInt
	case p.doubtful:
		return alike + p.waiting
	}
	return 1 + p.waiting
}

// perRegion returns how many of them may be in one region.
func (p *probe) perRegion() int {
	switch {
	case p.open:
		return math.MaxInt
	case p.doubtful:
		return alike
	}
	return 1
}

// wait notes a call that has to repeat an attempt.
func (p *probe) wait() {
	p.waiting++
	p.wide = true
}

// single reports whether a refused batch should be tried by one resource: the question is whether any can pass.
func (p *probe) single() bool { return p.doubtful && !p.open }

func (p *probe) passed(from *origin) {
	from.passed = true
	p.origins = p.origins[:0]
	p.widen(&p.open)
}

// refused notes that a resource was refused for its own sake.
func (p *probe) refused() { p.widen(&p.open) }

// doubt notes a code of unclear scope on a batch.
func (p *probe) doubt() { p.widen(&p.doubtful) }

// failed notes a code of unclear scope on a single and reports whether it is one too many.
func (p *probe) failed(err error, from *origin) bool {
	p.doubt()
	if from.passed {
		return false
	}
	code := "?"
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		code = apiErr.Code
	}
	if code != p.code {
		p.code, p.origins = code, p.origins[:0]
	}
	if !slices.Contains(p.origins, from) {
		p.origins = append(p.origins, from)
	}
	return len(p.origins) >= alike
}

func (p *probe) widen(flag *bool) {
	p.wide = p.wide || !*flag
	*flag = true
}

// widened reports, once, that more workers are allowed now.
func (p *probe) widened() bool {
	wide := p.wide
	p.wide = false
	return wide
}
