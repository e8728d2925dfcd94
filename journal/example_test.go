package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/untagtest"
)

// newClient returns a client of an account in memory that has the instances i-1 and i-3, and not i-2.
func newClient() *ecs.Client {
	cloud := untagtest.NewCloud()
	for _, id := range []string{"i-1", "i-3"} {
		cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: id, Tags: map[string]string{"env": "test"}})
	}
	client, err := ecs.New(cloud.Config())
	if err != nil {
		panic(err)
	}
	return client
}

// tempDir returns a directory for journals. A program keeps its journal where it can find it again after a crash.
func tempDir() (dir string, remove func()) {
	dir, err := os.MkdirTemp("", "journal")
	if err != nil {
		panic(err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// A Journal stands between the input of a run and the loop over its results. The run is repeated with the same journal and
// the same input until nothing is left to do.
func Example() {
	dir, remove := tempDir()
	defer remove()
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	locked := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-2"}
	cloud.Deny("IncorrectInstanceStatus", 0, locked)
	client, err := ecs.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}

	for range 2 {
		j, err := journal.Open(filepath.Join(dir, "untag.jsonl"), journal.Plan{
			Service: untag.ServiceECS, Action: "UntagResources", Account: "1234567890123456",
			Region: "cn-hangzhou", ResourceType: "instance", TagKeys: []string{"env"},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		request := ecs.UntagManyRequest{
			Region: "cn-hangzhou", ResourceType: ecs.ResourceTypeInstance, TagKeys: []string{"env"},
			ResourceIDs: j.Pending(slices.Values([]string{"i-1", "i-2", "i-3"})),
		}
		for id, err := range j.Record(client.UntagMany(context.Background(), request)) {
			fmt.Println(id, "done:", err == nil)
		}
		if err := j.Close(); err != nil {
			fmt.Println(err)
			return
		}
		cloud.Allow(locked) // the second time all goes well
	}
	// Output:
	// i-1 done: true
	// i-2 done: false
	// i-3 done: true
	// i-2 done: true
}

// One run at a time has a journal.
func ExampleOpen() {
	dir, remove := tempDir()
	defer remove()
	path := filepath.Join(dir, "untag.jsonl")
	plan := journal.Plan{Service: untag.ServiceTag, Action: "UntagResources", Account: "1234567890123456", TagKeys: []string{"env"}}
	j, err := journal.Open(path, plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = j.Close() }()

	_, err = journal.Open(path, plan)
	fmt.Println(errors.Is(err, journal.ErrLocked))
	// Output: true
}

// A Plan has what makes a run another one. The order of keys does not.
func ExamplePlan() {
	dir, remove := tempDir()
	defer remove()
	path := filepath.Join(dir, "untag.jsonl")
	for _, keys := range [][]string{{"env", "owner"}, {"owner", "env"}, {"env"}} {
		j, err := journal.Open(path, journal.Plan{
			Service: untag.ServiceTag, Action: "UntagResources", Account: "1234567890123456", TagKeys: keys,
		})
		if err != nil {
			fmt.Println("refused")
			return
		}
		fmt.Println("opened", j.Close())
	}
	// Output:
	// opened <nil>
	// opened <nil>
	// refused
}

// Pending leaves out what has succeeded.
func ExampleJournal_Pending() {
	dir, remove := tempDir()
	defer remove()
	j, err := journal.Open(filepath.Join(dir, "untag.jsonl"), journal.Plan{Service: untag.ServiceECS, TagKeys: []string{"env"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = j.Close() }()
	input := []string{"i-1", "i-2", "i-3"}
	for id, err := range j.Record(newClient().UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: j.Pending(slices.Values(input)), TagKeys: []string{"env"},
	})) {
		fmt.Println(id, "done:", err == nil)
	}
	fmt.Println(slices.Collect(j.Pending(slices.Values(input))))
	// Output:
	// i-1 done: true
	// i-2 done: false
	// i-3 done: true
	// [i-2]
}

// When the loop sees an outcome, it is in the file.
func ExampleJournal_Record() {
	dir, remove := tempDir()
	defer remove()
	path := filepath.Join(dir, "untag.jsonl")
	j, err := journal.Open(path, journal.Plan{Service: untag.ServiceECS, TagKeys: []string{"env"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = j.Close() }()
	recorded := func(id string) bool {
		text, err := os.ReadFile(path)
		return err == nil && strings.Contains(string(text), `"`+id+`"`)
	}
	for id, err := range j.Record(newClient().UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: j.Pending(slices.Values([]string{"i-1", "i-2"})), TagKeys: []string{"env"},
	})) {
		fmt.Println(id, "done:", err == nil, "recorded:", recorded(id))
	}
	// Output:
	// i-1 done: true recorded: true
	// i-2 done: false recorded: true
}

// Err tells whether it was the journal that ended a run early, because of a full disk for instance, or the run itself.
func ExampleJournal_Err() {
	dir, remove := tempDir()
	defer remove()
	j, err := journal.Open(filepath.Join(dir, "untag.jsonl"), journal.Plan{Service: untag.ServiceECS})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = j.Close() }()
	for id, err := range j.Record(newClient().UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values([]string{"i-1"}), // no keys, by mistake
	})) {
		if id != "" {
			continue
		}
		if j.Err() == nil {
			fmt.Println("the run ended; a mistake in the request:", errors.Is(err, untag.ErrInvalidRequest))
		} else {
			fmt.Println("see to the disk, then run again:", err)
		}
	}
	// Output: the run ended; a mistake in the request: true
}

// Close says whether all that was recorded is safe. Reports can still be made; nothing more can be recorded.
func ExampleJournal_Close() {
	dir, remove := tempDir()
	defer remove()
	j, err := journal.Open(filepath.Join(dir, "untag.jsonl"), journal.Plan{Service: untag.ServiceECS, TagKeys: []string{"env"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j.Close())
	summary, err := j.Summary()
	fmt.Println(summary.Done, summary.Failed, err)
	for id, err := range j.Record(newClient().UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values([]string{"i-1"}), TagKeys: []string{"env"},
	})) {
		fmt.Printf("%q %t\n", id, errors.Is(err, fs.ErrClosed))
	}
	// Output:
	// <nil>
	// 0 0 <nil>
	// "" true
}
