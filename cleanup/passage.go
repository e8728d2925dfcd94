package cleanup

import (
	"context"
	"iter"
	"slices"

	"github.com/untag-go/untag/internal/sortedrun"
)

// passage is a run of a step that goes through all resources that were found: what the folder says of them is sorted once,
// when the run begins, and may be gone through more than once.
type passage struct {
	j       *Job
	ctx     context.Context
	spec    Spec
	number  int // of the run
	step    step
	order   []*region
	regions map[string]*region
	facts   map[string]*sortedrun.Sorter
}

// newPassage begins a run. Close it.
func (j *Job) newPassage(ctx context.Context, s step) (*passage, error) {
	regions, err := j.settled()
	if err != nil {
		return nil, err
	}
	p := &passage{
		j: j, ctx: ctx, spec: j.spec, step: s, order: regions,
		regions: make(map[string]*region), facts: make(map[string]*sortedrun.Sorter),
	}
	for _, r := range regions {
		p.regions[r.name] = r
		facts, err := r.facts()
		if err != nil {
			p.close()
			return nil, err
		}
		p.facts[r.name] = facts
	}
	p.number = j.course.run + 1
	if err := j.record(event{Run: p.number, Step: s}); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// histories yields what the folder said of all resources when the run began, the regions by turns.
func (p *passage) histories() iter.Seq2[*history, error] {
	all := make([]iter.Seq2[*history, error], len(p.order))
	for i, r := range p.order {
		all[i] = r.histories(p.facts[r.name])
	}
	return interleave(all)
}

func (p *passage) of(h *history) *region { return p.regions[h.region] }

// routes returns those of the resources that pick picks, that of Tag first.
func (p *passage) routes(pick func(*history) (route, bool)) ([]route, error) {
	seen := make(map[route]bool)
	for h, err := range p.histories() {
		if err != nil {
			return nil, err
		}
		if via, ok := pick(h); ok {
			seen[via] = true
		}
	}
	var all []route
	for via := range seen {
		all = append(all, via)
	}
	slices.SortFunc(all, func(a, b route) int { return a.compare(b) })
	return all, nil
}

// end puts everything on disk and records that the run came to its end.
func (p *passage) end() error {
	for _, r := range p.order {
		if err := r.acts.Sync(); err != nil {
			return err
		}
	}
	return p.j.record(event{Run: p.number, Step: p.step, End: true})
}

func (p *passage) close() {
	for _, facts := range p.facts {
		facts.Close()
	}
}
