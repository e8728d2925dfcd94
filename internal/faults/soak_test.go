package faults_test

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

var (
	soak      = flag.Bool("soak", false, "run TestSoak")
	resources = flag.Int("resources", 20_000, "how many resources TestSoak has")
)

// soakRegions are served by all four services.
var soakRegions = []string{
	"cn-hangzhou", "cn-shanghai", "cn-beijing", "cn-shenzhen", "cn-hongkong", "ap-southeast-1", "ap-northeast-1", "eu-central-1", "us-east-1", "us-west-1",
}

// soakService is one quarter of the soak.
type soakService struct {
	name          string
	product, kind string
	batch         int // resources of a call
	// many runs a bulk run in one region; Tag's is over all of them, and region is "".
	many func(ctx context.Context, region string, names iter.Seq[string]) iter.Seq2[string, error]

	outcomes []outcomeByte // by resource
	doubles  atomic.Int64  // outcomes of a resource that had one
	attempts sync.Map      // what came of HTTP attempts: string to *atomic.Int64
	elapsed  time.Duration
}

// outcomeByte is an outcome, and none before there is one.
type outcomeByte uint8

const none outcomeByte = 0

func of(o outcome) outcomeByte { return outcomeByte(o) + 1 }

// resource is the nth of the service, in the region that n says. Dead ones were never put into the account.
func (s *soakService) resource(n int) untagtest.Resource {
	return untagtest.Resource{
		Product: s.product, Region: soakRegions[n%len(soakRegions)], Type: s.kind, ID: fmt.Sprintf("%s-%07d", strings.ToLower(s.kind), n),
		Tags: map[string]string{removed: "1"},
	}
}

// dead tells which resources are not there: 0.3 % anywhere; a cluster of 30 in a row of a region, every 10,000; and in one
// stretch of twenty, one of each batch.
func (s *soakService) dead(n int) bool {
	inRegion := n / len(soakRegions)
	switch {
	case rand.New(rand.NewPCG(uint64(n), uint64(s.batch))).Float64() < 0.003:
		return true
	case inRegion%10_000 >= 200 && inRegion%10_000 < 230:
		return true
	case inRegion/1000%20 == 3:
		return inRegion%s.batch == 7
	}
	return false
}

func (s *soakService) count(what string) {
	n, ok := s.attempts.Load(what)
	if !ok {
		n, _ = s.attempts.LoadOrStore(what, new(atomic.Int64))
	}
	n.(*atomic.Int64).Add(1)
}

// TestSoak removes a tag from -resources resources of four services in ten regions, over sockets, half of them with TLS. One
// call of twenty fails: a reset before or after the effect, a cut answer, 500, 503, an HTML page, a delay. Some resources do
// not exist, and every service throttles. Then each resource must have one outcome that agrees with the account.
func TestSoak(t *testing.T) {
	if !*soak {
		t.Skip("run it with -soak, and with -resources for how many")
	}
	each := *resources / 4
	cloud := untagtest.NewCloud()
	cloud.KeepCalls(0)
	all := soakServices(t, cloud)
	for _, s := range all {
		s.outcomes = make([]outcomeByte, each)
		for n := range each {
			if !s.dead(n) {
				cloud.Put(s.resource(n))
			}
		}
	}
	cloud.SetQuota(untagtest.ECS, 100, 20)
	cloud.SetQuota(untagtest.VPCIPAM, 60, 10)
	cloud.SetQuota(untagtest.ResourceSharing, 60, 10)
	cloud.SetWindow(untagtest.Tag, 40, 500*time.Millisecond)
	cloud.Inject(
		untagtest.Fault{Share: 0.01, Reset: true},
		untagtest.Fault{Share: 0.01, Reset: true, After: true},
		untagtest.Fault{Share: 0.005, Truncate: true},
		untagtest.Fault{Share: 0.01, Code: "ServiceUnavailable"},
		untagtest.Fault{Share: 0.005, Code: "InternalError"},
		untagtest.Fault{Share: 0.01, HTML: true},
		untagtest.Fault{Service: untagtest.Tag, Share: 0.0005, Item: "Throttling.User"},
		untagtest.Fault{Share: 0.005, Latency: 40 * time.Millisecond},
	)

	start := time.Now()
	var peak atomic.Uint64
	watching, stopped := context.WithCancel(t.Context())
	var watch, runs sync.WaitGroup
	watch.Go(func() { watchHeap(watching, &peak) })
	for _, s := range all {
		runs.Go(func() {
			begin := time.Now()
			s.run(t, each)
			s.elapsed = time.Since(begin)
		})
	}
	runs.Wait()
	elapsed := time.Since(start)
	stopped()
	watch.Wait()

	t.Logf("%d resources, %d HTTP requests at the service, %s; the largest heap, account included: %d MB",
		4*each, cloud.CallCount(), elapsed.Round(time.Second), peak.Load()>>20)
	for _, s := range all {
		s.verify(t, cloud)
	}
}

