package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/tag"
)

const (
	planInvalid  = 20                     // how many invalid lines are shown
	planLatency  = 100 * time.Millisecond // of a call, where nothing better is known
	defaultCalls = 8                      // in flight
	maxQuery     = 8000                   // bytes; longer calls are made smaller
	startShare   = 0.95                   // of the published quota
)

// plan is what a job would take.
type plan struct {
	job         *job
	source      string
	skipped     string
	resources   int // all of them, the invalid ones too
	recorded    int // done by the journal, besides those
	invalid     int
	examples    []string // of invalid lines
	places      map[place]*placeCount
	concurrency int
	rate        float64 // calls a second in a region; 0: not known
	rateFrom    string
}

// place is where resources are: the product in an ARN, or the service.
type place struct{ region, product string }

type placeCount struct {
	resources int
	bytes     int // of the resources in the query of a call
}

// makePlan reads the input and counts. It makes no call.
func makePlan(ctx context.Context, j *job, o options, signals <-chan os.Signal) (*plan, error) {
	p := &plan{job: j, source: j.input.name(), places: map[place]*placeCount{}, concurrency: cmp.Or(o.concurrency, defaultCalls)}
	switch {
	case o.rate > 0:
		p.rate, p.rateFrom = o.rate, "-rate"
	case o.rate == 0 && j.service.publishedRate > 0:
		p.rate = startShare * j.service.publishedRate
		p.rateFrom = fmt.Sprintf("95 %% of the published quota of %g", j.service.publishedRate)
	}
	pending := func(resources iter.Seq[string]) iter.Seq[string] { return resources }
	if _, err := os.Stat(j.journal); err == nil { // a plan begins no journal
		book, err := journal.Open(j.journal, j.plan())
		if err != nil {
			return nil, err
		}
		defer func() { _ = book.Close() }()
		pending = book.Pending
	}
	ctx, stop := watch(ctx, signals, func(string) {})
	defer stop.close()
	if err := j.input.start(ctx); err != nil {
		return nil, err
	}
	defer j.input.close()
	for i := range j.input.until(stop.drain) {
		p.recorded++
		for range pending(slices.Values([]string{i.resource})) {
			p.recorded--
			p.add(i)
		}
	}
	if !j.input.finished {
		return nil, errors.New("interrupted while counting; nothing was sent")
	}
	p.skipped = j.input.skipped()
	return p, j.input.failure()
}

func (p *plan) add(i item) {
	p.resources++
	where := place{p.job.region, p.job.service.title}
	region := cmp.Or(p.job.region, "cn-hangzhou") // a missing one is found below
	err := p.job.service.validate(region, p.job.resourceType, i.resource)
	if err == nil && p.job.service.byARN {
		arn, _ := tag.ParseARN(i.resource)
		where.product = arn.Product
		if arn.Region != "" && arn.Region != "*" {
			where.region = arn.Region
			err = p.job.service.validate(arn.Region, "", i.resource) // it becomes part of a host name
		}
		if where.region == "" {
			err = errors.New("names no region; say one with -region")
		}
	}
	if err != nil {
		p.invalid++
		if len(p.examples) < planInvalid {
			p.examples = append(p.examples, fmt.Sprintf("line %d: %s: %s", i.line, clean(i.resource, 80), reason(err)))
		}
		return
	}
	if p.places[where] == nil && len(p.places) >= maxNames {
		where = place{otherNames, otherNames}
	}
	if p.places[where] == nil {
		p.places[where] = new(placeCount)
	}
	p.places[where].resources++
	p.places[where].bytes += len("&ResourceARN.50=") + len(url.QueryEscape(i.resource))
}

// reason is what is wrong with a resource, without the field of a request that the user never saw.
func reason(err error) string {
	if broken, ok := errors.AsType[*untag.ValidationError](err); ok && len(broken.Problems) > 0 {
		return broken.Problems[0].Reason
	}
	return err.Error()
}

