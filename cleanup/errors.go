package cleanup

import (
	"errors"
	"fmt"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/jobdir"
)

// Errors for errors.Is.
var (
	// ErrLocked says that another process, or another Job of this one, has the folder open. The lock ends with its
	// holder, however that ends.
	ErrLocked = jobdir.ErrLocked
	// ErrNotPrivate says that the folder, or a file in it, belongs to another user, may be written to by one, or is a
	// link.
	ErrNotPrivate = jobdir.ErrNotPrivate
	// ErrNoJob says that the folder holds no job.
	ErrNoJob = errors.New("no job")
	// ErrOrder says that a step is refused because of where the job stands: Find once Remove has begun, Remove once
	// Restore has, Remove before Find is complete, unless RemoveOptions.Incomplete is set.
	ErrOrder = errors.New("not now")
	// ErrUnasked says that a listing returned a resource that it was not asked for. Nothing of its page was saved.
	ErrUnasked = errors.New("a resource that was not asked for")
	// ErrIncomplete says that a listing of Find did not finish. An [*IncompleteError] names those that did not.
	ErrIncomplete = errors.New("incomplete")

	errUnknownState = errors.New("cleanup: unknown state")
)

// CorruptError is a line of a file of the folder that is not what was written. Its Path and Line, from 1, say which.
type CorruptError = jobdir.CorruptError

// AccountError says that the credentials belong to another account than the job. Nothing was sent but the question who
// they belong to. It is [untag.ErrPermissionDenied], too.
type AccountError struct {
	// Want is the account of the job, or of Spec.Account. Have is that of the credentials.
	Want, Have string
}

// Error says in one line which accounts these are.
func (e *AccountError) Error() string {
	return fmt.Sprintf("the job is one of account %s, and the credentials are those of account %s", e.Want, e.Have)
}

// Unwrap returns ErrPermissionDenied.
func (e *AccountError) Unwrap() error { return untag.ErrPermissionDenied }

// IncompleteError lists what Find could not list to its end. What was listed is saved, and another Find goes on from there.
type IncompleteError struct {
	// Listings are those that did not finish, the first 100 of them.
	Listings []ListingError
	// More is how many more did not finish.
	More int
}

// ListingError is one listing that did not finish.
type ListingError struct {
	// Service is one of the Service constants of package untag, Region the region that was searched, and Type the type
	// of resource, "" for Tag.
	Service, Region, Type string
	// Key is that of the tag that was listed. Its value is not told.
	Key string
	// Err is why it could not go on.
	Err error
}

// Error says in one line what was not listed.
func (e ListingError) Error() string {
	what := e.Service + " in " + e.Region
	if e.Type != "" {
		what += ", type " + e.Type
	}
	return fmt.Sprintf("%s, key %q: %v", what, e.Key, e.Err)
}

// Unwrap returns Err.
func (e ListingError) Unwrap() error { return e.Err }

// Error says in one line how many listings did not finish, and of the first one why.
func (e *IncompleteError) Error() string {
	text := fmt.Sprintf("%d listings did not finish", len(e.Listings)+e.More)
	if len(e.Listings) > 0 {
		text += "; the first: " + e.Listings[0].Error()
	}
	return text
}

// Unwrap returns ErrIncomplete and the errors of the listings.
func (e *IncompleteError) Unwrap() []error {
	all := append(make([]error, 0, 1+len(e.Listings)), ErrIncomplete)
	for _, l := range e.Listings {
		all = append(all, l)
	}
	return all
}

// endError is the last pair of a run that ended early. It is ErrRunEnded and its cause, and reads as the cause.
type endError struct{ cause error }

func (e *endError) Error() string { return e.cause.Error() }

func (e *endError) Unwrap() []error { return []error{untag.ErrRunEnded, e.cause} }

func ended(cause error) error {
	if errors.Is(cause, untag.ErrRunEnded) {
		return cause
	}
	return &endError{cause}
}
