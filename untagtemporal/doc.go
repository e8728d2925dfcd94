// Package untagtemporal runs bulk jobs of package untag on Temporal: any number of accounts, regions and machines, for days
// if need be, through workers that die.
//
// # The pieces
//
// A [Job] removes tags from resources, or writes tags to them, in any number of lanes. A [Lane] is one service in one
// account and region: what a quota of the service belongs to. [Start] cuts the resources into slices of at most
// [MaxSlice] resources of one lane, puts the slices in a [Store], and starts a workflow for the job, which knows the
// slices by their numbers alone.
//
//	Start ──► Store: slices                 workflow Job ──► workflow Lane (one for each lane of the namespace)
//	                                                          └─► activity Slice (one at a time) ──► Store: outcomes
//
// A lane is a workflow that all jobs of the namespace share, so that the quota has one owner: it runs one slice at a time,
// those of several jobs in turn. The slice is an activity: UntagMany or TagMany over its resources, at the pace of the SDK. A
// worker keeps the client of a lane from slice to slice, and with it the pace that it has learned.
//
//	c, err := client.Dial(client.Options{HostPort: address, Namespace: namespace})
//	w := worker.New(c, untagtemporal.DefaultTaskQueue, worker.Options{MaxConcurrentActivityExecutionSize: 20})
//	err = untagtemporal.Register(w, untagtemporal.Options{Client: c, Store: untagtemporal.Directory(dir), Config: config})
//	...
//	job := untagtemporal.Job{ID: "cost-center-2026", TagKeys: []string{"cost-center"}}
//	h, err := untagtemporal.Start(ctx, c, untagtemporal.Directory(dir), job, resources)
//	status, err := h.Wait(ctx)
//	for outcome, err := range h.Outcomes(ctx) {
//
// The command untagjob of the module untagtemporal/dev shows all of it: go run ./cmd/untagjob demo.
//
// # When a worker dies
//
// The activity reports the state of its slice ([github.com/untag-go/untag/journal.Slice], about 1 KB) to the server when it
// has settled its first resources, and three times a lease. A worker that has been silent for one lease ([Job].Lease) has lost
// the slice; a second later the next worker goes on from the state last reported, so what was sent in the last third of a
// lease is sent again. A worker that was frozen, or cut off from the server, starts no call once its lease has passed: that
// is checked before every HTTP attempt. A call in flight at that moment cannot be called back. Removing tags twice is harmless;
// tags that are written twice could overwrite what somebody set in between, so TagMany waits for [untag.Config]'s
// Timeout on a slice that changed hands, and on others of a lane that lost a worker. What a late worker has to say is not heard:
// outcomes are stored under the number of the attempt, and the highest counts.
//
// # What ends a lane's work, and what is tried again
//
// Credentials that are refused or another account's, a region that takes no calls, and a request that breaks a rule end the
// job's work in their lane, as does a slice that panics or fails five times in a row without settling a resource. [Status] has
// the cause, and the job goes on in its other lanes. Anything else is tried again after 5 s, 20 s, 80 s and then every 5 min, and
// is in Status.Retrying from the second time on. An outage of the service through five attempts leaves the resources of the slice
// [untag.OutcomeUnknown]; one of the store is outlasted for eight hours.
//
// Nothing is waited for in vain: a job asks every five minutes the lanes that have said nothing since (every hour while it is
// paused), and one whose workflow somebody has ended is a failure in [Status]. A lane drops a job that somebody has terminated
// when it does not hear a report; the slice that runs by then ends gently.
//
// # What the server gets to see
//
// The names of lanes, numbers of slices, counts, states of slices, request IDs, and texts of errors of the SDK and the file
// system. Errors of the caller's own Config and Store, whose texts may be anything, go to the worker's log only. Credentials
// stay in the worker: [Options].Config makes the configuration of a lane where the calls are made. The tag keys, the
// resources and their outcomes are in the store. The memo of each workflow has the job, account, region and the numbers
// done and refused, which Temporal's UI shows; with [Job].SearchAttributes workflows can be listed by them.
//
// # Versions
//
// Histories outlive a program: workflows that a version of this package began go on in the next. Recorded histories of every
// version are replayed in its tests.
package untagtemporal
