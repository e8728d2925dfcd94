package faults_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// bulkJob is a run of UntagMany of any of the services.
type bulkJob struct {
	resources   iter.Seq[string]
	keys        []string
	all         bool
	concurrency int
	unordered   bool
	drain       <-chan struct{}
}

// bulkService is a service, with what a property of UntagMany must know of it.
type bulkService struct {
	service   untagtest.Service
	product   untagtest.Resource // without ID and region
	regions   []string
	group     int // keys of one call
	malformed []string
	many      func(context.Context, untag.Config, bulkJob) (iter.Seq2[string, error], error)
}

var notIDs = []string{"", "i\n1", "i\xff", "\x00"}

var bulkServices = []bulkService{
	{
		service: untagtest.Tag, product: untagtest.Resource{Product: "oss", Type: "bucket"}, group: tag.MaxTagKeys,
		regions:   []string{region, "cn-beijing", "eu-west-1"},
		malformed: append(notIDs, "i-1", "arn:acs:oss:cn-hangzhou:1:bucket", "arn:acs:oss:*:*:bucket/*", "arn:acs:oss:Nowhere/:*:bucket/b"),
		many: func(ctx context.Context, config untag.Config, j bulkJob) (iter.Seq2[string, error], error) {
			c, err := tag.New(config)
			return c.UntagMany(ctx, tag.UntagManyRequest{
				ResourceARNs: j.resources, TagKeys: j.keys, Concurrency: j.concurrency, Unordered: j.unordered, Drain: j.drain,
			}), err
		},
	},
	{
		service: untagtest.ECS, product: untagtest.Resource{Product: "ecs", Type: "disk"}, group: ecs.MaxTagKeys,
		regions: []string{region}, malformed: notIDs,
		many: func(ctx context.Context, config untag.Config, j bulkJob) (iter.Seq2[string, error], error) {
			c, err := ecs.New(config)
			return c.UntagMany(ctx, ecs.UntagManyRequest{
				ResourceType: ecs.ResourceTypeDisk, ResourceIDs: j.resources, TagKeys: j.keys, All: j.all,
				Concurrency: j.concurrency, Unordered: j.unordered, Drain: j.drain,
			}), err
		},
	},
	{
		service: untagtest.VPCIPAM, product: untagtest.Resource{Product: "vpcipam", Type: "IPAMPOOL"}, group: vpc.MaxTagKeys,
		regions: []string{region}, malformed: notIDs,
		many: func(ctx context.Context, config untag.Config, j bulkJob) (iter.Seq2[string, error], error) {
			c, err := vpc.New(config)
			return c.UntagMany(ctx, vpc.UntagManyRequest{
				ResourceType: vpc.ResourceTypeIPAMPool, ResourceIDs: j.resources, TagKeys: j.keys, All: j.all,
				Concurrency: j.concurrency, Unordered: j.unordered, Drain: j.drain,
			}), err
		},
	},
	{
		service: untagtest.ResourceSharing, product: untagtest.Resource{Product: "resourcesharing", Type: "ResourceShare"}, group: resourcesharing.MaxTagKeys,
		regions: []string{region}, malformed: notIDs,
		many: func(ctx context.Context, config untag.Config, j bulkJob) (iter.Seq2[string, error], error) {
			c, err := resourcesharing.New(config)
			return c.UntagMany(ctx, resourcesharing.UntagManyRequest{
				ResourceIDs: j.resources, TagKeys: j.keys, All: j.all, Concurrency: j.concurrency, Unordered: j.unordered, Drain: j.drain,
			}), err
		},
	},
}

// id is a resource's name for the service.
func (s bulkService) id(r untagtest.Resource) string {
	if s.service == untagtest.Tag {
		return r.ARN()
	}
	return r.ID
}

// plan is all that chance decides of one run.
type plan struct {
	bulkService
	job        bulkJob
	resources  map[string]untagtest.Resource // by name; those that are malformed are not in it
	dead       map[string]bool
	denied     map[string]bool
	input      []string
	faults     []untagtest.Fault
	seed       uint64
	attempts   int
	timeout    time.Duration // of the context
	drainAfter time.Duration // 0: never
	signature  untag.SignatureVersion
}

