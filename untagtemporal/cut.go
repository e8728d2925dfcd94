package untagtemporal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"

	"github.com/untag-go/untag"
)

// maxBuffered bounds the resources that are held while they are cut into slices, whatever the number of lanes: past it
// the fullest slice goes although it is not full.
const maxBuffered = 1 << 20

// cutter cuts the resources of a job into slices of one lane and type, and puts them in the store.
type cutter struct {
	store Store
	job   Job
	most  int // resources that are held

	open     map[sliceKey]*sliceObject
	buffered int
	lanes    map[Lane][]int // numbers of slices
	begun    begunObject
}

type sliceKey struct {
	lane Lane
	kind string
}

// cut stores a job. Nothing counts before the object begun is there.
func cut(ctx context.Context, store Store, job Job, resources iter.Seq2[Resource, error]) (begunObject, error) {
	if err := create(ctx, store, jobName(job.ID), job); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return begunObject{}, fmt.Errorf("untagtemporal: the ID %s was used before: %w", job.ID, fs.ErrExist)
		}
		return begunObject{}, err
	}
	c := cutter{store: store, job: job, most: maxBuffered, open: make(map[sliceKey]*sliceObject), lanes: make(map[Lane][]int)}
	for resource, err := range resources {
		if err == nil {
			err = c.add(ctx, resource)
		}
		if err != nil {
			return begunObject{}, err
		}
	}
	return c.finish(ctx)
}

func (c *cutter) add(ctx context.Context, r Resource) error {
	if err := c.check(r); err != nil {
		return fmt.Errorf("resource %d, %q: %w", c.begun.Resources, r.ID, err)
	}
	key := sliceKey{r.Lane, r.Type}
	slice := c.open[key]
	if slice == nil {
		slice = &sliceObject{Lane: r.Lane, Type: r.Type}
		c.open[key] = slice
	}
	slice.Resources = append(slice.Resources, r.ID)
	if c.job.Write {
		slice.Tags = append(slice.Tags, r.Tags)
	}
	c.begun.Resources++
	c.buffered++
	switch {
	case len(slice.Resources) == MaxSlice:
		return c.flush(ctx, key)
	case c.buffered > c.most:
		return c.flush(ctx, c.fullest())
	}
	return nil
}

func (c *cutter) check(r Resource) error {
	if err := r.Lane.check(); err != nil {
		return err
	}
	switch byID := r.Lane.Service != untag.ServiceTag; {
	case r.ID == "":
		return errNoID
	case byID && r.Type == "" && r.Lane.Service != untag.ServiceResourceSharing:
		return errNoType
	case !byID && r.Type != "":
		return errTypeOfARN
	case !byID && c.job.All:
		return errAllOfTag
	case c.job.Write && len(r.Tags) == 0:
		return errNoTags
	case !c.job.Write && len(r.Tags) > 0:
		return errTags
	}
	return nil
}

func (c *cutter) fullest() (key sliceKey) {
	most := 0
	for other, slice := range c.open {
		if len(slice.Resources) > most {
			key, most = other, len(slice.Resources)
		}
	}
	return key
}

func (c *cutter) flush(ctx context.Context, key sliceKey) error {
	slice := c.open[key]
	delete(c.open, key)
	c.buffered -= len(slice.Resources)
	n := c.begun.Slices
	c.begun.Slices++
	c.lanes[key.lane] = append(c.lanes[key.lane], n)
	return create(ctx, c.store, sliceName(c.job.ID, n), slice)
}

func (c *cutter) finish(ctx context.Context) (begunObject, error) {
	for key := range c.open {
		if err := c.flush(ctx, key); err != nil {
			return begunObject{}, err
		}
	}
	all := make([]laneSlices, 0, len(c.lanes))
	for lane, numbers := range c.lanes {
		all = append(all, laneSlices{lane, numbers})
	}
	// The longest first: they are what the job waits for in the end.
	slices.SortFunc(all, func(a, b laneSlices) int {
		return cmp.Or(cmp.Compare(len(b.Slices), len(a.Slices)), cmp.Compare(a.Lane.String(), b.Lane.String()))
	})
	c.begun.Lanes = len(all)
	n := 0
	for chunk := range slices.Chunk(all, lanesPerObject) {
		if err := create(ctx, c.store, lanesName(c.job.ID, n), chunk); err != nil {
			return begunObject{}, err
		}
		n++
	}
	return c.begun, create(ctx, c.store, begunName(c.job.ID), c.begun)
}
