package journal_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/journal"
)

// There is one Entry for each resource, at the place where its outcome was decided.
func ExampleJournal_Entries() {
	dir, remove := tempDir()
	defer remove()
	j, err := journal.Open(filepath.Join(dir, "untag.jsonl"), journal.Plan{Service: untag.ServiceECS, TagKeys: []string{"env"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = j.Close() }()
	client := newClient()
	for range 2 { // the second run tries i-2 again
		for id, err := range j.Record(client.UntagMany(context.Background(), ecs.UntagManyRequest{
			ResourceType: ecs.ResourceTypeInstance, TagKeys: []string{"env"},
			ResourceIDs: j.Pending(slices.Values([]string{"i-1", "i-2", "i-3"})),
		})) {
			fmt.Println(id, err == nil)
		}
	}
	fmt.Println("Report:")
	for entry, err := range j.Entries() {
		switch {
		case err != nil:
			fmt.Println(err)
		case entry.Done:
			fmt.Println(entry.Resource, "done")
		default:
			fmt.Println(entry.Resource, entry.Code, entry.Message)
		}
	}
	// Output:
	// i-1 true
	// i-2 false
	// i-3 true
	// i-2 false
	// Report:
	// i-1 done
	// i-3 done
	// i-2 InvalidResourceId.NotFound The specified ResourceIds are not found in our records.
}

// A Summary has the failures by code.
func ExampleJournal_Summary() {
	dir, remove := tempDir()
	defer remove()
	j, err := journal.Open(filepath.Join(dir, "untag.jsonl"), journal.Plan{Service: untag.ServiceECS, TagKeys: []string{"env"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = j.Close() }()
	for id, err := range j.Record(newClient().UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, TagKeys: []string{"env"},
		ResourceIDs: j.Pending(slices.Values([]string{"i-1", "i-2", "i-3"})),
	})) {
		fmt.Println(id, err == nil)
	}
	summary, err := j.Summary()
	fmt.Println(summary.Done, "done,", summary.Failed, "failed", err)
	fmt.Println(summary.Codes)
	// Output:
	// i-1 true
	// i-2 false
	// i-3 true
	// 2 done, 1 failed <nil>
	// map[InvalidResourceId.NotFound:1]
}

// Another account, another set of keys: the journal is refused. Error says what to do.
func ExamplePlanError() {
	dir, remove := tempDir()
	defer remove()
	path := filepath.Join(dir, "untag.jsonl")
	j, err := journal.Open(path, journal.Plan{Service: untag.ServiceTag, Account: "1111", TagKeys: []string{"env"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j.Close())

	_, err = journal.Open(path, journal.Plan{Service: untag.ServiceTag, Account: "2222", TagKeys: []string{"env"}})
	if planErr, ok := errors.AsType[*journal.PlanError](err); ok {
		fmt.Println(planErr.Fields, planErr.Recorded.Account, planErr.Wanted.Account)
	}
	// Output:
	// <nil>
	// [Account] 1111 2222
}

// A file that somebody edited is not guessed at, and not changed. Error says how to mend it, Unwrap gives what is wrong.
func ExampleCorruptError() {
	dir, remove := tempDir()
	defer remove()
	path := filepath.Join(dir, "untag.jsonl")
	plan := journal.Plan{Service: untag.ServiceTag, TagKeys: []string{"env"}}
	j, err := journal.Open(path, plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j.Close())
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = fmt.Fprintln(file, "i-1 is done, I think")
	fmt.Println(err, file.Close())

	_, err = journal.Open(path, plan)
	if corrupt, ok := errors.AsType[*journal.CorruptError](err); ok {
		fmt.Println("line", corrupt.Line)
	}
	// Output:
	// <nil>
	// <nil> <nil>
	// line 2
}
