package bulk

import (
	"context"
	"iter"
	"time"

	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
)

// Service is what the engine must know of an operation.
type Service struct {
	Name, Action string
	MaxResources int    // a call
	MaxTagKeys   int    // a call
	Field        string // of the resources in the request: "ResourceARNs"
	Parameter    string // of the resources in the query: "ResourceARN"
	OneRegion    bool   // all resources of a run are in one region

	// Place checks one resource and tells its region. The reason is "" if it is well-formed.
	Place func(resource string) (region, reason string)
	// Send makes one call. Failures are resources that a successful answer names as failed.
	Send func(ctx context.Context, batch Batch) ([]Failure, error)
	// Scope tells how far the error of a call reaches.
	Scope func(error) rpc.Scope
	// Same reports whether two names mean the same resource: an answer may spell one out that the request did not.
	Same func(sent, answered string) bool
	// Backoff draws the pause before the nth repetition of a resource that was throttled by itself.
	Backoff func(n int) time.Duration
	// MaxThrottle is how long such a resource is repeated.
	MaxThrottle time.Duration
	// MaxAttempts is how often a resource is sent by which the service failed.
	MaxAttempts int
}

// Batch is one call.
type Batch struct {
	Region    string
	Resources []string
	TagKeys   []string
	All       bool
	Slot      pace.Slot
	Start     context.Context // ends when no call may start any more; Send then returns rpc.ErrNotStarted
	Waiting   func()          // to be called before the call waits to repeat an attempt
}

// Failure is a resource that failed in an answer that is otherwise a success.
type Failure struct {
	Resource string
	Err      error
	Scope    rpc.Scope
	Unknown  bool // it may have succeeded all the same
}

// Request is what to remove from what.
type Request struct {
	Resources   iter.Seq[string]
	TagKeys     []string
	All         bool
	FixedQuery  int // bytes of the query that every call has
	Concurrency int
	Unordered   bool
	Drain       <-chan struct{}
}
