// Command bulk removes tags from many ARNs, in one of several ways, and prints as JSON how fast it was. It is a program
// of its own because its memory is measured, and linking the vendor's SDKs would add to it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bench/floor"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/tag"
)

var (
	way      = flag.String("way", "many", "many: UntagMany; journal: with a journal; calls: workers that call UntagResources; workers: workers that encode, sign and send by themselves")
	number   = flag.Int("n", 1_000_000, "ARNs")
	address  = flag.String("address", "", "of the server")
	inFlight = flag.Int("inflight", 32, "calls in flight")
	profile  = flag.String("cpuprofile", "", "`file` for a CPU profile")
)

var tagKeys = []string{"cost-center-00", "cost-center-01", "cost-center-02"}

// outcome is what is printed.
type outcome struct {
	Seconds float64 // wall time
	CPU     float64 // seconds of this process
	Peak    int64   // bytes in memory at most, 0 where /proc does not tell
}

func main() {
	flag.Parse()
	start := time.Now()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bulk:", err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(outcome{time.Since(start).Seconds(), cpuTime().Seconds(), peak()})
}

func run(ctx context.Context) error {
	if *profile != "" {
		file, err := os.Create(*profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	transport := untag.NewTransport()
	client, err := tag.New(untag.Config{
		Region:      floor.Region,
		Endpoint:    "http://" + *address,
		Credentials: untag.StaticCredentials(floor.AccessKeyID, floor.AccessKeySecret, ""),
		HTTPClient:  &http.Client{Transport: transport},
	})
	if err != nil {
		return err
	}
	switch *way {
	case "many":
		return count(client.UntagMany(ctx, request(arns())))
	case "journal":
		return withJournal(ctx, client)
	case "calls":
		return workers(func() sender {
			return func(batch []string) error {
				_, err := client.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: batch, TagKeys: tagKeys})
				return err
			}
		})
	case "workers":
		bare := &floor.Client{
			HTTP: &http.Client{Transport: transport}, URL: "http://" + *address + "/", Host: *address, Version: "2018-08-28",
		}
		return workers(func() sender {
			var q signature.Query
			return func(batch []string) error {
				q.Reset()
				q.Add("RegionId", floor.Region)
				q.AddList("ResourceARN", batch)
				q.AddList("TagKey", tagKeys)
				return bare.SignAndPost(ctx, q.String())
			}
		})
	}
	return fmt.Errorf("no way %q", *way)
}

// arns is the input of every way, made as cheaply as possible.
func arns() iter.Seq[string] {
	return func(yield func(string) bool) {
		buf := []byte("arn:acs:ecs:" + floor.Region + ":1234567890123456:instance/i-bp1")
		for i := range *number {
			if !yield(string(strconv.AppendInt(buf, 1_0000_0000_0000_0000+int64(i), 10))) {
				return
			}
		}
	}
}

func request(resources iter.Seq[string]) tag.UntagManyRequest {
	return tag.UntagManyRequest{ResourceARNs: resources, TagKeys: tagKeys, Concurrency: *inFlight}
}

// count checks that every resource succeeded.
func count(outcomes iter.Seq2[string, error]) error {
	n := 0
	for arn, err := range outcomes {
		if err != nil {
			return fmt.Errorf("%s: %w", arn, err)
		}
		n++
	}
	if n != *number {
		return fmt.Errorf("%d outcomes of %d resources", n, *number)
	}
	return nil
}

func withJournal(ctx context.Context, client *tag.Client) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	j, err := journal.Open(filepath.Join(dir, "journal"), journal.Plan{
		Service: untag.ServiceTag, Action: "UntagResources", Region: floor.Region, TagKeys: tagKeys,
	})
	if err != nil {
		return err
	}
	if err := count(j.Record(client.UntagMany(ctx, request(j.Pending(arns()))))); err != nil {
		return err
	}
	return j.Close()
}

// sender sends a batch; each worker has its own.
type sender func(batch []string) error

// workers sends full batches and reports no more than an error: no outcomes, no order, no region but one.
func workers(newSender func() sender) error {
	batches := make(chan []string, *inFlight)
	errs := make(chan error, *inFlight)
	var group sync.WaitGroup
	for range *inFlight {
		group.Go(func() {
			send := newSender()
			var failed error
			for batch := range batches {
				if failed == nil { // else the input is drained
					failed = send(batch)
				}
			}
			errs <- failed
		})
	}
	batch := make([]string, 0, tag.MaxResources)
	for arn := range arns() {
		if batch = append(batch, arn); len(batch) == cap(batch) {
			batches <- slices.Clone(batch)
			batch = batch[:0]
		}
	}
	if len(batch) > 0 {
		batches <- batch
	}
	close(batches)
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
