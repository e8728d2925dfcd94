package bulk

import (
	"context"
	"slices"

	"github.com/untag-go/untag"
)

type amendKey struct{}

// Amend returns a context with which runs hand their operation and their request to change before they begin. Package
// cleanup puts a Before step, and regions and parts of its own, into the runs of the services' clients by it: a service
// says once how its calls are made.
func Amend(ctx context.Context, change func(*Operation, *Request)) context.Context {
	return context.WithValue(ctx, amendKey{}, change)
}

// amended is the operation and the request that a run goes by.
func amended(ctx context.Context, op *Operation, request Request) (*Operation, Request) {
	change, ok := ctx.Value(amendKey{}).(func(*Operation, *Request))
	if !ok {
		return op, request
	}
	own := *op
	change(&own, &request)
	return &own, request
}

// SomeTags returns the parts of some of the tags that parts of EachTags have, sorted as they are there; nil if there are none.
func SomeTags(parts *Parts, tags []untag.Tag) *Parts {
	if len(tags) == 0 {
		return nil
	}
	some := &Parts{Value: tags, ID: string(appendTagsID(nil, tags))}
	for i, tag := range parts.Value.([]untag.Tag) { //nolint:forcetypeassert // EachTags'
		if slices.ContainsFunc(tags, func(t untag.Tag) bool { return t.Key == tag.Key }) {
			some.Sizes = append(some.Sizes, parts.Sizes[i])
		}
	}
	return some
}
