// Package bulk is the engine behind every UntagMany: any number of resources in, one outcome for each of them out.
//
// The caller's goroutine reads the input into a window of bounded size and yields the outcomes. Worker goroutines,
// at most as many for a region as calls may be in flight, take batches from the window, call the service, and split
// what was refused as a whole until each culprit stands alone. All state is under one lock; no call is made under it.
//
// What differs between the services is a Service; how many resources a call takes is the policy's decision.
package bulk
