package untagtemporal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"sync"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/untag-go/untag"
)

// Options are what a worker needs to run slices.
type Options struct {
	// Client is the connection to the server, by which leases are renewed and lanes are opened. Required.
	Client client.Client
	// Store has the slices. All workers and callers use the same. Required.
	Store Store
	// Config returns the configuration of a lane's calls, with its credentials. It is called before the first slice of a lane
	// on this worker, and again for a slice that begins ten minutes later or whose credentials are refused: the client that
	// is made of it is kept for so long, and with it the pace that the lane was found to take. Its Region is replaced by the
	// lane's, a Timeout of none by the default, since what a lost worker has in flight must end at some time. An error is
	// tried again, and given up after five attempts; its text goes to the worker's log, and not to the server. Required.
	//
	// Hooks are set here too: untagotel's Telemetry.Instrument gives the calls of lanes their metrics and traces, beside those
	// of Temporal's own SDK.
	Config func(ctx context.Context, lane Lane) (untag.Config, error)
	// Results is nil, or gets the results of every run on their way, to count them: untagotel's Telemetry.Results counts
	// resources. It passes each on.
	Results func(ctx context.Context, lane Lane, results iter.Seq2[string, error]) iter.Seq2[string, error]
	// Rounds is how many times a slice goes over the resources that may end differently, such as those that an outage
	// left unknown, before it leaves them so. 0: 3.
	Rounds int
}

const defaultRounds = 3

// slicer runs the activities of a worker.
type slicer struct {
	Options
	base func() http.RoundTripper // of lanes whose Config has no HTTPClient: they share its connections

	mu      sync.Mutex
	checked map[Lane]string      // the access key ID whose account was checked; guarded by mu
	clients map[Lane]*laneClient // guarded by mu
}

// Register adds the workflows and activities of this package to a worker of the user's own. Its task queue is the one that
// jobs name, "untag" by default. How many slices the worker runs at a time is worker.Options's
// MaxConcurrentActivityExecutionSize; a slice of 5,000 resources takes a few MB.
func Register(w worker.Registry, options Options) error {
	if options.Client == nil || options.Store == nil || options.Config == nil {
		return errors.New("untagtemporal: Register needs a Client, a Store and a Config")
	}
	if options.Rounds == 0 {
		options.Rounds = defaultRounds
	}
	if options.Rounds < 1 {
		return fmt.Errorf("untagtemporal: Rounds is %d; use 0 for the default of %d", options.Rounds, defaultRounds)
	}
	s := &slicer{
		Options: options, checked: make(map[Lane]string), clients: make(map[Lane]*laneClient),
		base: sync.OnceValue(func() http.RoundTripper { return untag.NewTransport() }),
	}
	w.RegisterWorkflowWithOptions(runJob, workflow.RegisterOptions{Name: jobWorkflow})
	w.RegisterWorkflowWithOptions(runLane, workflow.RegisterOptions{Name: laneWorkflow})
	w.RegisterActivityWithOptions(s.open, activity.RegisterOptions{Name: openActivity})
	w.RegisterActivityWithOptions(s.slice, activity.RegisterOptions{Name: sliceActivity})
	return nil
}
