package bulk

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// call is one call under way.
type call struct {
	run     *run
	batch   *batch
	members []int32 // of the batch, as far as Before has not taken them out
	own     Batch
	query   *signature.Query
	slot    pace.Slot
	lost    bool
	looked  time.Time // when Before last returned; zero: it has not
	failure error     // of Before
	changes []change
}

// call makes the call of a batch.
func (r *run) call(b *batch) result {
	c := &call{run: r, batch: b, members: b.members}
	var probing bool
	r.update(func(p *plan) { // the window's slice may move while the input is read
		names := make([]string, len(b.members))
		for i, at := range b.members {
			names[i] = p.window.entries[at].resource
		}
		g := b.lane.group
		c.own = Batch{Region: g.region.name, Resources: names, Parts: g.parts, From: b.lane.from, To: b.to}
		c.slot = r.line(g.region.name).Slot()
		probing = b.probing
	})
	defer c.slot.Release()
	if probing {
		defer time.AfterFunc(quickAnswer, c.stall).Stop()
	}
	c.query = r.op.Encode(&c.own)
	defer func() { c.query.Free() }()
	failures, err := r.op.Send(r.ctx, rpc.Call{
		Region: c.own.Region, Resources: len(c.own.Resources), Query: c.query, Patient: true,
		Slot: c.slot, Start: r.start, Waiting: c.stall, Prepare: c.prepare,
	})
	if c.failure != nil && r.ctx.Err() == nil {
		r.update(func(p *plan) { p.end(c.failure, true) })
	}
	return result{failures, err, c.lost, c.changes}
}

// stall tells that the call takes long.
func (c *call) stall() {
	if c.batch.probing {
		c.run.update(func(p *plan) { p.stall(c.batch) })
	}
}

// errNothingLeft ends a call of which Before has taken out all resources.
var errNothingLeft = errors.New("nothing is left to do")

// prepare is called when an attempt's turn has come. lost: an earlier one may have been carried out.
func (c *call) prepare(ctx context.Context, next rpc.Call, lost bool) (rpc.Call, error) {
	c.lost = lost
	before, age := c.run.op.Before, cmp.Or(c.run.op.Age, BeforeAge)
	for before != nil && (c.looked.IsZero() || time.Since(c.looked) > age) {
		c.own.Lost = lost
		c.slot.Release() // what Before calls has slots and a pace of its own
		changes, err := before(ctx, &c.own)
		if err != nil {
			if ctx.Err() == nil {
				c.failure = err
			}
			return next, err
		}
		c.looked = time.Now()
		c.take(changes)
		if len(c.members) == 0 {
			return next, errNothingLeft
		}
		if err := c.slot.Acquire(ctx); err != nil {
			return next, err
		}
	}
	next.Query, next.Resources = c.query, len(c.members)
	return next, nil
}

// take takes resources out of the call.
func (c *call) take(changes []Change) {
	if len(changes) == 0 {
		return
	}
	out := make([]bool, len(c.members))
	for _, x := range changes {
		if !out[x.Index] {
			out[x.Index] = true
			c.changes = append(c.changes, change{c.members[x.Index], x})
		}
	}
	var members []int32
	var names []string
	for i := range c.members {
		if !out[i] {
			members, names = append(members, c.members[i]), append(names, c.own.Resources[i])
		}
	}
	c.members, c.own.Resources = members, names
	c.query.Free()
	c.query = c.run.op.Encode(&c.own)
}
