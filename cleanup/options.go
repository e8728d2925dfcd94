package cleanup

import (
	"time"

	"github.com/untag-go/untag"
)

// Result is what a step says of some keys of a resource. A resource has a Result for each State that its keys are in.
type Result struct {
	// Resource is the resource.
	Resource Resource
	// Keys are those that are in the state, sorted.
	Keys []string
	// State is what the step says of them.
	State State
	// Tags are the keys with the values that were seen, where the state is about a value: what is there now for
	// Changed, StillListed and Kept, what was written for Restored, what stands there for InPlace, and what was saved
	// for Removed, Unknown and NotRestored. For the other states they are nil.
	Tags []untag.Tag
}

// FindOptions are the options of [Job.Find].
type FindOptions struct {
	// ByType asks Tag for everything that has tags, type by type (ListSupportResourceTypes), and sorts out at home what the
	// Spec asks for, instead of asking for the values of its keys. That finds tags with empty values on resources of all
	// services, and is the cheaper way where nearly every resource has a value of its own: it costs a call for each
	// type in each region, and one for each 1,000 resources with tags. It relies on ARNs of the form
	// "arn:acs:ecs:*:*:instance/*", which the vendor's own automation uses and no document names.
	ByType bool
	// Concurrency is how many listings run at a time, at most 256. 0: 16. Pages in flight are also bounded by their
	// size, 8 MiB in all.
	Concurrency int
	// Drain is nil, or closed by the caller: no call starts any more, those in flight finish and are saved, and the run
	// ends.
	Drain <-chan struct{}
}

// RemoveOptions are the options of [Job.Remove].
type RemoveOptions struct {
	// Incomplete allows to begin although a listing of Find did not finish. Only what was found is removed.
	Incomplete bool
	// Concurrency is how many removing calls are in flight at a time, at most 256. 0: as many as the service keeps up with,
	// found while it runs.
	Concurrency int
	// Drain is nil, or closed by the caller: no call starts any more, those in flight finish, and the rest is
	// NotAttempted.
	Drain <-chan struct{}
}

// VerifyOptions are the options of [Job.Verify].
type VerifyOptions struct {
	// Deadline is how long a resource is read again before what is still listed is reported as such, from its first
	// read. 0: 1 min. At least two reads are made of each resource.
	Deadline time.Duration
	// Concurrency is how many reads are in flight at a time, at most 256. 0: 16.
	Concurrency int
	// Drain is nil, or closed by the caller: no call starts any more, those in flight finish, and the run ends.
	Drain <-chan struct{}
}

// RestoreOptions are the options of [Job.Restore].
type RestoreOptions struct {
	// Overwrite writes the saved value also where another one stands now. That value is recorded in the folder.
	// false: it is kept and reported.
	Overwrite bool
	// Concurrency is how many writing calls are in flight at a time, at most 256. 0: as many as the service keeps up with.
	Concurrency int
	// Drain is nil, or closed by the caller: no call starts any more, those in flight finish, and the rest is NotRestored.
	Drain <-chan struct{}
}
