package untagtemporal

// State is how far a job has come.
type State string

// The states of a job.
const (
	StateRunning   State = "running"
	StatePaused    State = "paused"    // no slice is running, or those that are will end soon; Resume goes on
	StateCanceling State = "canceling" // slices that run come to an end
	StateCanceled  State = "canceled"  // the end: the rest was not attempted
	StateDone      State = "done"      // the end: every slice has run, or its lane has failed
	StateFailed    State = "failed"    // the end: lanes could not be opened; Failures has the cause
)

// Counts are numbers of resources by what is known of them, as [github.com/untag-go/untag.Outcome] has it.
type Counts struct {
	Done, Refused, Unknown, NotAttempted, Invalid int
}

func (c *Counts) add(other Counts) {
	c.Done += other.Done
	c.Refused += other.Refused
	c.Unknown += other.Unknown
	c.NotAttempted += other.NotAttempted
	c.Invalid += other.Invalid
}

// Total is how many resources are counted.
func (c Counts) Total() int { return c.Done + c.Refused + c.Unknown + c.NotAttempted + c.Invalid }

// Failure is why a job's work in a lane ended before it was done.
type Failure struct {
	Lane Lane
	Type string // one of the Failure constants
	Text string // the cause in one line, without secrets
}

// Retry is a slice whose last attempts have ended with an error and without any progress. It is tried again, until it goes
// on or its lane fails.
type Retry struct {
	Lane    Lane
	Attempt int    // of the slice, from 1
	Text    string // the last error in one line, without secrets
}

// maxFailures bounds the failures that a status lists.
const maxFailures = 100

// Status is what is known of a job as a whole.
type Status struct {
	ID    string
	State State
	// Resources, Slices and Lanes are those of the whole job.
	Resources, Slices, Lanes int
	// SlicesDone are the slices that have ended, LanesDone and LanesOpen the lanes that have ended and that are busy.
	SlicesDone, LanesDone, LanesOpen int
	// Counts are of the slices that have ended, and of what was done of those that a cancellation ended. Resources of failed
	// lanes and canceled jobs that no slice came to are in none of them.
	Counts Counts
	// LanesFailed is how many lanes have failed, and Failures says why, the first hundred of them.
	LanesFailed int
	Failures    []Failure
	// Retrying are the slices that are tried again, by the order of their lanes.
	Retrying []Retry
}
