package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

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
	skipped     error
	resources   int // all of them, the invalid ones too
	recorded    int // done by the journal, besides those
	invalid     int
	examples    []error // of invalid lines
	others      int     // ARNs that name another account
	places      map[place]*placeCount
	concurrency int
	rate        float64 // calls a second in a region; 0: not known
	rateFrom    error
}

// place is where resources are: the product in an ARN, or the service.
type place struct{ region, product string }

type placeCount struct {
	resources int
	bytes     int // of the resources in the query of a call
}

// makePlan reads the input and counts. It makes no call.
func makePlan(ctx context.Context, j *job, o *runOptions, signals <-chan os.Signal) (*plan, error) {
	p := &plan{job: j, source: j.input.name(), places: map[place]*placeCount{}, concurrency: cmp.Or(o.concurrency, defaultCalls)}
	switch {
	case o.rate > 0:
		p.rate, p.rateFrom = o.rate, msg("-rate")
	case o.rate == 0 && j.service.publishedRate > 0:
		p.rate = startShare * j.service.publishedRate
		p.rateFrom = msg("95 %% of the published quota of %v", j.service.publishedRate)
	}
	isPending, done, err := j.pending()
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, stop := watch(ctx, signals, nil, 0, func(error) {})
	defer stop.close()
	if err := j.input.start(ctx); err != nil {
		return nil, err
	}
	defer j.input.close()
	for i := range j.input.until(stop.drain) {
		if isPending(i.resource) {
			p.add(i)
		} else {
			p.recorded++
		}
	}
	if !j.input.finished {
		return nil, msg("interrupted while counting; nothing was sent")
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
		}
		if p.job.isOthers(i.resource) {
			p.others++
		}
		if where.region == "" {
			err = msg("names no region; say one with -region")
		}
	}
	if err != nil {
		p.invalid++
		if len(p.examples) < planInvalid {
			p.examples = append(p.examples, msg("line %s: %s: %s", number(i.line), clean(i.resource, 80), because(err)))
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

// because is the reason of the SDK's errors, and our own as they are.
func because(err error) error {
	if _, ours := err.(message); ours { //nolint:errorlint // one that wraps another says what is wrong
		return err
	}
	return errors.New(reason(err))
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
func (p *plan) write(w printer) {
	j := p.job
	w.say("Plan: remove %s from %s resources of %s through %s. Nothing was changed.", j.what(), number(p.resources-p.invalid), p.source, j.service.title)
	w.blank()
	order := slices.SortedFunc(maps.Keys(p.places), func(a, b place) int {
		return cmp.Or(strings.Compare(a.region, b.region), strings.Compare(a.product, b.product))
	})
	rows := make([][]string, 0, len(order))
	for _, where := range order {
		rows = append(rows, []string{clean(where.region, 40), clean(where.product, 40), number(p.places[where].resources)})
	}
	if j.service.byARN {
		w.table([]string{"Region", "Product", "Resources"}, rows)
	} else {
		w.table([]string{"Region", "Service", "Resources"}, rows)
	}

	regions := p.byRegion()
	rows = make([][]string, 0, len(regions)+1)
	batches, calls := 0, 0
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		b, c := p.batches(regions[region])
		batches, calls = batches+b, calls+c
		rows = append(rows, []string{clean(region, 40), number(b), number(c)})
	}
	rows = append(rows, []string{w.lang.t("all"), number(batches), number(calls)})
	w.table([]string{"Region", "Batches", "Calls"}, rows)
	p.writeNotes(w)
}

// writeNotes prints what the tables do not show.
func (p *plan) writeNotes(w printer) {
	j := p.job
	if groups := p.groups(); groups > 1 {
		w.say("%s keys go in %s groups of at most %s, one after another, so each batch takes %[2]s calls.", number(len(j.keys)), number(groups), number(j.service.maxTagKeys))
	}
	switch {
	case p.resources == p.invalid:
		w.say("There is nothing to send.")
	case p.rate > 0:
		w.say("Expected time: at least %s, at %.4g calls a second and region (%s).", round(p.duration()), p.rate, p.rateFrom)
	default:
		w.say("Expected time: about %s, if a call takes %s and %s are in flight. The operation has no published quota; throttling may make it longer.", round(p.duration()), planLatency, number(p.concurrency))
	}
	if p.resources > p.invalid {
		w.say("Failures, and the calls that find out which resource is to blame, come on top.")
	}
	if p.recorded > 0 {
		w.say("%s more resources are done already, by the journal %s.", number(p.recorded), j.journal)
	}
	if p.skipped != nil {
		w.say("%s.", p.skipped)
	}
	if p.others > 0 {
		w.say("Warning: %s ARNs name another account than %s. The service will refuse them.", number(p.others), j.account)
	}
	if p.invalid > 0 {
		w.blank()
		w.say("%s invalid lines, which would not be sent:", number(p.invalid))
		for _, example := range p.examples {
			w.item(example)
		}
		if more := p.invalid - len(p.examples); more > 0 {
			w.item(msg("and %s more", number(more)))
		}
	}
}