func watchHeap(ctx context.Context, peak *atomic.Uint64) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak.Store(max(peak.Load(), m.HeapInuse))
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// run makes the bulk runs of a service: one over all regions, or one for each.
func (s *soakService) run(t *testing.T, each int) {
	if s.product == "ecs" && s.kind == "disk" { // Tag's
		s.collect(t, "", func(yield func(string) bool) {
			for n := range each {
				if !yield(s.resource(n).ARN()) {
					return
				}
			}
		})
		return
	}
	var runs sync.WaitGroup
	for at, region := range soakRegions {
		runs.Go(func() {
			s.collect(t, region, func(yield func(string) bool) {
				for n := at; n < each; n += len(soakRegions) {
					if !yield(s.resource(n).ID) {
						return
					}
				}
			})
		})
	}
	runs.Wait()
}

func (s *soakService) collect(t *testing.T, region string, names iter.Seq[string]) {
	wrong := 0
	for name, err := range s.many(t.Context(), region, names) {
		if name == "" {
			t.Errorf("%s: the run ended early: %v", s.name, err)
			continue
		}
		var n int
		if _, scanErr := fmt.Sscanf(name[strings.LastIndexByte(name, '-')+1:], "%d", &n); scanErr != nil || n >= len(s.outcomes) {
			t.Errorf("%s: an outcome for the stranger %q", s.name, name)
			continue
		}
		if s.outcomes[n] != none {
			s.doubles.Add(1)
		}
		claimed := outcomeOf(err)
		s.outcomes[n] = of(claimed)
		// Only what does not exist may be refused, and each resource with its own reason.
		if contradicts(err) || claimed == refused && !errors.Is(err, untag.ErrNotFound) {
			if wrong++; wrong <= 3 {
				t.Errorf("%s: the outcome of %s: %v", s.name, name, err)
			}
		}
	}
}

// verify compares every outcome with the account, and prints the counts.
func (s *soakService) verify(t *testing.T, cloud *untagtest.Cloud) {
	var count [4]int
	missing, unknownGone, dead, wrong := 0, 0, 0, 0
	for n, o := range s.outcomes {
		r := s.resource(n)
		tags, exists := cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		gone := exists && len(tags) == 0
		if !exists {
			dead++
		}
		if o == none {
			missing++
			continue
		}
		claimed := outcome(o - 1)
		count[claimed]++
		agrees := true
		switch claimed {
		case done:
			agrees = gone
		case refused:
			agrees = !exists
		case notAttempted:
			agrees = !gone
		case unknown:
			if gone {
				unknownGone++
			}
		}
		if !agrees {
			if wrong++; wrong <= 5 {
				t.Errorf("%s: %s is claimed to be %s; it exists: %t, its tag is gone: %t", s.name, r, outcomeNames[claimed], exists, gone)
			}
		}
	}
	if missing > 0 || s.doubles.Load() > 0 || wrong > 0 {
		t.Errorf("%s: %d resources without an outcome, %d with more than one, %d with a wrong one", s.name, missing, s.doubles.Load(), wrong)
	}
	var attempts []string
	total := int64(0)
	s.attempts.Range(func(what, n any) bool {
		attempts = append(attempts, fmt.Sprintf("%s %d", what, n.(*atomic.Int64).Load()))
		total += n.(*atomic.Int64).Load()
		return true
	})
	slices.Sort(attempts)
	t.Logf("%s: %d resources in %s, %d of them dead: %d done, %d refused, %d unknown (%d of these gone), %d not attempted, %d wrong",
		s.name, len(s.outcomes), s.elapsed.Round(100*time.Millisecond), dead, count[done], count[refused], count[unknown], unknownGone, count[notAttempted], wrong)
	t.Logf("%s: %d HTTP attempts: %s", s.name, total, strings.Join(attempts, ", "))
}

