package faults_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// TestOneClientManyGoroutines shares one client of each service among 64 goroutines over all methods, while calls fail in
// mixed ways, the credentials change, and every error is printed by several goroutines at once. The race detector is the judge.
func TestOneClientManyGoroutines(t *testing.T) {
	const goroutines, rounds = 64, 4
	cloud := untagtest.NewCloud()
	cloud.KeepCalls(100)
	server := httptest.NewServer(cloud)
	defer server.Close()
	transport := untag.NewTransport()
	defer transport.CloseIdleConnections()

	for i := range 2 {
		cloud.AllowKey(keyID, keySecret, fmt.Sprint(sessionToken, i))
	}
	config := cloud.Config()
	config.Endpoint = server.URL
	config.HTTPClient = &http.Client{Transport: transport}
	config.Retry = untag.Retry{BaseDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond}
	config.Rate = -1
	config.Logger = slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var calls, attempts atomic.Int64
	config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
		return ctx, func(err error) {
			calls.Add(1)
			everyText(err)
		}
	}
	config.OnAttempt = func(_ context.Context, a untag.Attempt) {
		attempts.Add(1)
		everyText(a.Err)
	}
	cloud.Inject(
		untagtest.Fault{Share: 0.05, Reset: true},
		untagtest.Fault{Share: 0.05, Truncate: true},
		untagtest.Fault{Share: 0.05, Code: "InternalError"},
		untagtest.Fault{Share: 0.01, RetryAfter: time.Millisecond},
		untagtest.Fault{Share: 0.05, HTML: true},
		untagtest.Fault{Service: untagtest.Tag, Share: 0.01, Item: "Throttling.User"},
	)
	// Providers of no particular safety, whose token changes: a client must ask its own from one goroutine at a time.
	var asked [4]int
	own := func(n int) untag.Config {
		c := config
		c.Credentials = &provider{func() (*credentials.CredentialModel, error) {
			asked[n]++
			return model(keyID, keySecret, fmt.Sprint(sessionToken, asked[n]/50%2)), nil
		}}
		return c
	}
	tagClient, err1 := tag.New(own(0))
	ecsClient, err2 := ecs.New(own(1))
	vpcClient, err3 := vpc.New(own(2))
	shareClient, err4 := resourcesharing.New(own(3))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}

	// Errors that several goroutines have in their hands at once.
	var mu sync.Mutex
	shared := make([]error, 4)
	exchange := func(n int, err error) {
		if err == nil {
			return
		}
		mu.Lock()
		shared[n%len(shared)] = err
		others := slices.Clone(shared)
		mu.Unlock()
		for _, other := range others {
			use(other)
		}
	}

	var work sync.WaitGroup
	for g := range goroutines {
		work.Go(func() {
			for round := range rounds {
				var ids, arns []string
				for i := range 8 {
					r := resource(1000*g + 10*round + i)
					if i%4 != 3 { // the fourth is dead
						cloud.Put(r)
					}
					ids, arns = append(ids, r.ID), append(arns, r.ARN())
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				if round == rounds-1 {
					cancel()
				}
				keys := []string{removed}
				n := g + round
				switch n % 8 {
				case 0:
					_, err := tagClient.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: keys})
					exchange(n, err)
				case 1:
					_, err := ecsClient.UntagResources(ctx, ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: ids, All: true})
					exchange(n, err)
				case 2:
					_, err := vpcClient.UntagResources(ctx, vpc.UntagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: ids, TagKeys: keys})
					exchange(n, err)
				case 3:
					_, err := shareClient.UntagResources(ctx, resourcesharing.UntagResourcesRequest{ResourceIDs: ids, TagKeys: keys})
					exchange(n, err)
				case 4:
					for _, err := range tagClient.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: keys}) {
						exchange(n, err)
					}
				case 5:
					for _, err := range ecsClient.UntagMany(ctx, ecs.UntagManyRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values(ids), TagKeys: keys}) {
						exchange(n, err)
						if g%2 == 0 {
							break
						}
					}
				case 6:
					for _, err := range vpcClient.UntagMany(ctx, vpc.UntagManyRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: slices.Values(ids), TagKeys: keys, Unordered: true}) {
						exchange(n, err)
					}
				case 7:
					for _, err := range shareClient.UntagMany(ctx, resourcesharing.UntagManyRequest{ResourceIDs: slices.Values(ids), TagKeys: keys}) {
						exchange(n, err)
					}
				}
				exchange(n, tag.UntagResourcesRequest{ResourceARNs: []string{"bad"}}.Validate())
				_ = fmt.Sprintf("%v %+v %#v %v %v %v", tagClient, ecsClient, vpcClient, shareClient, config, cloud)
				if round == 2 {
					tagClient.CloseIdleConnections()
					ecsClient.CloseIdleConnections()
					vpcClient.CloseIdleConnections()
					shareClient.CloseIdleConnections()
				}
				cancel()
			}
		})
	}
	work.Wait()
	t.Logf("%d calls, %d attempts, %v questions to the credential providers", calls.Load(), attempts.Load(), asked)
}

// use does with an error all that programs do.
func use(err error) {
	if err == nil {
		return
	}
	everyText(err)
	for _, s := range sentinels {
		_ = errors.Is(err, s.err)
	}
	if sdkErr, ok := errors.AsType[*tea.SDKError](err); ok {
		_ = sdkErr.Error()
	}
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		_ = apiErr.Error()
	}
}
