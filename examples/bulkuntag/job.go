package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
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
	input                *source
	total                int // resources of the input, 0: not known before it is read
	journal, account     string
	rehearse             bool      // on an account in memory
	owner                string    // of the resources, in a rehearsal; "": who the first ARN names
	observe              func(row) // nil, or sees every row
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

// what says in a few words what is removed.
func (j *job) what() string {
	switch {
	case j.all:
		return "all tags"
	case len(j.keys) == 1:
		return "the key " + clean(j.keys[0], 60)
	}
	return fmt.Sprintf("%d keys (%s)", len(j.keys), clean(strings.Join(j.keys, ", "), 100))
}

// headline says what is about to happen, and whether it is real.
func (j *job) headline() string {
	resources := "the resources"
	if j.total > 0 {
		resources = number(j.total) + " resources"
	}
	mode := "LIVE"
	if j.rehearse {
		mode = "Rehearsal on an account in memory, nothing is sent"
	}
	return fmt.Sprintf("%s: removing %s from %s of %s through %s.", mode, j.what(), resources, j.input.name(), j.service.title)
}

// check finds mistakes in region, keys and configuration before anything is opened: the SDK checks a run of no resources too.
func (j *job) check(ctx context.Context) error {
	many, err := j.open(j.config)
	if err != nil {
		return err
	}
	for _, err := range many(ctx, j.request(func(func(string) bool) {}, options{}, nil)) {
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

func (j *job) request(resources iter.Seq[string], o options, drain <-chan struct{}) request {
	return request{
		region: j.region, resourceType: j.resourceType, resources: resources, keys: j.keys, all: j.all,
		concurrency: o.concurrency, unordered: o.unordered, drain: drain,
	}
}

// run does the job. emit gets a row for every resource of the input, those done by earlier runs first. complete says that
// it really got all of them. The error is why the run ended early, which says nothing of single resources.
func (j *job) run(ctx context.Context, o options, t *tally, stop *stopper, emit func(row)) (complete bool, err error) {
	config := j.config
	config.OnCall, config.OnAttempt = t.onCall, t.onAttempt
	many, err := j.open(config)
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
		results := many(ctx, j.request(wait(j.resources(stop.drain)), o, stop.drain))
		for resource, outcome := range record(results) {
			if resource == "" {
				err = outcome
				continue
			}
			emit(j.describe(resource, outcome))
		}
	}
	if !j.input.finished && failed() == nil {
		// The report names what the run did not come to as well, or a retry from it would miss those.
		if err == nil { // it was done with all that it had read when the input was closed to it
			err = errNotReached
		}
		for resource := range wait(j.resources(ctx.Done())) {
			emit(j.describe(resource, errNotReached))
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
			r := j.describe(entry.Resource, nil)
			r.time, r.recordedBefore = entry.Time, true
			emit(r)
		}
	}
	return nil
}

// checkJournals opens every journal once, so that a mistake shows before anything else is touched, and so that what a
// crashed run has left can be told from the files of one that goes on.
func checkJournals(jobs []*job) error {
	for _, j := range jobs {
		if j.journal == "" {
			continue
		}
		book, err := journal.Open(j.journal, j.plan())
		if err != nil {
			return err
		}
		if err := book.Close(); err != nil {
			return err
		}
	}
	return nil
}

// runJobs does one job after the other, with progress, reports and a summary. verify, if it is not nil, judges the
// outcome where failures are expected; without it every failure is one too many.
func runJobs(
	ctx context.Context, o options, jobs []*job, m meta, verify func() (note string, err error),
	stdout, stderr io.Writer, signals <-chan os.Signal,
) (int, error) {
	if err := checkJournals(jobs); err != nil {
		return exitFailed, err
	}
	t := newTally()
	reports, err := openReports(o.reports, o.journal != "")
	if err != nil {
		return exitFailed, err
	}
	p := newProgress(stderr, t, jobs)
	ctx, stop := watch(ctx, signals, p.say)
	defer stop.close()
	p.start()
	complete := true
	for _, j := range jobs {
		ok, err := j.run(ctx, o, t, stop, func(r row) {
			t.add(r)
			if j.observe != nil {
				j.observe(r)
			}
			if err := reports.add(r); err != nil {
				p.say(fmt.Sprintf("%v; the run is drained, because it could not be reported on", err))
				stop.drainNow()
			}
		})
		complete = complete && ok
		if err != nil {
			p.say(endedBecause(err, stop.interrupted.Load()))
			m.problem = endedBecause(err, stop.interrupted.Load())
			stop.drainNow() // what follows is only listed
		}
		if skipped := j.input.skipped(); skipped != "" {
			p.say(j.input.name() + ": " + skipped + ".")
		}
	}
	p.stop()
	t.finish()
	accounted := complete && m.problem == "" && t.failed() == 0
	if verify != nil && complete && m.problem == "" {
		var wrong error
		m.note, wrong = verify()
		if accounted = wrong == nil; wrong != nil {
			m.problem = wrong.Error()
		}
	}
	m.complete, m.jobs, m.list = complete, jobs, reports.listed()
	err = reports.finish(t, m)
	t.write(stdout, m)
	if advice := advise(o, t, complete, reports); advice != "" {
		fmt.Fprintln(stderr, advice)
	}
	if err != nil {
		return exitFailed, err
	}
	if !accounted {
		return exitFailed, nil
	}
	return exitOK, nil
}

func endedBecause(err error, interrupted bool) string {
	if interrupted {
		return "The run was interrupted before its end."
	}
	return "The run ended early: " + clean(err.Error(), 2000)
}

// advise says how to go on with what is not done.
func advise(o options, t *tally, complete bool, reports *reportSet) string {
	if t.failed() == 0 && complete || t.snapshot().total() == 0 && o.journal == "" {
		return "" // all is done, or there is nothing to go on with
	}
	retry := reports.readable()
	switch {
	case o.journal != "":
		return "To go on, run the same command again: the journal " + o.journal + " leaves out what is done."
	case o.service == nil:
		return ""
	case complete && retry != "":
		return "To try again what is not done, run the same command with -retry " + retry + " in the place of the resources."
	}
	return "To go on, run the same command again: removing a tag that is gone succeeds. With -journal FILE it would leave out what is done."
}
