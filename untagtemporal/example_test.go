package untagtemporal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtemporal"
)

// A worker of the user's own runs slices, 20 at a time. Credentials come from a function of the worker and never reach the server.
func ExampleRegister() {
	c, err := client.Dial(client.Options{HostPort: "temporal.example.com:7233", Namespace: "untag"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	w := worker.New(c, untagtemporal.DefaultTaskQueue, worker.Options{MaxConcurrentActivityExecutionSize: 20})
	err = untagtemporal.Register(w, untagtemporal.Options{
		Client: c,
		Store:  untagtemporal.Directory("/mnt/untag"),
		Config: func(_ context.Context, lane untagtemporal.Lane) (untag.Config, error) {
			return untag.Config{Credentials: credentialsOf(lane.Account)}, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := w.Run(worker.InterruptCh()); err != nil {
		fmt.Println(err)
	}
}

func credentialsOf(string) untag.CredentialProvider { return untag.DefaultCredentials() }

// Start a job, wait for its end, and look at what is not done.
func ExampleStart() {
	ctx := context.Background()
	c, err := client.Dial(client.Options{HostPort: "temporal.example.com:7233", Namespace: "untag"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	lane := untagtemporal.Lane{Service: untag.ServiceECS, Account: "1234567890123456", Region: "cn-hangzhou"}
	resources := func(yield func(untagtemporal.Resource, error) bool) { // any number, of any lanes, in any order
		for _, id := range []string{"i-bp1a", "i-bp1b"} {
			if !yield(untagtemporal.Resource{Lane: lane, Type: "instance", ID: id}, nil) {
				return
			}
		}
	}
	job := untagtemporal.Job{ID: "cost-center-2026", TagKeys: []string{"cost-center"}}
	h, err := untagtemporal.Start(ctx, c, untagtemporal.Directory("/mnt/untag"), job, resources)
	if errors.Is(err, fs.ErrExist) { // an earlier run of this program has stored it
		h, err = untagtemporal.Open(ctx, c, untagtemporal.Directory("/mnt/untag"), job.ID)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	status, err := h.Wait(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.State, status.Counts.Done, "done")
	for outcome, err := range h.Outcomes(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if outcome.Entry.Outcome() != untag.OutcomeDone {
			fmt.Println(outcome.Lane, outcome.Entry.Resource, outcome.Entry.Code)
		}
	}
}

// Anybody who reaches the server and the store can look after a job by its ID.
func ExampleOpen() {
	ctx := context.Background()
	c, err := client.Dial(client.Options{HostPort: "temporal.example.com:7233", Namespace: "untag"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	h, err := untagtemporal.Open(ctx, c, untagtemporal.Directory("/mnt/untag"), "cost-center-2026")
	if err != nil {
		fmt.Println(err)
		return
	}
	status, err := h.Status(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d of %d resources, %d lanes have failed\n", status.State, status.Counts.Total(), status.Resources, status.LanesFailed)
	for _, failure := range status.Failures {
		fmt.Println(failure.Lane, failure.Type, failure.Text)
	}
	if status.LanesFailed > 10 {
		if err := h.Cancel(ctx); err != nil { // slices that run come to an end, gently
			fmt.Println(err)
			return
		}
	}
}

// bucket is a store in memory, with the three calls that an object store has too: a write that fails if the object is there, a
// read, and a list by prefix.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (b *bucket) Create(_ context.Context, name string, data []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, exists := b.objects[name]; exists {
		return &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	b.objects[name] = bytes.Clone(data)
	return nil
}

func (b *bucket) Read(_ context.Context, name string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	data, exists := b.objects[name]
	if !exists {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return bytes.Clone(data), nil
}

func (b *bucket) List(_ context.Context, prefix string) (names []string, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name := range b.objects {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// A store of the user's own has three methods. An object is written once.
func ExampleStore() {
	ctx := context.Background()
	var store untagtemporal.Store = &bucket{objects: make(map[string][]byte)}
	fmt.Println(store.Create(ctx, "jobs/j/outcomes/0/1-1", []byte("first")))
	fmt.Println(errors.Is(store.Create(ctx, "jobs/j/outcomes/0/1-1", []byte("late")), fs.ErrExist))
	data, err := store.Read(ctx, "jobs/j/outcomes/0/1-1")
	fmt.Printf("%s %v\n", data, err)
	_, err = store.Read(ctx, "jobs/j/begun")
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	fmt.Println(store.List(ctx, "jobs/j/outcomes/"))
	// Output:
	// <nil>
	// true
	// first <nil>
	// true
	// [jobs/j/outcomes/0/1-1] <nil>
}
