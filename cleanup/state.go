package cleanup

import "strconv"

// State is what a step says of keys of a resource.
type State int

// The states. The first group is of Remove, the second of Verify, the third of Restore.
const (
	Pending      State = iota // found, and no call was made yet
	Removed                   // the service confirmed that it removed the keys
	AlreadyGone               // the keys were gone before any call of this job could have removed them
	Changed                   // left alone: the value is none of the pairs that were asked for
	Refused                   // the service refused to remove the keys, so they are as they were
	Unknown                   // a call was made that may have removed the keys; or they are gone, perhaps by such a call
	NotAttempted              // no call was made for the keys, because the run ended before

	Gone        // two reads agree that the keys are not there
	StillListed // the keys are listed, still or again
	Unverified  // the resource could not be read, which is no evidence of absence

	Restored    // the service confirmed that it wrote the saved value
	InPlace     // the saved value stands there, so nothing was written
	Kept        // another value stands there, and was kept
	NotRestored // the value could not be written; the error says why
)

var stateWords = [...]string{
	"pending", "removed", "already_gone", "changed", "refused", "unknown", "not_attempted",
	"gone", "still_listed", "unverified", "restored", "in_place", "kept", "not_restored",
}

// String returns the name in lower case with underscores, such as "already_gone", which files and reports use.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateWords) {
		return "State(" + strconv.Itoa(int(s)) + ")"
	}
	return stateWords[s]
}

// MarshalText is String.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *State) UnmarshalText(text []byte) error {
	for i, word := range stateWords {
		if word == string(text) {
			*s = State(i)
			return nil
		}
	}
	return errUnknownState
}