// batches is how many calls of full size the resources take, and calls how many there are for all groups of keys.
func (p *plan) batches(c placeCount) (batches, calls int) {
	if c.resources == 0 {
		return 0, 0
	}
	s := p.job.service
	keyBytes := 100 // the other parameters
	for _, key := range p.job.keys[:min(len(p.job.keys), s.maxTagKeys)] {
		keyBytes += len("&TagKey.20=") + len(url.QueryEscape(key))
	}
	fit := max(1, (maxQuery-keyBytes)*c.resources/c.bytes)
	size := min(s.maxResources, fit)
	batches = (c.resources + size - 1) / size
	return batches, batches * p.groups()
}

// groups is how many calls a batch takes one after another, each with a part of the keys.
func (p *plan) groups() int {
	most := p.job.service.maxTagKeys
	return max(1, (len(p.job.keys)+most-1)/most)
}

// byRegion adds up the products of a region, since a call takes resources of any product.
func (p *plan) byRegion() map[string]placeCount {
	regions := map[string]placeCount{}
	for where, c := range p.places {
		sum := regions[where.region]
		regions[where.region] = placeCount{sum.resources + c.resources, sum.bytes + c.bytes}
	}
	return regions
}

// duration is how long it takes if nothing fails: no region is faster than its quota, and all together no faster than the
// calls that may be in flight.
func (p *plan) duration() time.Duration {
	all, most := 0, 0
	for _, c := range p.byRegion() {
		_, calls := p.batches(c)
		all, most = all+calls, max(most, calls)
	}
	longest := max(time.Duration(all)*planLatency/time.Duration(p.concurrency), time.Duration(p.groups())*planLatency)
	if p.rate > 0 {
		longest = max(longest, time.Duration(float64(most)/p.rate*float64(time.Second)))
	}
	return longest
}

// write prints the plan.
func (p *plan) write(w io.Writer) {
	j := p.job
	fmt.Fprintf(w, "Plan: remove %s from %s resources of %s through %s. No call was made.\n\n", j.what(), number(p.resources-p.invalid), p.source, j.service.title)
	order := slices.SortedFunc(maps.Keys(p.places), func(a, b place) int {
		return cmp.Or(strings.Compare(a.region, b.region), strings.Compare(a.product, b.product))
	})
	rows := make([][]string, 0, len(order))
	for _, where := range order {
		rows = append(rows, []string{clean(where.region, 40), clean(where.product, 40), number(p.places[where].resources)})
	}
	writeTable(w, []string{"Region", map[bool]string{true: "Product", false: "Service"}[j.service.byARN], "Resources"}, rows)

	regions := p.byRegion()
	rows = make([][]string, 0, len(regions)+1)
	batches, calls := 0, 0
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		b, c := p.batches(regions[region])
		batches, calls = batches+b, calls+c
		rows = append(rows, []string{clean(region, 40), number(b), number(c)})
	}
	rows = append(rows, []string{"all", number(batches), number(calls)})
	writeTable(w, []string{"Region", "Batches", "Calls"}, rows)

	if groups := p.groups(); groups > 1 {
		fmt.Fprintf(w, "%d keys go in %d groups of at most %d, one after another, so each batch takes %d calls.\n", len(j.keys), groups, j.service.maxTagKeys, groups)
	}
	if p.rate > 0 {
		fmt.Fprintf(w, "Expected time: at least %s, at %.4g calls a second and region (%s).\n", round(p.duration()), p.rate, p.rateFrom)
	} else {
		fmt.Fprintf(w, "Expected time: about %s, if a call takes %s and %d are in flight. The operation has no published quota;\nthrottling may make it longer.\n", round(p.duration()), planLatency, p.concurrency)
	}
	fmt.Fprintln(w, "Failures, and the calls that find out which resource is to blame, come on top.")
	if p.recorded > 0 {
		fmt.Fprintf(w, "%s more resources are done already, by the journal %s.\n", number(p.recorded), j.journal)
	}
	if p.skipped != "" {
		fmt.Fprintf(w, "%s.\n", p.skipped)
	}
	if p.invalid > 0 {
		fmt.Fprintf(w, "\n%s invalid lines, which would not be sent:\n  %s\n", number(p.invalid), strings.Join(p.examples, "\n  "))
		if more := p.invalid - len(p.examples); more > 0 {
			fmt.Fprintf(w, "  and %s more\n", number(more))
		}
	}
}