// drawPlan draws a run: the input has living, dead, denied and malformed resources, and many of them more than once.
func (s bulkService) drawPlan(t *rapid.T) plan {
	p := plan{
		bulkService: s, resources: map[string]untagtest.Resource{}, dead: map[string]bool{}, denied: map[string]bool{},
		seed: rapid.Uint64().Draw(t, "seed"), attempts: rapid.IntRange(1, 4).Draw(t, "attempts"),
		timeout:    rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 24 * time.Hour, 24 * time.Hour}).Draw(t, "timeout"),
		drainAfter: rapid.SampledFrom([]time.Duration{0, 0, 0, 50 * time.Millisecond, 2 * time.Second}).Draw(t, "drain"),
		signature:  rapid.SampledFrom([]untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1}).Draw(t, "signature"),
	}
	p.job.concurrency = rapid.SampledFrom([]int{0, 1, 2, 7, 64}).Draw(t, "concurrency")
	p.job.unordered = rapid.Bool().Draw(t, "unordered")
	p.job.all = s.service != untagtest.Tag && rapid.IntRange(0, 4).Draw(t, "all") == 0
	if !p.job.all {
		for i := range rapid.SampledFrom([]int{1, 2, s.group, s.group + 1, 3*s.group - 1}).Draw(t, "keys") {
			p.job.keys = append(p.job.keys, "k"+strconv.Itoa(i))
		}
	}
	var names []string
	deadShare := rapid.SampledFrom([]int{0, 0, 3, 40}).Draw(t, "dead and denied %")
	for i := range rapid.SampledFrom([]int{1, 7, 60, 150}).Draw(t, "resources") {
		r := s.product
		r.ID = fmt.Sprintf("r %d/é", i)
		r.Region = rapid.SampledFrom(s.regions).Draw(t, "region")
		name := s.id(r)
		p.resources[name] = r
		fate := rapid.IntRange(1, 100).Draw(t, "fate")
		p.dead[name], p.denied[name] = fate <= deadShare, fate > 100-deadShare
		names = append(names, name)
	}
	p.input = rapid.SliceOfN(rapid.SampledFrom(names), 0, len(names)).Draw(t, "repeated")
	if rapid.Bool().Draw(t, "with malformed") {
		p.input = append(p.input, rapid.SliceOfN(rapid.SampledFrom(s.malformed), 1, 5).Draw(t, "malformed")...)
	}
	p.input = append(p.input, names...)
	p.input = rapid.Permutation(p.input).Draw(t, "input")
	p.faults = rapid.SliceOfN(rapid.Custom(s.drawFault), 0, 4).Draw(t, "faults")
	if slices.ContainsFunc(p.faults, loses) {
		p.faults = slices.DeleteFunc(p.faults, func(f untagtest.Fault) bool { return f.Item != "" })
	}
	return p
}

// drawFault draws a fault that strikes some calls, or a share of all. Refusals are no faults here but those of dead and
// denied resources, which last: one that follows a lost answer of the same call is taken as the verdict on both.
func (s bulkService) drawFault(t *rapid.T) untagtest.Fault {
	kinds := []untagtest.Fault{
		{Code: untag.CodeThrottlingUser},
		{RetryAfter: 3 * time.Second},
		{Code: "ServiceUnavailable", Status: 503},
		{Status: 503},
		{HTML: true},
		{Reset: true},
		{Reset: true, After: true},
		{Truncate: true},
		{Latency: 300 * time.Millisecond},
	}
	if s.service == untagtest.Tag {
		kinds = append(kinds, untagtest.Fault{Item: untag.CodeThrottlingUser})
	}
	fault := rapid.SampledFrom(kinds).Draw(t, "fault")
	if fault.Calls = rapid.SampledFrom([]int{0, 1, 2, 6}).Draw(t, "calls"); fault.Calls == 0 {
		fault.Share = rapid.SampledFrom([]float64{0.05, 0.4}).Draw(t, "share")
	}
	return fault
}

// loses reports whether a fault leaves open what became of a call.
func loses(f untagtest.Fault) bool { return f.Reset || f.Truncate || f.HTML || f.Status != 0 }

// TestUntagManyProperty makes runs of chance under faults of chance: each occurrence has one outcome, in order where that was
// asked for, and the account agrees with every outcome.
func TestUntagManyProperty(t *testing.T) {
	t.Parallel()
	for _, s := range bulkServices {
		t.Run(string(s.service), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(r *rapid.T) {
				p := s.drawPlan(r)
				var err error
				synctest.Test(t, func(t *testing.T) { err = p.run(t.Context()) })
				if err != nil {
					r.Fatalf("%v\n%+v", err, p)
				}
			})
		})
	}
}

const keptKey = "kept"