// soakServices returns the four, each with one client for all its runs.
func soakServices(t *testing.T, cloud *untagtest.Cloud) []*soakService {
	t.Helper()
	plain := httptest.NewServer(cloud)
	secured := httptest.NewUnstartedServer(cloud)
	secured.TLS = &tls.Config{Certificates: []tls.Certificate{pki().good}}
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	secured.StartTLS()
	config := func(s *soakService, server *httptest.Server, rate float64) untag.Config {
		transport := untag.NewTransport()
		transport.TLSClientConfig.RootCAs = pki().trusted
		c := cloud.Config()
		c.Endpoint = server.URL
		c.HTTPClient = &http.Client{Transport: transport}
		c.Rate = rate
		// Two attempts, so that unknown outcomes are not too rare to be tested.
		c.Retry = untag.Retry{MaxAttempts: 2, BaseDelay: 5 * time.Millisecond, MaxDelay: 50 * time.Millisecond}
		c.OnAttempt = func(_ context.Context, a untag.Attempt) {
			switch {
			case a.Err == nil:
				s.count("OK")
			case a.Code != "":
				s.count(a.Code)
			case a.StatusCode != 0:
				s.count(fmt.Sprintf("HTTP %d", a.StatusCode))
			default:
				s.count("no answer")
			}
		}
		t.Cleanup(transport.CloseIdleConnections)
		return c
	}
	t.Cleanup(plain.Close)
	t.Cleanup(secured.Close)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	keys := []string{removed}

	tags := &soakService{name: untag.ServiceTag, product: "ecs", kind: "disk", batch: tag.MaxResources}
	tagClient, err := tag.New(config(tags, secured, 0))
	must(err)
	tags.many = func(ctx context.Context, _ string, arns iter.Seq[string]) iter.Seq2[string, error] {
		return tagClient.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: arns, TagKeys: keys, Concurrency: 32})
	}

	instances := &soakService{name: untag.ServiceECS, product: "ecs", kind: "instance", batch: ecs.MaxResources}
	ecsClient, err := ecs.New(config(instances, plain, 0))
	must(err)
	instances.many = func(ctx context.Context, region string, ids iter.Seq[string]) iter.Seq2[string, error] {
		return ecsClient.UntagMany(ctx, ecs.UntagManyRequest{Region: region, ResourceType: ecs.ResourceTypeInstance, ResourceIDs: ids, TagKeys: keys})
	}

	pools := &soakService{name: untag.ServiceVPCIPAM, product: "vpcipam", kind: "IPAMPOOL", batch: vpc.MaxResources}
	vpcClient, err := vpc.New(config(pools, secured, 100))
	must(err)
	pools.many = func(ctx context.Context, region string, ids iter.Seq[string]) iter.Seq2[string, error] {
		return vpcClient.UntagMany(ctx, vpc.UntagManyRequest{
			Region: region, ResourceType: vpc.ResourceTypeIPAMPool, ResourceIDs: ids, TagKeys: keys, Unordered: true,
		})
	}

	shares := &soakService{name: untag.ServiceResourceSharing, product: "resourcesharing", kind: "ResourceShare", batch: resourcesharing.MaxResources}
	shareClient, err := resourcesharing.New(config(shares, plain, 100))
	must(err)
	shares.many = func(ctx context.Context, region string, ids iter.Seq[string]) iter.Seq2[string, error] {
		return shareClient.UntagMany(ctx, resourcesharing.UntagManyRequest{Region: region, ResourceIDs: ids, TagKeys: keys})
	}
	return []*soakService{tags, instances, pools, shares}
}
