package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// demo is an account in memory whose resources follow from their number, so that the end of the run can be judged:
// every resource has an outcome, and every outcome agrees with the account.
type demo struct {
	cloud    *untagtest.Cloud
	tags     *fleet // in many regions and products, by ARN
	ecs      *fleet // instances of one region, by ID
	problems []string
}

// fleet is the resources of one job.
type fleet struct {
	demo     *demo
	make     func(i int) untagtest.Resource
	name     func(untagtest.Resource) string
	number   func(name string) int
	outcomes []uint8 // of each resource: 0 none yet, else 1 + the outcome; above seenOften: several
	codes    map[int]string
}

const seenOften = 100

// condition is what a resource is like before the run.
type condition int

const (
	living    condition = iota
	released            // it does not exist any more
	protected           // it exists, and the account refuses to untag it
)

var (
	demoKeys    = []string{"team", "cost-center"}
	demoRegions = []string{"cn-hangzhou", "cn-shanghai", "cn-beijing", "ap-southeast-1", "eu-central-1", "us-east-1"}
	demoShares  = []int{28, 48, 66, 81, 92, 100} // percent, added up
	demoKinds   = [][2]string{{"ecs", "instance"}, {"ecs", "disk"}, {"rds", "dbinstance"}, {"slb", "instance"}, {"oss", "bucket"}}
)

// newDemo fills the account: n resources for Tag and a tenth as many instances for ECS; one in a hundred is dead. Calls are
// throttled, take a while, and some of them break.
func newDemo(n int) *demo {
	d := &demo{cloud: untagtest.NewCloud()}
	d.cloud.KeepCalls(0)
	d.tags = newFleet(d, n, func(i int) untagtest.Resource {
		mix := uint64(i+1) * 0x9e3779b97f4a7c15 >> 33
		region, kind := 0, demoKinds[mix/100%uint64(len(demoKinds))]
		for int(mix%100) >= demoShares[region] {
			region++
		}
		return untagtest.Resource{Product: kind[0], Region: demoRegions[region], Type: kind[1], ID: fmt.Sprintf("%s-%07d", kind[1][:1], i)}
	}, untagtest.Resource.ARN)
	d.ecs = newFleet(d, n/10, func(i int) untagtest.Resource {
		return untagtest.Resource{Product: "ecs", Region: demoRegions[0], Type: "instance", ID: fmt.Sprintf("i-demo%07d", i)}
	}, func(r untagtest.Resource) string { return r.ID })
	d.cloud.SetQuota(untagtest.Tag, 80, 20)
	d.cloud.SetQuota(untagtest.ECS, 250, 50)
	d.cloud.Inject(
		untagtest.Fault{Latency: 5 * time.Millisecond},
		untagtest.Fault{Share: 0.010, Code: "ServiceUnavailable"},
		untagtest.Fault{Share: 0.005, Reset: true},
		untagtest.Fault{Share: 0.005, Reset: true, After: true},
		untagtest.Fault{Share: 0.003, HTML: true},
		untagtest.Fault{Share: 0.003, Truncate: true},
		untagtest.Fault{Share: 0.0002, Item: "Throttling.User"},
	)
	return d
}

func newFleet(d *demo, n int, create func(int) untagtest.Resource, name func(untagtest.Resource) string) *fleet {
	f := &fleet{demo: d, make: create, name: name, outcomes: make([]uint8, n), codes: map[int]string{}}
	f.number = func(name string) int {
		digits := name[strings.LastIndexFunc(name, func(r rune) bool { return r < '0' || r > '9' })+1:]
		i := 0
		for _, digit := range digits {
			i = i*10 + int(digit-'0')
		}
		return i
	}
	for i := range n {
		r := create(i)
		switch stateOf(i) {
		case living:
			r.Tags = map[string]string{demoKeys[0]: "a", demoKeys[1]: "1000", "name": "kept"}
			d.cloud.Put(r)
		case protected:
			r.Tags = map[string]string{demoKeys[0]: "a"}
			d.cloud.Put(r)
			d.cloud.Deny("NoPermission.Operator", 0, r)
		case released: // never put
		}
	}
	return f
}

// stateOf makes one in a hundred dead: four of five of them released, the fifth protected.
func stateOf(i int) condition {
	switch {
	case i%100 != 37:
		return living
	case i/100%5 == 2:
		return protected
	}
	return released
}

