package untag_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"expvar"
	"fmt"
	"iter"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// The Go code of README.md stands here, where it is compiled and vetted. TestReadmeCode compares the two.

var _ = []any{removeOne, removeMany, removeWithJournal, writeMany, list, proxied, watched}

// TestReadmeCleanup runs the first code of the page on an account in memory.
func TestReadmeCleanup(t *testing.T) {
	t.Chdir(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.Put(untagtest.Resource{
			Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"team": "a", "env": "test"},
		})
		before := cloud.Digest()
		var printed bytes.Buffer
		log := log.New(&printed, "", 0)
		show := func(results iter.Seq2[cleanup.Result, error]) {
			for result, err := range results {
				log.Print(result.Resource, " ", result.Keys, " ", result.State, " ", err)
			}
		}
		ctx, config := t.Context(), cloud.Config()
		// page: cleanup
		job, err := cleanup.Create("untag-team", config, cleanup.Spec{Keys: []string{"team"}}) // a job is a folder
		if err != nil {
			log.Fatal(err)
		}
		for found, err := range job.Find(ctx, cleanup.FindOptions{}) { // in all regions; what is yielded is saved
			log.Print(found.Resource, found.Tags, err)
		}
		show(job.Remove(ctx, cleanup.RemoveOptions{}))   // every value is read and saved again right before its call
		show(job.Verify(ctx, cleanup.VerifyOptions{}))   // until two reads agree that the key is not there
		show(job.Restore(ctx, cleanup.RestoreOptions{})) // when somebody asks for it: the saved values come back
		// end page
		assert.NoError(t, job.Close())
		assert.Equal(t, `cn-hangzhou ecs/instance/i-1 [{team a false}] <nil>
cn-hangzhou ecs/instance/i-1 [team] removed <nil>
cn-hangzhou ecs/instance/i-1 [team] gone <nil>
cn-hangzhou ecs/instance/i-1 [team] restored <nil>
`, printed.String())
		assert.Equal(t, before, cloud.Digest())
	})
}

func removeOne(ctx context.Context) {
	// page: one
	client, err := tag.New(untag.Config{Region: "cn-hangzhou"}) // credentials: the default chain
	if err != nil {
		log.Fatal(err)
	}
	request := tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:cn-hangzhou:*:instance/i-1"}, TagKeys: []string{"env"}}
	response, err := client.UntagResources(ctx, request)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.RequestID)
	// end page
}

func removeMany(ctx context.Context, client *tag.Client, arns []string, drain chan struct{}) {
	// page: many
	for arn, err := range client.UntagMany(ctx, tag.UntagManyRequest{
		ResourceARNs: slices.Values(arns), // or any iterator: a file, a database cursor
		TagKeys:      []string{"env", "owner"},
		Drain:        drain, // close it to stop gently; nil: never
	}) {
		if err != nil {
			log.Printf("%q: %v", arn, err) // a last pair of "" says why a run ended before its input did
		}
	}
	// end page
}

func removeWithJournal(ctx context.Context, client *tag.Client, request tag.UntagManyRequest, arns, keys []string) error {
	// page: journal
	j, err := journal.Open("untag.jsonl", journal.Plan{
		Service: untag.ServiceTag, Action: "UntagResources", Account: "1234567890123456", TagKeys: keys,
	})
	if err != nil {
		log.Fatal(err)
	}
	request.ResourceARNs = j.Pending(slices.Values(arns)) // leaves out what is done
	for arn, err := range j.Record(client.UntagMany(ctx, request)) {
		log.Print(arn, err) // as above
	}
	err = j.Close()
	// end page
	return err
}

func writeMany(ctx context.Context, client *tag.Client) {
	// page: write
	owners := func(yield func(string, []untag.Tag) bool) { // any iterator: each resource with tags of its own
		_ = yield("arn:acs:ecs:cn-hangzhou:*:instance/i-1", []untag.Tag{{Key: "owner", Value: "ada"}}) &&
			yield("arn:acs:oss:cn-beijing:*:bucket/logs", []untag.Tag{{Key: "owner", Value: "grace"}})
	}
	for arn, err := range client.TagMany(ctx, tag.TagManyRequest{Resources: owners}) {
		log.Print(arn, err)
	}
	// end page
}

func list(ctx context.Context, client *ecs.Client) {
	// page: list
	for resource, err := range client.ListTagResourcesAll(ctx, ecs.ListTagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, Tags: []untag.TagFilter{{Key: "owner", AnyValue: true}},
	}) {
		log.Print(resource.ResourceID, resource.Tags, err) // an error is the last pair: the listing could not go on
	}
	// end page
}

func proxied(proxy *url.URL, pool *x509.CertPool) untag.Config {
	// page: transport
	transport := untag.NewTransport()
	transport.Proxy = http.ProxyURL(proxy)
	transport.TLSClientConfig.RootCAs = pool
	config := untag.Config{Region: "cn-hangzhou", HTTPClient: &http.Client{Transport: transport}}
	// end page
	return config
}

func watched(config untag.Config, attempts *expvar.Map) untag.Config {
	// page: hooks
	// A record of every attempt: at info level if it is repeated, else at debug level.
	config.Logger = slog.Default()
	config.OnAttempt = func(_ context.Context, a untag.Attempt) { // after every HTTP attempt
		attempts.Add(a.Service+" "+a.Region+" "+a.Code, 1) // an expvar.Map, say
	}
	config.OnCall = func(ctx context.Context, call untag.Call) (context.Context, func(error)) { // around every call
		start := time.Now()
		return ctx, func(err error) { log.Print(call.Service, call.Resources, time.Since(start), err) }
	}
	// end page
	return config
}

func Example_readme() {
	// page: account
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{
		Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"},
	})
	cloud.Inject(untagtest.Fault{Calls: 1, Code: "Throttling.User"})
	client, err := tag.New(cloud.Config()) // in memory, without a socket; works inside testing/synctest
	// end page
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		Region:       "cn-hangzhou",
		ResourceARNs: []string{"arn:acs:ecs:cn-hangzhou:*:instance/i-1", "arn:acs:ecs:cn-hangzhou:*:instance/i-2"},
		TagKeys:      []string{"env"},
	})
	// page: errors
	switch {
	case errors.Is(err, untag.ErrPartialFailure): // Tag: some resources failed, the others are done
		if partial, ok := errors.AsType[*tag.PartialError](err); ok {
			for _, failed := range partial.Failed {
				fmt.Println(failed.ResourceARN, failed.Code, failed.RequestID)
			}
		}
	case errors.Is(err, untag.ErrNotFound):
		fmt.Println("gone")
	}
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok { // the service's own facts
		fmt.Println(apiErr.Code, apiErr.Message, apiErr.StatusCode, apiErr.RequestID)
	}
	// end page
	tags, _ := cloud.Tags("ecs", "cn-hangzhou", "instance", "i-1")
	fmt.Println(cloud.CallCount(), "calls, tags left:", tags)
	// Output:
	// arn:acs:ecs:cn-hangzhou:*:instance/i-2 InvalidResourceId.NotFound 00000000-0000-5000-8000-000000000002
	// 2 calls, tags left: map[]
}
