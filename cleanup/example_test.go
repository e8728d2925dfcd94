package cleanup_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// exampleAccount is an account in memory with three resources that carry the key "team".
func exampleAccount() *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	cloud.Put(
		untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"team": "blue", "env": "prod"}},
		untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-2", Tags: map[string]string{"team": ""}},
		untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "logs", Tags: map[string]string{"team": "red"}},
	)
	return cloud
}

// exampleConfig is a Config without the rate that would make an example slow.
func exampleConfig(cloud *untagtest.Cloud) untag.Config {
	config := cloud.Config()
	config.Rate = -1
	return config
}

// exampleFolder makes a folder that clean removes.
func exampleFolder() (dir string, clean func()) {
	dir, err := os.MkdirTemp("", "untag-example")
	if err != nil {
		log.Fatal(err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// exampleJob makes a job in a folder that clean removes.
func exampleJob(cloud *untagtest.Cloud) (j *cleanup.Job, clean func()) {
	dir, remove := exampleFolder()
	j, err := cleanup.Create(filepath.Join(dir, "job"), exampleConfig(cloud), cleanup.Spec{Keys: []string{"team"}, Regions: []string{"cn-hangzhou"}})
	if err != nil {
		log.Fatal(err)
	}
	return j, func() {
		_ = j.Close()
		remove()
	}
}

// found runs Find to its end.
func found(j *cleanup.Job) {
	for _, err := range j.Find(context.Background(), cleanup.FindOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
	}
}

// done runs Find and Remove to their ends.
func done(j *cleanup.Job) {
	found(j)
	for _, err := range j.Remove(context.Background(), cleanup.RemoveOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
	}
}

// The whole Job, with a State for each key of each Resource: find what carries the key, save it, remove it, prove that it is gone, and put it back.
func Example() {
	cloud, ctx := exampleAccount(), context.Background()
	before := cloud.Digest()
	dir, clean := exampleFolder()
	defer clean()
	spec := cleanup.Spec{Keys: []string{"team"}, Regions: []string{"cn-hangzhou"}}
	job, err := cleanup.Create(filepath.Join(dir, "job"), exampleConfig(cloud), spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = job.Close() }()
	states := make(map[cleanup.State]int)
	for _, err := range job.Find(ctx, cleanup.FindOptions{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	for result, err := range job.Remove(ctx, cleanup.RemoveOptions{}) {
		if err != nil {
			log.Print(err) // of this resource, or of the run's end
		}
		states[result.State]++
	}
	for result, err := range job.Verify(ctx, cleanup.VerifyOptions{}) {
		if err != nil {
			log.Print(err)
		}
		states[result.State]++
	}
	for result, err := range job.Restore(ctx, cleanup.RestoreOptions{}) {
		if err != nil {
			log.Print(err)
		}
		states[result.State]++
	}
	fmt.Println(states[cleanup.Removed], "removed,", states[cleanup.Gone], "gone,", states[cleanup.Restored], "restored")
	fmt.Println("as before:", cloud.Digest() == before)
	// Output:
	// 3 removed, 3 gone, 3 restored
	// as before: true
}

func ExampleCreate() {
	cloud := exampleAccount()
	dir, clean := exampleFolder()
	defer clean()
	// The account is worth naming: with the credentials of another one nothing happens.
	_, err := cleanup.Create(filepath.Join(dir, "job"), exampleConfig(cloud), cleanup.Spec{Keys: []string{"team"}, Account: "42"})
	fmt.Println(err)
	job, err := cleanup.Create(filepath.Join(dir, "job"), exampleConfig(cloud), cleanup.Spec{Keys: []string{"team"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(job.Spec().Account, job.Close())
	// Output:
	// the job is one of account 42, and the credentials are those of account 1234567890123456
	// 1234567890123456 <nil>
}

// A job goes on where it was, whatever ended its process.
func ExampleOpen() {
	cloud := exampleAccount()
	dir, clean := exampleFolder()
	defer clean()
	folder := filepath.Join(dir, "job")
	job, err := cleanup.Create(folder, exampleConfig(cloud), cleanup.Spec{Keys: []string{"team"}, Regions: []string{"cn-hangzhou"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	found(job)
	_ = job.Close()

	job, err = cleanup.Open(folder, exampleConfig(cloud))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = job.Close() }()
	for result, err := range job.Remove(context.Background(), cleanup.RemoveOptions{Concurrency: 1}) {
		fmt.Println(result.Resource.ID, result.State, err)
	}
	// Unordered output:
	// i-1 removed <nil>
	// i-2 removed <nil>
	// logs removed <nil>
}

// A Run is one call of a step, and a Record all that is known of one key of one resource.
func ExampleInspect() {
	cloud := exampleAccount()
	dir, clean := exampleFolder()
	defer clean()
	folder := filepath.Join(dir, "job")
	job, err := cleanup.Create(folder, exampleConfig(cloud), cleanup.Spec{Keys: []string{"team"}, Regions: []string{"cn-hangzhou"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	done(job)
	_ = job.Close()

	job, err = cleanup.Inspect(folder) // no credentials are needed
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = job.Close() }()
	for _, run := range job.Runs() {
		fmt.Println(run.Step, "ended:", !run.Ended.IsZero())
	}
	fmt.Println("since", job.Created().IsZero(), "rehearsal:", job.Local(), "at work:", job.Running())
	for record, err := range job.Records() {
		fmt.Println(record.Resource.ID, record.Key, record.Saved, record.State, err)
	}
	// Output:
	// find ended: true
	// remove ended: true
	// since false rehearsal: false at work: false
	// i-1 team blue removed <nil>
	// i-2 team  removed <nil>
	// logs team red removed <nil>
}
