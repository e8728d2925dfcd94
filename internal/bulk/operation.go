package bulk

import (
	"context"
	"iter"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// Operation is what the engine must know of an operation and its client. It is made for each run and not changed.
//
// The engine knows resources by name and parts by number: what a part is, a key that is removed or a tag that is written,
// is between Parts and Encode.
type Operation struct {
	Service, Action string // as errors name them: untag.ServiceTag, "UntagResources"
	Request         string // the request's type in validation errors: "UntagManyRequest"
	Field           string // of the resources in it: "ResourceARNs"
	MaxResources    int    // a call
	MaxParts        int    // a call
	FixedQuery      int    // bytes of the query that every call has, beside its resources and parts
	OneRegion       bool   // all resources of a run are in one region, so that its end is the run's

	// OwnParts says that resources bring parts of their own: a call that is refused for its parts (rpc.ScopeTags) is then refused
	// for all resources of the region with equal parts, and for no others. Else all have the same, and the run ends.
	OwnParts bool

	// Place checks one resource and tells where it belongs. It is called once for each that is read.
	Place func(resource string) Place
	// Encode returns the parameters of a call. The engine frees the query.
	Encode func(b *Batch) *signature.Query
	// Send makes the call, which has all that a run asks of a call: the operation adds Call.Operation and what reads the
	// answer, and passes it to rpc.Client.Do. Failures are resources that a successful answer names as failed.
	Send func(ctx context.Context, call rpc.Call) ([]Failure, error)
	// Scope tells how far the error of a call reaches: rpc.Service.ScopeOf.
	Scope func(err error) rpc.Scope
	// Same reports whether two names may mean the same resource: an answer may spell one out that the request did not.
	// nil: equal names alone do.
	Same func(sent, answered string) bool
	// Partly returns the error of a resource of which the first parts, done of them, went through before err. It is called
	// with done > 0 alone. nil: err stays as it is.
	Partly func(parts *Parts, done int, err error) error
	// Before, if not nil, is called when a call's turn has come: before its first attempt, and before each later one that
	// would start more than BeforeAge after Before last returned. What it returns is taken out of the call; what is
	// left goes. An error ends the run and is the outcome of these resources, as one of a call would be.
	// ctx ends when the run does, and when it is drained.
	Before func(ctx context.Context, b *Batch) ([]Change, error)
	// Age takes the place of BeforeAge, where Before needs a part of it itself. 0: BeforeAge.
	Age time.Duration

	// Backoff draws the pause before the nth repetition of a resource that was refused for the moment, by itself.
	Backoff func(n int) time.Duration
	// MaxThrottle is how long such a resource is repeated if it was throttled.
	MaxThrottle time.Duration
	// MaxAttempts is how often a resource is sent by which the service failed.
	MaxAttempts int
	// Timeout is how long an attempt may take. 0 or negative: there is no bound.
	Timeout time.Duration
	// Width is the client's, shared by its runs with Concurrency 0. nil: each run has one of its own.
	Width *pace.Width
}

// BeforeAge is how old what Before has read may be when an attempt starts.
const BeforeAge = 5 * time.Second

// Place is where a resource belongs.
type Place struct {
	// Region is where its calls go.
	Region string
	// Key is equal for all names of the region that may mean the same resource. One call never has two resources of
	// the same key: the later one waits for the earlier one's outcome, and shares it only if their names and their
	// parts are equal. "": the name itself.
	Key string
	// Size is the resource's share of the query in bytes, encoded, with its name: "&ResourceARN.50=…".
	Size int
	// Reason says why the resource is malformed, so that it fails alone and is never sent. "": it is not.
	Reason string
}

// Parts are what a run does to a resource. Resources with equal parts share calls. A call has as many parts as MaxParts and
// the length of its query allow; more go in groups, one after another. Parts are not changed after they were given away.
type Parts struct {
	// ID is the same for equal parts and for no others. "": no other *Parts is equal.
	ID string
	// Sizes are the parts' bytes in the query, encoded, with their names: "&TagKey.20=…". None: calls have no parts,
	// because they do the same to all resources.
	Sizes []int
	// Value is what Encode makes the parts of.
	Value any
	// Problems are what is wrong with the parts, so that the resource fails alone and is never sent. Their fields
	// begin after the resource's: ".Tags[3].Key".
	Problems []untag.Problem
}

// partsKey is equal for equal parts.
type partsKey struct {
	id  string
	own *Parts // without an ID
}

func (p *Parts) key() partsKey {
	if p.ID != "" {
		return partsKey{id: p.ID}
	}
	return partsKey{own: p}
}

// Batch is the resources of one call, and the parts From up to, not including, To.
type Batch struct {
	Region    string
	Resources []string
	Parts     *Parts
	From, To  int
	// Lost says that an earlier attempt with these resources and parts may have been carried out, and that no answer told.
	Lost bool
}

// Change is what Before makes of one resource of a batch. Without Parts, Err is its outcome, nil included, and the run is done
// with it. With Parts, these are what is still to do to the resource: it goes in another call, with Before, and
// parts that went through earlier are forgotten.
type Change struct {
	Index int // in Batch.Resources
	Err   error
	Parts *Parts
}

// Failure is a resource that failed in an answer that is otherwise a success.
type Failure struct {
	Resource string
	Err      error
	Scope    rpc.Scope
	Unknown  bool // it may have succeeded all the same
}

// Request is what a run is about.
type Request struct {
	// Resources are pulled on the caller's goroutine, each with its parts.
	Resources iter.Seq2[string, *Parts]
	// InputErr, if not nil, is asked once when Resources has ended by itself. An error ends the run.
	InputErr func() error
	// Concurrency bounds the calls in flight. 0: as many as the service keeps up with, as Operation.Width finds out.
	Concurrency int
	// Unordered yields outcomes as they come, instead of in the order of the input.
	Unordered bool
	// Drain is nil or closed by the caller: no call starts any more, and those in flight finish.
	Drain <-chan struct{}
	// MaxWindow bounds the resources that are read ahead, 0: as the calls in flight ask for. It is not less than 16,384.
	MaxWindow int
}

// bounded is a size of the window that MaxWindow allows.
func (r *Request) bounded(window int) int {
	if r.MaxWindow == 0 {
		return window
	}
	return min(window, max(r.MaxWindow, minWindow))
}

// Each gives all resources the same parts.
func Each(resources iter.Seq[string], parts *Parts) iter.Seq2[string, *Parts] {
	return func(yield func(string, *Parts) bool) {
		for resource := range resources {
			if !yield(resource, parts) {
				return
			}
		}
	}
}
