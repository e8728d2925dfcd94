package faults_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
)

// Writers write tags where the other clients remove them.

type ecsWriter struct{ ecsClient }

func (c ecsWriter) one(ctx context.Context, names []string) error {
	_, err := c.TagResources(ctx, ecs.TagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: names, Tags: tagsOf(0)})
	return err
}

func (c ecsWriter) many(ctx context.Context, names []string, concurrency int) iter.Seq2[string, error] {
	return c.TagMany(ctx, ecs.TagManyRequest{ResourceType: ecs.ResourceTypeInstance, Resources: withTags(names), Concurrency: concurrency})
}

type tagWriter struct{ tagClient }

func (c tagWriter) one(ctx context.Context, names []string) error {
	_, err := c.TagResources(ctx, tag.TagResourcesRequest{ResourceARNs: names, Tags: tagsOf(0)})
	return err
}

func (c tagWriter) many(ctx context.Context, names []string, concurrency int) iter.Seq2[string, error] {
	return c.TagMany(ctx, tag.TagManyRequest{Resources: withTags(names), Concurrency: concurrency})
}

// tagsOf is what the nth resource gets.
func tagsOf(n int) []untag.Tag { return []untag.Tag{{Key: written, Value: valueOf(n)}} }

func withTags(names []string) iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		for i, name := range names {
			if !yield(name, tagsOf(i)) {
				return
			}
		}
	}
}

// Readers list the resources by their names.

type ecsReader struct{ ecsClient }

func (c ecsReader) one(ctx context.Context, names []string) error {
	page, err := c.ListTagResources(ctx, ecs.ListTagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: names})
	if err != nil {
		return err
	}
	var listed []string
	for _, r := range page.Resources {
		listed = append(listed, whole(r.ResourceID, r.Tags))
	}
	return sameNames(listed, names, page.NextToken != "")
}

func (c ecsReader) many(ctx context.Context, names []string, _ int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for r, err := range c.ListTagResourcesAll(ctx, ecs.ListTagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: names}) {
			if !yield(whole(r.ResourceID, r.Tags), err) {
				return
			}
		}
	}
}

type tagReader struct{ tagClient }

func (c tagReader) one(ctx context.Context, names []string) error {
	page, err := c.ListTagResources(ctx, tag.ListTagResourcesRequest{ResourceARNs: names})
	if err != nil {
		return err
	}
	var listed []string
	for _, r := range page.Resources {
		listed = append(listed, whole(r.ResourceARN, r.Tags))
	}
	return sameNames(listed, names, page.NextToken != "")
}

func (c tagReader) many(ctx context.Context, names []string, _ int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for r, err := range c.ListTagResourcesAll(ctx, tag.ListTagResourcesRequest{ResourceARNs: names}) {
			if !yield(whole(r.ResourceARN, r.Tags), err) {
				return
			}
		}
	}
}

// whole is a resource's name, if it has the tags of all resources, and else says which it has.
func whole(name string, tags []untag.Tag) string {
	has := map[string]string{}
	for _, t := range tags {
		has[t.Key] = t.Value
	}
	if name == "" || len(tags) == 2 && has[removed] == "1" && has[kept] == "1" {
		return name
	}
	return fmt.Sprintf("%s%v", name, has)
}

// sameNames is an error if a page has others. Its last one may go on in the next page.
func sameNames(listed, names []string, goesOn bool) error {
	if last := len(listed) - 1; goesOn && last >= 0 {
		listed[last], _, _ = strings.Cut(listed[last], "map[")
	}
	if !slices.Equal(listed, names) {
		return fmt.Errorf("the page has %q", listed)
	}
	return nil
}
