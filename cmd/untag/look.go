package main

import (
	"context"
	"errors"
	"iter"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// mostLooks bounds how many lists are read before a run, for keys that are on nothing: 10,000 resources. A key that is on
// something is usually seen in the first.
const mostLooks = 200

// lookup reads the tags of up to maxListed resources of a region.
type lookup func(ctx context.Context, region, kind string, resources []string) iter.Seq2[[]untag.Tag, error]

// sightings is what a look at the resources of a list has come to.
type sightings struct {
	missing []string // keys that were on none of them
	looked  int      // resources
	whole   bool     // that is all of them
}

// look reads the tags of the resources of the input until every key was seen: a key that is misspelt would be "removed" from
// all of them with success.
func (j *job) look(ctx context.Context) (s sightings, err error) {
	read, err := j.service.look(j.config)
	if err != nil {
		return s, err
	}
	missing := map[string]bool{}
	for _, key := range j.keys {
		missing[key] = true
	}
	batches, calls, refused := map[string][]string{}, 0, false
	ask := func(region string) error {
		batch := batches[region]
		batches[region] = nil
		calls++
		s.looked += len(batch)
		for tags, err := range read(ctx, region, j.resourceType, batch) {
			if untag.OutcomeOf(err) == untag.OutcomeRefused && (errors.Is(err, untag.ErrInvalidParameter) || errors.Is(err, untag.ErrNotFound)) {
				s.looked -= len(batch) // for the sake of one of them; the run finds out which
				refused = true
				return nil
			}
			if err != nil {
				return err
			}
			for _, t := range tags {
				delete(missing, t.Key)
			}
		}
		return nil
	}
	isPending, done, err := j.pending()
	if err != nil {
		return s, err
	}
	defer done()
	if err := j.input.start(ctx); err != nil {
		return s, err
	}
	defer j.input.close()
	for i := range j.input.until(ctx.Done()) {
		region := j.regionOf(i.resource)
		if region == "" || !isPending(i.resource) || j.isOthers(i.resource) || j.service.validate(region, j.resourceType, i.resource) != nil {
			continue // it is done, or the plan names it
		}
		batches[region] = append(batches[region], i.resource)
		if len(batches[region]) < j.service.maxListed {
			continue
		}
		if err := ask(region); err != nil {
			return s, err
		}
		if len(missing) == 0 || calls == mostLooks {
			break
		}
	}
	s.whole = j.input.finished && j.input.failure() == nil
	for region, batch := range batches {
		if len(missing) > 0 && calls < mostLooks && len(batch) > 0 {
			if err := ask(region); err != nil {
				return s, err
			}
		}
	}
	s.whole = s.whole && !refused
	for _, key := range j.keys {
		if missing[key] {
			s.missing = append(s.missing, key)
		}
	}
	return s, context.Cause(ctx)
}

// verdict says which keys are on nothing, nil if none is.
func (s sightings) verdict() error {
	switch {
	case len(s.missing) == 0 || s.looked == 0:
		return nil
	case s.whole:
		return msg("On none of the %s resources: %s. Is it misspelt? Capitals and spaces count.", number(s.looked), whatKeys(s.missing, false))
	}
	return msg("On none of the %s resources that were looked at: %s. Others were not looked at.", number(s.looked), whatKeys(s.missing, false))
}

// lookFirst says before a run which keys are on nothing.
func (j *job) lookFirst(ctx context.Context, e *env) (s sightings, err error) {
	if j.all || j.rehearse {
		return s, nil
	}
	if !j.input.repeatable() {
		e.err().say("Whether the keys are on these resources was not looked up, since the list comes through stdin.")
		return s, nil
	}
	s, err = unlessInterrupted(ctx, e, j.look)
	if interrupted, ok := err.(message); ok { //nolint:errorlint // our own, as it is
		return s, interrupted
	}
	if err != nil && ctx.Err() == nil {
		e.err().say("Whether the keys are on these resources could not be looked up: %s", err)
		return sightings{}, nil
	}
	if verdict := s.verdict(); verdict != nil {
		e.err().print(msg("Warning: %s", verdict))
	}
	return s, err
}

func tagLookup(config untag.Config) (lookup, error) {
	client, err := tag.New(config)
	return func(ctx context.Context, region, _ string, arns []string) iter.Seq2[[]untag.Tag, error] {
		return tagsOf(client.ListTagResourcesAll(ctx, tag.ListTagResourcesRequest{Region: region, ResourceARNs: arns}), func(r tag.TaggedResource) []untag.Tag { return r.Tags })
	}, err
}

func ecsLookup(config untag.Config) (lookup, error) {
	client, err := ecs.New(config)
	return func(ctx context.Context, region, kind string, ids []string) iter.Seq2[[]untag.Tag, error] {
		return tagsOf(client.ListTagResourcesAll(ctx, ecs.ListTagResourcesRequest{Region: region, ResourceType: ecs.ResourceType(kind), ResourceIDs: ids}), func(r ecs.TaggedResource) []untag.Tag { return r.Tags })
	}, err
}

func vpcLookup(config untag.Config) (lookup, error) {
	client, err := vpc.New(config)
	return func(ctx context.Context, region, kind string, ids []string) iter.Seq2[[]untag.Tag, error] {
		return tagsOf(client.ListTagResourcesAll(ctx, vpc.ListTagResourcesRequest{Region: region, ResourceType: vpc.ResourceType(kind), ResourceIDs: ids}), func(r vpc.TaggedResource) []untag.Tag { return r.Tags })
	}, err
}

func sharingLookup(config untag.Config) (lookup, error) {
	client, err := resourcesharing.New(config)
	return func(ctx context.Context, region, kind string, ids []string) iter.Seq2[[]untag.Tag, error] {
		return tagsOf(client.ListTagResourcesAll(ctx, resourcesharing.ListTagResourcesRequest{Region: region, ResourceType: resourcesharing.ResourceType(kind), ResourceIDs: ids}), func(r resourcesharing.TaggedResource) []untag.Tag { return r.Tags })
	}, err
}

// tagsOf passes on the tags of listed resources. A resource that does not exist any more carries nothing.
func tagsOf[R any](listed iter.Seq2[R, error], tags func(R) []untag.Tag) iter.Seq2[[]untag.Tag, error] {
	return func(yield func([]untag.Tag, error) bool) {
		for r, err := range listed {
			if errors.Is(err, untag.ErrNotFound) {
				return
			}
			if !yield(tags(r), err) {
				return
			}
		}
	}
}