// run makes the run and returns what is wrong with it.
func (p plan) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	cloud := untagtest.NewCloud()
	cloud.KeepCalls(0)
	cloud.Seed(p.seed)
	for name, r := range p.resources {
		r.Tags = map[string]string{keptKey: "1"}
		for _, key := range p.job.keys {
			r.Tags[key] = "1"
		}
		if !p.dead[name] {
			cloud.Put(r)
		}
		if p.denied[name] {
			cloud.Deny("NoPermission.Operator", 0, r)
		}
	}
	cloud.Inject(p.faults...)
	config := cloud.Config()
	config.Retry.MaxAttempts, config.Signature = p.attempts, p.signature
	read := 0
	p.job.resources = func(yield func(string) bool) {
		for _, name := range p.input {
			read++
			if !yield(name) {
				return
			}
		}
	}
	if p.drainAfter > 0 {
		drain := make(chan struct{})
		defer time.AfterFunc(p.drainAfter, func() { close(drain) }).Stop()
		p.job.drain = drain
	}
	results, err := p.many(ctx, config, p.job)
	if err != nil {
		return err
	}
	var yielded []string
	var outcomes []error
	for name, err := range results {
		yielded, outcomes = append(yielded, name), append(outcomes, err)
	}
	if len(yielded) == read+1 { // with the last pair
		if yielded[read] != "" || outcomes[read] == nil {
			return fmt.Errorf("the last pair is %q, %w", yielded[read], outcomes[read])
		}
		yielded, outcomes = yielded[:read], outcomes[:read]
	} else if read < len(p.input) {
		return fmt.Errorf("%d of %d were read, and no last pair says why", read, len(p.input))
	}
	want := p.input[:read]
	if p.job.unordered {
		want = slices.Sorted(slices.Values(want))
		if !slices.Equal(slices.Sorted(slices.Values(yielded)), want) {
			return fmt.Errorf("yielded %q", yielded)
		}
	} else if !slices.Equal(yielded, want) {
		return fmt.Errorf("yielded %q", yielded)
	}
	return p.compare(cloud, yielded, outcomes)
}

// span is how many of the keys must be gone, and how many may be.
type span struct{ least, most int }

// compare compares outcomes with the account. A resource whose first occurrence is settled when the next one is read is sent
// again, so that the two may differ: the account then is what the one that got further says.
func (p plan) compare(cloud *untagtest.Cloud, names []string, outcomes []error) error {
	gone, last := map[string]span{}, map[string]error{}
	for i, name := range names {
		last[name] = outcomes[i]
		one, err := p.claim(name, outcomes[i])
		if err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		gone[name] = span{max(gone[name].least, one.least), max(gone[name].most, one.most)}
	}
	for name, r := range p.resources {
		if p.dead[name] {
			continue
		}
		tags, ok := cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		if !ok {
			return fmt.Errorf("%q does not exist any more", name)
		}
		n := 0 // keys that are gone, all of them at the start of the list
		keys := p.job.keys
		if p.job.all {
			keys = []string{keptKey}
		} else if tags[keptKey] == "" {
			return fmt.Errorf("%q lost a tag that nobody asked to remove", name)
		}
		for n < len(keys) && tags[keys[n]] == "" {
			n++
		}
		for _, key := range keys[n:] {
			if tags[key] == "" {
				return fmt.Errorf("%q has lost %s and not %s", name, key, keys[n])
			}
		}
		if n < gone[name].least || n > gone[name].most {
			return fmt.Errorf("%q has lost %d keys, and by its outcomes %+v, the last of which is %w", name, n, gone[name], last[name])
		}
	}
	return nil
}

// claim is what an outcome says of a resource.
func (p plan) claim(name string, err error) (span, error) {
	total := len(p.job.keys)
	if p.job.all {
		total = 1
	}
	if _, exists := p.resources[name]; !exists {
		if !errors.Is(err, untag.ErrNotAttempted) || !errors.Is(err, untag.ErrInvalidRequest) {
			return span{}, fmt.Errorf("is malformed, and its outcome is %w", err)
		}
		return span{}, nil
	}
	if err == nil {
		if p.dead[name] || p.denied[name] {
			return span{}, errors.New("cannot be untagged, and is reported as done")
		}
		return span{total, total}, nil
	}
	if contradicts(err) {
		return span{}, fmt.Errorf("claims two things: %w", err)
	}
	least := 0
	if removed, ok := errors.AsType[*untag.KeysRemovedError](err); ok {
		if least = len(removed.Keys); least == 0 || least >= total || !slices.Equal(removed.Keys, p.job.keys[:least]) || p.dead[name] || p.denied[name] {
			return span{}, fmt.Errorf("keys removed: %w", err)
		}
	}
	if outcomeOf(err) == unknown {
		return span{least, min(total, least+p.group)}, nil
	}
	return span{least, least}, nil
}
