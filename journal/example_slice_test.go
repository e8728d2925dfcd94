package journal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/journal"
)

// A Slice is the record of a bounded list, for a program that keeps its state elsewhere: here as JSON, as a workflow engine
// keeps it between the attempts of an activity.
func ExampleSlice() {
	client := newClient()
	ids := []string{"i-1", "i-2", "i-3"}
	plan := journal.Plan{
		Service: untag.ServiceECS, Action: "UntagResources", Account: "1234567890123456",
		Region: "cn-hangzhou", ResourceType: "instance", TagKeys: []string{"env"},
	}
	var state []byte // what the engine keeps

	leaseEnds := time.Now().Add(time.Minute)
	for attempt := range 2 {
		slice := journal.NewSlice(plan, ids)
		if state != nil {
			if err := slice.UnmarshalJSON(state); err != nil {
				fmt.Println(err)
				return
			}
		}
		fmt.Println("attempt", attempt, "has", slice.Open(), "resources to do")
		results := client.UntagMany(context.Background(), ecs.UntagManyRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slice.Pending(), TagKeys: plan.TagKeys,
		})
		holdsLease := func() error {
			if time.Now().After(leaseEnds) {
				return context.DeadlineExceeded
			}
			return nil
		}
		for id, err := range slice.Record(results, holdsLease) {
			fmt.Println(id, untag.OutcomeOf(err))
		}
		for _, refused := range slice.Refused() {
			fmt.Println("refused for good:", refused.Resource, refused.Code)
		}
		var err error
		if state, err = slice.MarshalJSON(); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// attempt 0 has 3 resources to do
	// i-1 done
	// i-2 refused
	// i-3 done
	// refused for good: i-2 InvalidResourceId.NotFound
	// attempt 1 has 0 resources to do
	// refused for good: i-2 InvalidResourceId.NotFound
}

// In a list for TagMany, every resource brings the tags that it is to get.
func ExampleNewTagSlice() {
	list := func(yield func(string, []untag.Tag) bool) {
		_ = yield("i-1", []untag.Tag{{Key: "env", Value: "test"}}) && yield("i-2", []untag.Tag{{Key: "env", Value: "prod"}})
	}
	slice := journal.NewTagSlice(journal.Plan{Service: untag.ServiceECS, Action: "TagResources"}, list)
	for id, tags := range slice.PendingTags() {
		fmt.Println(id, tags[0].Key, tags[0].Value)
	}
	state, err := json.Marshal(slice)
	fmt.Println(len(state) > 0, err)
	// Output:
	// i-1 env test
	// i-2 env prod
	// true <nil>
}

// A program that keeps its own records can use the words of a journal.
func ExampleEntryOf() {
	entry := journal.EntryOf("i-1", &untag.APIError{Code: "InvalidResourceId.NotFound", Message: "not found", RequestID: "1A", Kind: untag.ErrNotFound})
	fmt.Println(entry.Resource, entry.Outcome(), entry.Code, entry.Message, entry.RequestID)
	// Output:
	// i-1 refused InvalidResourceId.NotFound not found 1A
}

// For TagMany a success counts for the tags that were written: a resource that is to get others is pending again.
func ExampleJournal_PendingTags() {
	dir, remove := tempDir()
	defer remove()
	client := newClient()
	for _, value := range []string{"a", "a", "b"} {
		j, err := journal.Open(filepath.Join(dir, "tag.jsonl"), journal.Plan{Service: untag.ServiceECS, Action: "TagResources", ResourceType: "instance"})
		if err != nil {
			fmt.Println(err)
			return
		}
		all := func(yield func(string, []untag.Tag) bool) {
			yield("i-1", []untag.Tag{{Key: "team", Value: value}})
		}
		results := client.TagMany(context.Background(), ecs.TagManyRequest{
			ResourceType: ecs.ResourceTypeInstance, Resources: j.PendingTags(all),
		})
		written := 0
		for _, err := range j.RecordTags(results) {
			if err == nil {
				written++
			}
		}
		fmt.Println("team =", value, "written to", written)
		if err := j.Close(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// team = a written to 1
	// team = a written to 0
	// team = b written to 1
}
