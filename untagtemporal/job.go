package untagtemporal

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/untag-go/untag"
)

// MaxSlice is how many resources a slice holds at most. It bounds what a takeover repeats, and the size of what a worker
// reports to the server: about 1 KB for a slice of which none was refused.
const MaxSlice = 5000

// Lane is what a quota of the service belongs to, and what one workflow owns.
type Lane struct {
	Service string // untag.ServiceTag, untag.ServiceECS, untag.ServiceVPCIPAM or untag.ServiceResourceSharing
	Account string // the number of the main account, which the worker's credentials must belong to
	Region  string // that calls go to
}

// String returns "service/account/region".
func (l Lane) String() string { return l.Service + "/" + l.Account + "/" + l.Region }

// check refuses what could not be part of a workflow ID or of a name in a store.
func (l Lane) check() error {
	switch l.Service {
	case untag.ServiceTag, untag.ServiceECS, untag.ServiceVPCIPAM, untag.ServiceResourceSharing:
	default:
		return fmt.Errorf("lane %q: the service is none of the Service constants of package untag", l)
	}
	if l.Account == "" || strings.Trim(l.Account, "0123456789") != "" {
		return fmt.Errorf("lane %q: the account is not the number of a main account", l)
	}
	if !regionPattern.MatchString(l.Region) || len(l.Region) > 64 {
		return fmt.Errorf("lane %q: the region is not the ID of a region, such as cn-hangzhou", l)
	}
	return nil
}

var regionPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)+$`)

// Resource is one resource of a job.
type Resource struct {
	Lane Lane
	Type string      // of the services that name resources by ID, such as "instance"; "" for Tag
	ID   string      // the ARN for Tag, else the ID
	Tags []untag.Tag // what to write, in a job that writes
}

// Job says what to do. A job either removes tags (TagKeys or All) or writes them (Write).
type Job struct {
	// ID names the job in the namespace and in the store: 1 to 100 letters, digits, underscores, hyphens
	// and, not first, dots.
	// An ID is used once.
	ID string
	// TagKeys are the keys to remove.
	TagKeys []string
	// All removes every tag, in services that can. TagKeys must be empty then.
	All bool
	// Write writes the tags of each Resource.
	Write bool
	// TaskQueue is where the job's own workflow and the lanes that it opens run. "": "untag".
	TaskQueue string
	// MaxLanes is how many lanes the job keeps busy at a time. 0: 100. The rest of its lanes is opened as others end,
	// so that a job of thousands of lanes does not start thousands of workflows at once.
	MaxLanes int
	// Lease is how long a worker may be silent before another one takes its slice over. 0: 30 s. At least 1 s. A worker
	// that is alive renews it three times in that time.
	Lease time.Duration
	// SearchAttributes has the job and its lanes set search attributes, in a namespace that has them: [SearchAttributes]. Without
	// it, or them, the memo shows the same, but workflows cannot be listed by it. A lane that another job has opened is as that
	// job wanted it.
	SearchAttributes bool
}

// DefaultTaskQueue is the task queue of jobs that name none.
const DefaultTaskQueue = "untag"

const (
	defaultMaxLanes = 100
	defaultLease    = 30 * time.Second // long enough for a worker that is busy, short enough for one that has died
	minLease        = time.Second
)

func (j Job) withDefaults() Job {
	if j.TaskQueue == "" {
		j.TaskQueue = DefaultTaskQueue
	}
	if j.MaxLanes == 0 {
		j.MaxLanes = defaultMaxLanes
	}
	if j.Lease == 0 {
		j.Lease = defaultLease
	}
	return j
}

var (
	idPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)

	errWhat = errors.New("the job says not what to do: set one of TagKeys, All and Write")
)

func validID(id string) bool { return idPattern.MatchString(id) && id[0] != '.' }

func errID(id string) error {
	return fmt.Errorf("job ID %q: use 1 to 100 letters, digits, underscores, hyphens and, not first, dots", id)
}

func (j Job) check() error {
	if !validID(j.ID) {
		return errID(j.ID)
	}
	what := 0
	for _, set := range []bool{len(j.TagKeys) > 0, j.All, j.Write} {
		if set {
			what++
		}
	}
	if what != 1 {
		return errWhat
	}
	if j.MaxLanes < 0 {
		return fmt.Errorf("MaxLanes is %d; use 0 for the default of %d", j.MaxLanes, defaultMaxLanes)
	}
	if j.Lease != 0 && j.Lease < minLease {
		return fmt.Errorf("a Lease of %v; use at least %v, or 0 for the default of %v", j.Lease, minLease, defaultLease)
	}
	return nil
}

// JobWorkflowID is the ID of the workflow of a job.
func JobWorkflowID(id string) string { return "untag-job/" + id }

// LaneWorkflowID is the ID of the workflow of a lane.
func LaneWorkflowID(l Lane) string { return "untag-lane/" + l.String() }
