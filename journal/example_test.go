package journal_test

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// untagAll stands for the UntagMany of a client: it fails for what is in the list.
func untagAll(ids iter.Seq[string], failing ...string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for id := range ids {
			var err error
			if slices.Contains(failing, id) {
				err = untag.ErrThrottled
			}
			if !yield(id, err) {
				return
			}
		}
	}
}

func tempDir() (dir string, remove func()) {
	dir, err := os.MkdirTemp("", "journal")
	if err != nil {
		panic(err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// A run is repeated with the same journal and the same input until nothing is left to do.
func Example() {
	dir, remove := tempDir()
	defer remove()
	path := filepath.Join(dir, "untag.jsonl")
	plan := journal.Plan{
		Service: untag.ServiceECS, Action: "UntagResources", Account: "1234567890123456",
		Region: "cn-hangzhou", ResourceType: "instance", TagKeys: []string{"env"},
	}
	input := slices.Values([]string{"i-1", "i-2", "i-3"})

	for _, failing := range []string{"i-2", ""} { // the second time all goes well
		j, err := journal.Open(path, plan)
		if err != nil {
			fmt.Println(err)
			return
		}
		for id, err := range j.Record(untagAll(j.Pending(input), failing)) {
			fmt.Println(id, err)
		}
		if err := j.Close(); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// i-1 <nil>
	// i-2 throttled
	// i-3 <nil>
	// i-2 <nil>
}

func ExampleOpen() {
	dir, remove := tempDir()
	defer remove()
	path := filepath.Join(dir, "untag.jsonl")
	j, err := journal.Open(path, journal.Plan{Service: untag.ServiceTag, Account: "1", TagKeys: []string{"env"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = journal.Open(path, journal.Plan{Service: untag.ServiceTag, Account: "1", TagKeys: []string{"env"}})
	fmt.Println(errors.Is(err, journal.ErrLocked))
	if err := j.Close(); err != nil {
		fmt.Println(err)
	}

	_, err = journal.Open(path, journal.Plan{Service: untag.ServiceTag, Account: "2", TagKeys: []string{"env"}})
	if planErr, ok := errors.AsType[*journal.PlanError](err); ok {
		fmt.Println(planErr.Fields, planErr.Recorded.Account, planErr.Wanted.Account)
	}
	// Output:
	// true
	// [Account] 1 2
}

func ExampleJournal_Entries() {
	dir, remove := tempDir()
	defer remove()
	j, err := journal.Open(filepath.Join(dir, "untag.jsonl"), journal.Plan{Service: untag.ServiceTag})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = j.Close() }()
	drain(j.Record(untagAll(slices.Values([]string{"arn-1", "arn-2", "arn-3"}), "arn-1", "arn-3")))
	drain(j.Record(untagAll(j.Pending(slices.Values([]string{"arn-1"})))))
	for entry, err := range j.Entries() {
		if err != nil {
			fmt.Println(err)
			return
		}
		if entry.Done {
			fmt.Println(entry.Resource, "done")
		} else {
			fmt.Println(entry.Resource, entry.Code, entry.Message)
		}
	}
	summary, err := j.Summary()
	fmt.Println(summary.Done, summary.Failed, summary.Codes, err)
	// Output:
	// arn-2 done
	// arn-3 Throttled throttled
	// arn-1 done
	// 2 1 map[Throttled:1] <nil>
}
