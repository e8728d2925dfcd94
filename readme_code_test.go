package untag_test

import (
	"context"
	"crypto/x509"
	"errors"
	"expvar"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// The Go code of README.md stands here, where it is compiled and vetted. TestReadmeCode compares the two.

var _ = []any{removeOne, removeMany, removeWithJournal, proxied, watched}

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
	config.OnCall = func(ctx context.Context, call untag.Call) (context.Context, func(error)) { // round every call
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
