package cleanup

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/tag"
)

// freshFor is how long a Before step may take after its read, to put on disk what the read showed. What it takes is missing from
// the 5 seconds that a read is good for.
const freshFor = 2 * time.Second

// maxWindow bounds how far a run reads ahead, however many calls are in flight: a job is to fit into 64 MB.
const maxWindow = 20_000

// many is a bulk run of a client as a job needs it: each resource in a region and with keys or tags of its own, and a step
// before each attempt of each call. The client's own UntagMany or TagMany makes the run, and amend changes it.
type many struct {
	Resources   iter.Seq2[string, []untag.Tag] // by the names of tasks
	InputErr    func() error
	Before      func(context.Context, *bulk.Batch) ([]bulk.Change, error)
	Concurrency int
	Drain       <-chan struct{}
}

// amend makes a run take resources by the names of tasks, which say the region, and call Before.
func (m *many) amend(op *bulk.Operation) {
	service := *op
	op.OneRegion = false
	op.Before, op.Age = m.Before, bulk.BeforeAge-freshFor
	op.Place = func(name string) bulk.Place {
		region, called := unname(name)
		p := service.Place(called)
		p.Region = region
		return p
	}
	op.Encode = func(b *bulk.Batch) *signature.Query {
		called := *b
		called.Resources = make([]string, len(b.Resources))
		for i, name := range b.Resources {
			_, called.Resources[i] = unname(name)
		}
		return service.Encode(&called)
	}
	op.Same = func(sent, answered string) bool {
		_, called := unname(sent)
		return called == answered || service.Same != nil && service.Same(called, answered)
	}
}

// untagMany removes the keys of the tags that the resources come with.
func (c *cloud) untagMany(ctx context.Context, via route, keys []string, m *many) iter.Seq2[string, error] {
	ctx = bulk.Amend(ctx, func(op *bulk.Operation, r *bulk.Request) {
		m.amend(op)
		r.MaxWindow = maxWindow
		parts := make(map[string]*bulk.Parts) // there are few sets of keys
		r.Resources = func(yield func(string, *bulk.Parts) bool) {
			for name, tags := range m.Resources {
				var own []string
				for _, t := range tags {
					own = append(own, t.Key)
				}
				id := strings.Join(own, "\x00")
				if parts[id] == nil {
					parts[id] = keyParts(via, own)
				}
				if !yield(name, parts[id]) {
					return
				}
			}
		}
	})
	if via.service != untag.ServiceTag {
		return c.own[via.service].untagMany(ctx, via.resourceType, keys, m)
	}
	return c.tag.UntagMany(ctx, tag.UntagManyRequest{
		Region: anyRegion, ResourceARNs: none, TagKeys: keys,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}

// keyParts are the parts of a removal of some keys.
func keyParts(via route, keys []string) *bulk.Parts {
	if len(keys) == 0 {
		return nil // nothing is left to do
	}
	p := bulk.KeyParts(slices.Clone(keys), limitsOf(via).untagKeys)
	p.ID = strings.Join(keys, "\x00")
	return p
}

func keysIn(p *bulk.Parts) []string { return p.Value.([]string) }

// tagMany writes the tags that the resources come with.
func (c *cloud) tagMany(ctx context.Context, via route, m *many) iter.Seq2[string, error] {
	ctx = bulk.Amend(ctx, func(op *bulk.Operation, r *bulk.Request) {
		m.amend(op)
		r.MaxWindow = maxWindow
	})
	if via.service != untag.ServiceTag {
		return c.own[via.service].tagMany(ctx, via.resourceType, m)
	}
	return c.tag.TagMany(ctx, tag.TagManyRequest{
		Region: anyRegion, Resources: m.Resources,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}
