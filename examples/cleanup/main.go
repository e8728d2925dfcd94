// Cleanup takes the tag key "team" off a whole account, proves that it is gone, and puts it back, on an account in memory:
//
//	go run ./examples/cleanup
//
// prints:
//
//	found    arn:acs:oss:cn-beijing:1234567890123456:bucket/logs: team=b
//	found    arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-1: team=a
//	plan     2 tags of 2 resources, as acs:ram::1234567890123456:user/untagtest
//	remove   i-1 [team]: removed
//	remove   logs [team]: removed
//	verify   i-1 [team]: gone
//	verify   logs [team]: gone
//	restore  i-1 [team]: restored
//	restore  logs [team]: restored
//	The account is what it was: true
//
// The command cmd/untag does the same for a person at a terminal.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintf(stderr, "cleanup: it takes no arguments, and got %q\n", args)
		return 2
	}
	if err := cleanUp(ctx, stdout); err != nil {
		fmt.Fprintln(stderr, "cleanup:", err)
		return 1
	}
	return 0
}

func cleanUp(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "cleanup-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	// An account in memory. For a real one, the config is untag.Config{}: the credentials come from the default chain.
	cloud := untagtest.NewCloud()
	cloud.Put(
		untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"team": "a", "name": "web"}},
		untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs", Tags: map[string]string{"team": "b"}},
	)
	before := cloud.Digest()

	// A job is a folder: after a crash, cleanup.Open goes on with it. Without Regions, all of them are searched.
	job, err := cleanup.Create(filepath.Join(dir, "job"), cloud.Config(), cleanup.Spec{
		Keys: []string{"team"}, Regions: []string{"cn-hangzhou", "cn-beijing"},
	})
	if err != nil {
		return err
	}
	defer func() { _ = job.Close() }()

	// Find everything that carries the key, and save it with its value.
	for _, err := range job.Find(ctx, cleanup.FindOptions{}) {
		if err != nil {
			return err
		}
	}
	for found, err := range job.Found() {
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "found    %s: %s=%s\n", found.Resource.ARN, found.Tags[0].Key, found.Tags[0].Value)
	}

	// See what would happen, and who would do it. This is the place to ask somebody.
	plan, err := job.Plan(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "plan     %d tags of %d resources, as %s\n", plan.Tags, plan.Resources, plan.Identity.ARN)

	// Remove: each value is read and saved once more right before its call. Then verify, and restore.
	if err := show(out, "remove", job.Remove(ctx, cleanup.RemoveOptions{})); err != nil {
		return err
	}
	if err := show(out, "verify", job.Verify(ctx, cleanup.VerifyOptions{})); err != nil {
		return err
	}
	if err := show(out, "restore", job.Restore(ctx, cleanup.RestoreOptions{})); err != nil {
		return err
	}
	fmt.Fprintln(out, "The account is what it was:", cloud.Digest() == before)
	return nil
}

// show prints what a step says of each resource. An error belongs to its resource; the last one may be that of the whole run.
func show(out io.Writer, step string, results iter.Seq2[cleanup.Result, error]) error {
	var all []cleanup.Result
	for result, err := range results {
		if err != nil {
			return fmt.Errorf("%s %s: %w", step, result.Resource, err)
		}
		all = append(all, result)
	}
	slices.SortFunc(all, func(a, b cleanup.Result) int { return cmp.Compare(a.Resource.ID, b.Resource.ID) })
	for _, r := range all {
		fmt.Fprintf(out, "%-8s %s %v: %s\n", step, r.Resource.ID, r.Keys, r.State)
	}
	return nil
}
