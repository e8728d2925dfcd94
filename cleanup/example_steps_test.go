package cleanup_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// Find yields a Found for each Resource.
func ExampleJob_Find() {
	job, clean := exampleJob(exampleAccount())
	defer clean()
	for found, err := range job.Find(context.Background(), cleanup.FindOptions{Concurrency: 4}) {
		if errors.Is(err, untag.ErrRunEnded) {
			fmt.Println(err) // what was listed is saved; Find goes on from there
			return
		}
		fmt.Printf("%s %q\n", found.Resource, found.Tags[0].Value)
	}
	// Output:
	// cn-hangzhou ecs/instance/i-1 "blue"
	// cn-hangzhou ecs/instance/i-2 ""
	// cn-hangzhou oss/bucket/logs "red"
}

func ExampleJob_Found() {
	job, clean := exampleJob(exampleAccount())
	defer clean()
	found(job)
	for found, err := range job.Found() {
		fmt.Println(found.Resource.ARN, err)
	}
	// Output:
	// arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-1 <nil>
	// arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-2 <nil>
	// arn:acs:oss:cn-hangzhou:1234567890123456:bucket/logs <nil>
}

// A Plan says who will act (an Identity), what was found (by Count and ValueCount), the Cost of each step, and, each as a
// Warning with its WarningKind (and an Oddity for each odd spelling), what to think of before.
func ExampleJob_Plan() {
	job, clean := exampleJob(exampleAccount())
	defer clean()
	found(job)
	plan, err := job.Plan(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("acting:", plan.Identity.Type, plan.Identity.Account)
	for _, service := range plan.Services {
		fmt.Println(service.Name, service.Resources)
	}
	for _, value := range plan.Values {
		fmt.Printf("%s=%q on %d\n", value.Tag.Key, value.Tag.Value, value.Resources)
	}
	fmt.Println("calls:", plan.Remove.Calls, plan.Verify.Calls, plan.Restore.Calls)
	for _, warning := range plan.Warnings {
		fmt.Println(warning.Kind)
	}
	// Output:
	// acting: RAMUser 1234567890123456
	// ecs 2
	// oss 1
	// team="" on 1
	// team="blue" on 1
	// team="red" on 1
	// calls: 4 4 6
	// emptyvalues
	// unseen
	// regions
	// policies
}

// Remove yields a Result for each state that the keys of a resource are in.
func ExampleJob_Remove() {
	cloud := exampleAccount()
	job, clean := exampleJob(cloud)
	defer clean()
	found(job)
	// Somebody is faster than the job.
	cloud.Edit(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "logs"}, func(tags map[string]string) { delete(tags, "team") })
	for result, err := range job.Remove(context.Background(), cleanup.RemoveOptions{}) {
		fmt.Println(result.Resource.ID, result.Keys, result.State, err)
	}
	// Unordered output:
	// i-1 [team] removed <nil>
	// i-2 [team] removed <nil>
	// logs [team] already_gone <nil>
}

func ExampleJob_Verify() {
	cloud := exampleAccount()
	job, clean := exampleJob(cloud)
	defer clean()
	done(job)
	cloud.Edit(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "logs"}, func(tags map[string]string) { tags["team"] = "back" })
	for result, err := range job.Verify(context.Background(), cleanup.VerifyOptions{Deadline: 3 * time.Second}) {
		fmt.Println(result.Resource.ID, result.State, len(result.Tags), err)
	}
	// Unordered output:
	// i-1 gone 0 <nil>
	// i-2 gone 0 <nil>
	// logs still_listed 1 <nil>
}

func ExampleJob_Restore() {
	cloud := exampleAccount()
	job, clean := exampleJob(cloud)
	defer clean()
	done(job)
	cloud.Edit(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "logs"}, func(tags map[string]string) { tags["team"] = "green" })
	for result, err := range job.Restore(context.Background(), cleanup.RestoreOptions{}) {
		fmt.Printf("%s %s %q %v\n", result.Resource.ID, result.State, result.Tags[0].Value, err)
	}
	// Unordered output:
	// i-1 restored "blue" <nil>
	// i-2 restored "" <nil>
	// logs kept "green" <nil>
}

func ExampleJob_Results() {
	job, clean := exampleJob(exampleAccount())
	defer clean()
	found(job)
	counts := make(map[cleanup.State]int)
	for result, err := range job.Results() {
		if err != nil {
			fmt.Println(err)
			return
		}
		counts[result.State] += len(result.Keys)
	}
	fmt.Println(counts)
	// Output: map[pending:3]
}

func ExampleJob_Spec() {
	job, clean := exampleJob(exampleAccount())
	defer clean()
	spec := job.Spec()
	fmt.Println(spec.Keys, spec.Regions, spec.Account)
	// Output: [team] [cn-hangzhou] 1234567890123456
}

func ExampleJob_Close() {
	job, clean := exampleJob(exampleAccount())
	defer clean()
	fmt.Println(job.Close(), job.Close())
	// Output: <nil> <nil>
}

// Format, of all verbs, and String show nothing of the tags.
func ExampleJob_String() {
	job, clean := exampleJob(exampleAccount())
	defer clean()
	name, folder, _ := strings.Cut(fmt.Sprintf("%+v", job), " in ")
	fmt.Println(name, folder != "")
	// Output: cleanup job of account 1234567890123456 true
}