func (f *fleet) source(name string) *source {
	return &source{path: name, generate: func(emit func(item) bool) {
		for i := range f.outcomes {
			if !emit(item{i + 1, f.name(f.make(i))}) {
				return
			}
		}
	}}
}

// observe notes an outcome. What an earlier run has done, by its journal, is done in this account too.
func (f *fleet) observe(r row) {
	i := f.number(r.resource)
	if i >= len(f.outcomes) || f.name(f.make(i)) != r.resource {
		f.demo.problems = append(f.demo.problems, "an outcome for a resource that was not in the input: "+clean(r.resource, 80))
		return
	}
	if r.recordedBefore && stateOf(i) == living {
		resource := f.make(i)
		resource.Tags = map[string]string{"name": "kept"}
		f.demo.cloud.Put(resource)
	}
	f.outcomes[i] = min(f.outcomes[i], 1)*seenOften + uint8(r.outcome) + 1 //nolint:gosec // five outcomes
	if r.outcome == refused {
		f.codes[i] = r.code
	}
}

// verify compares every outcome with the account.
func (f *fleet) verify() (untagged, dead int) {
	wrong := func(i int, what string) {
		f.demo.problems = append(f.demo.problems, f.name(f.make(i))+": "+what)
	}
	for i, seen := range f.outcomes {
		r := f.make(i)
		tags, exists := f.demo.cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		got := outcome(int(seen) - 1)
		switch before := stateOf(i); {
		case seen == 0:
			wrong(i, "has no outcome")
		case seen >= seenOften:
			wrong(i, "has several outcomes")
		case before == living && got != done:
			wrong(i, "is "+got.label()+", though it exists and may be untagged")
		case before == living && (!exists || len(tags) != 1 || tags["name"] != "kept"):
			wrong(i, fmt.Sprintf("is done, and has the tags %v", tags))
		case before == living:
			untagged++
		case got != refused:
			wrong(i, "cannot be untagged, and is "+got.label())
		case before == released && (exists || f.codes[i] != tag.CodeInvalidResourceIDNotFound):
			wrong(i, "does not exist, and was refused with "+f.codes[i])
		case before == protected && (tags[demoKeys[0]] == "" || f.codes[i] != tag.CodeNoPermissionOperator):
			wrong(i, "is protected, and was refused with "+f.codes[i])
		default:
			dead++
		}
	}
	return untagged, dead
}

// verify is the closing judgement on the whole demo.
func (d *demo) verify() (string, error) {
	untagged, dead := d.tags.verify()
	more, moreDead := d.ecs.verify()
	if len(d.problems) > 0 {
		shown := d.problems[:min(10, len(d.problems))]
		return "", errors.New("the outcomes do not agree with the account (" + number(len(d.problems)) + " times):\n  " + strings.Join(shown, "\n  "))
	}
	return fmt.Sprintf("All is accounted for: %s resources have lost both keys and kept their third tag, and the %s that could not be\n"+
		"untagged are named with the reason. The account in memory agrees with every single outcome.",
		number(untagged+more), number(dead+moreDead)), nil
}

// runDemo runs the program without -service.
func runDemo(ctx context.Context, o options, stdout, stderr io.Writer, signals <-chan os.Signal) (int, error) {
	fmt.Fprintf(stderr, "Demo on an account in memory, nothing leaves this machine: removing the keys %s\nfrom %s resources in %d regions through Tag, then from %s instances through ECS.\n",
		strings.Join(demoKeys, " and "), number(o.demoResources), len(demoRegions), number(o.demoResources/10))
	o.unordered = true // a batch that waits for its turn holds up the display of those behind it otherwise
	d := newDemo(o.demoResources)
	config := func() untag.Config {
		c := d.cloud.Config()
		c.Rate = o.rate
		return c
	}
	ecsJournal := o.journal
	if ecsJournal != "" {
		ecsJournal += ".ecs" // a journal is of one service
	}
	jobs := []*job{
		{
			service: serviceByFlag("tag"), config: config(), keys: demoKeys, input: d.tags.source("the demo"), total: o.demoResources,
			journal: o.journal, account: simulatedAccount, observe: d.tags.observe,
		},
		{
			service: serviceByFlag("ecs"), config: config(), region: demoRegions[0], resourceType: "instance", keys: demoKeys,
			input: d.ecs.source("the demo"), total: o.demoResources / 10,
			journal: ecsJournal, account: simulatedAccount, observe: d.ecs.observe,
		},
	}
	return runJobs(ctx, o, jobs, meta{simulated: true}, d.verify, stdout, stderr, signals)
}
