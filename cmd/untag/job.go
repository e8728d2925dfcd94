package main

import (
	"context"
	"errors"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/tag"
)

// job is one run of UntagMany: what to remove from which resources.
type job struct {
	service              *service
	config               untag.Config
	region, resourceType string
	keys                 []string
	all                  bool
	concurrency          int
	unordered            bool
	input                *source
	total                int // resources of the input, 0: not known before it is read
	journal, account     string
	rehearse             bool   // on an account in memory
	owner                string // of the resources, in a rehearsal; "": who the first ARN names
}

// regionOf tells where a resource is; "" if that cannot be told.
func (j *job) regionOf(resource string) string {
	if !j.service.byARN {
		return j.region
	}
	arn, err := tag.ParseARN(resource)
	switch {
	case err != nil:
		return ""
	case arn.Region == "" || arn.Region == "*":
		return j.region
	}
	return arn.Region
}

// isOthers tells that an ARN names another account than that of the job.
func (j *job) isOthers(resource string) bool {
	if !j.service.byARN || j.rehearse || j.account == "" {
		return false
	}
	arn, err := tag.ParseARN(resource)
	return err == nil && arn.Account != "" && arn.Account != "*" && arn.Account != j.account
}

// what says in a few words what is removed.
func (j *job) what() error { return whatKeys(j.keys, j.all) }

func whatKeys(keys []string, all bool) error {
	switch {
	case all:
		return msg("all tags")
	case len(keys) == 1:
		return msg("the key %s", clean(keys[0], 60))
	}
	return msg("%s keys (%s)", number(len(keys)), clean(strings.Join(keys, ", "), 300))
}

// headline says what is about to happen, and whether it is real.
func (j *job) headline() error {
	resources := msg("the resources")
	if j.total > 0 {
		resources = msg("%s resources", number(j.total))
	}
	if j.rehearse {
		return msg("Rehearsal on an account in memory, nothing is sent: removing %s from %s of %s through %s.", j.what(), resources, j.input.name(), j.service.title)
	}
	return msg("LIVE: removing %s from %s of %s through %s.", j.what(), resources, j.input.name(), j.service.title)
}

// check finds mistakes in region, keys and configuration before anything is opened: the SDK checks a run of no resources too.
func (j *job) check(ctx context.Context) error {
	many, err := j.open(j.config)
	if err != nil {
		return err
	}
	for _, err := range many(ctx, j.request(func(func(string) bool) {}, nil)) {
		return err
	}
	return nil
}

func (j *job) open(config untag.Config) (untagMany, error) {
	many, err := j.service.open(config)
	if err == nil && j.rehearse && j.service.byARN {
		many = asOwner(many, j.owner)
	}
	return many, err
}

func (j *job) request(resources iter.Seq[string], drain <-chan struct{}) request {
	return request{
		region: j.region, resourceType: j.resourceType, resources: resources, keys: j.keys, all: j.all,
		concurrency: j.concurrency, unordered: j.unordered, drain: drain,
	}
}

// run does the job. emit gets a row for every resource of the input, those done by earlier runs first. complete says that
// it really got all of them. The error is why the run ended early, which says nothing of single resources.
func (j *job) run(ctx context.Context, stop *stopper, emit func(row)) (complete bool, err error) {
	many, err := j.open(j.config)
	if err != nil {
		return false, err
	}
	wait := func(resources iter.Seq[string]) iter.Seq[string] { return resources }
	record := func(results iter.Seq2[string, error]) iter.Seq2[string, error] { return results }
	failed := func() error { return nil }
	if j.journal != "" {
		book, openErr := journal.Open(j.journal, j.plan())
		if openErr != nil {
			return false, openErr
		}
		defer func() {
			if closing := book.Close(); err == nil { // else it says the same again
				err = closing
			}
		}()
		if err := j.earlier(book, emit); err != nil {
			return false, err
		}
		wait, record, failed = book.Pending, book.Record, book.Err
	}
	if err := j.input.start(ctx); err != nil {
		return false, err
	}
	defer j.input.close()
	if !stop.draining() { // else not even the first call may start
		results := many(ctx, j.request(wait(j.resources(stop.drain)), stop.drain))
		for resource, outcome := range record(results) {
			if resource == "" {
				err = outcome
				continue
			}
			emit(describe(j.regionOf(resource), resource, outcome))
		}
	}
	if !j.input.finished && failed() == nil {
		// The report names what the run did not come to as well, or a retry from it would miss those.
		if err == nil { // it was done with all that it had read when the input was closed to it
			err = errNotReached
		}
		for resource := range wait(j.resources(ctx.Done())) {
			emit(describe(j.regionOf(resource), resource, errNotReached))
		}
	}
	complete = j.input.finished && failed() == nil
	return complete, errors.Join(err, j.input.failure())
}

// resources is the input, as far as it is read before end is closed.
func (j *job) resources(end <-chan struct{}) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range j.input.until(end) {
			if !yield(i.resource) {
				return
			}
		}
	}
}

// plan is what the journal belongs to.
func (j *job) plan() journal.Plan {
	return journal.Plan{
		Service: j.service.name, Action: "UntagResources", Account: j.account, Region: j.region,
		ResourceType: j.resourceType, TagKeys: j.keys, All: j.all,
	}
}

// earlier emits what the journal has as done. All else is pending: it comes again with the input.
func (j *job) earlier(book *journal.Journal, emit func(row)) error {
	for entry, err := range book.Entries() {
		if err != nil {
			return err
		}
		if entry.Done {
			r := describe(j.regionOf(entry.Resource), entry.Resource, nil)
			r.time, r.recordedBefore = entry.Time, true
			emit(r)
		}
	}
	return nil
}

// pending tells what the journal does not have as done. It begins no journal.
func (j *job) pending() (isPending func(resource string) bool, done func(), err error) {
	if _, err := os.Stat(j.journal); err != nil {
		return func(string) bool { return true }, func() {}, nil
	}
	book, err := journal.Open(j.journal, j.plan())
	if err != nil {
		return nil, nil, err
	}
	return func(resource string) (is bool) {
		for range book.Pending(slices.Values([]string{resource})) {
			is = true
		}
		return is
	}, func() { _ = book.Close() }, nil
}

// checkJournal opens the journal once, so that a mistake shows before anything else is touched, and so that what a crashed
// run has left can be told from the files of one that goes on.
func (j *job) checkJournal() error {
	if j.journal == "" {
		return nil
	}
	book, err := journal.Open(j.journal, j.plan())
	if err != nil {
		return err
	}
	return book.Close()
}
