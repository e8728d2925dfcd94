package untagtemporal

import "errors"

var (
	errNoID      = errors.New("has no ID")
	errNoType    = errors.New("has no type, which its service needs")
	errTypeOfARN = errors.New("has a type beside an ARN, which names its own")
	errNoTags    = errors.New("has no tags, in a job that writes them")
	errAllOfTag  = errors.New("is named by an ARN, and Tag cannot remove all tags: name the keys")
	errTags      = errors.New("has tags, in a job that removes them")
)

// The types of the failures that end a slice, and with it the job's work in its lane. They are those of the application
// errors that the server shows, and of [Failure].
const (
	FailureCredentials = "Credentials" // none, wrong ones, or those of another account
	FailureRegion      = "Region"      // the region refuses every call, or has no endpoint
	FailureRequest     = "Request"     // the service refuses the tag keys or the tags, or they break a rule
	FailurePoison      = "Poison"      // the slice failed five times in a row without any progress
	FailureStore       = "Store"       // the store failed in all attempts, or holds something else than it was given
	FailureLane        = "Lane"        // somebody has ended the workflow of the lane
)

func isFailure(kind string) bool {
	switch kind {
	case FailureCredentials, FailureRegion, FailureRequest, FailurePoison, FailureStore, FailureLane:
		return true
	}
	return false
}
