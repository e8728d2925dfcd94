package main

import (
	"context"
	"io"
	"os"
	"time"
)

// action checks the command line, counts, asks and runs.
func (o *runOptions) action(f *flags, name, retry *string, keys *[]string) action {
	return func(ctx context.Context, e *env, files []string) (int, error) {
		if err := o.check(f.given, *name, *retry, *keys, files); err != nil {
			return exitUsage, err
		}
		t := newTally()
		o.traffic = &t.traffic
		j := &job{
			service: o.service, config: o.config(), region: o.region, resourceType: o.resourceType, keys: o.keys, all: o.all,
			concurrency: o.concurrency, unordered: o.unordered, journal: o.journal,
			account: o.account, owner: o.account, rehearse: !o.live,
		}
		if j.rehearse {
			j.account = simulatedAccount
		}
		if err := j.check(ctx); err != nil {
			return exitNot, inFlags(err)
		}
		for _, warning := range oddKeys(o.keys) {
			e.err().print(msg("Warning: %s", warning))
		}
		j.input = o.source(e.stdin, j.account)
		if err := j.input.usable(); err != nil {
			return exitNot, err
		}
		if o.live && !o.plan {
			who, err := o.identify(ctx, e)
			if err != nil {
				return exitNot, err
			}
			j.account, j.input.about.Account = who.account, who.account
		}
		seen, code, err := o.prepare(ctx, e, j)
		if seen == nil {
			return code, err
		}
		e.err().print(j.headline())
		t.began = time.Now()
		t.traffic.reset() // what came before the run is none of its calls
		return o.run(ctx, e, j, t, *seen)
	}
}

// prepare shows the plan where that is what was asked for, or where it has to be confirmed. seen is nil unless the run may
// begin.
func (o *runOptions) prepare(ctx context.Context, e *env, j *job) (seen *sightings, code int, err error) {
	ask := o.live && !o.yes
	if !o.plan && !ask && !j.input.repeatable() {
		s, err := j.lookFirst(ctx, e)
		return &s, exitNot, err
	}
	p, err := makePlan(ctx, j, o, e.signals)
	if err != nil {
		return nil, exitNot, err
	}
	j.total = p.resources + p.recorded
	if o.plan {
		p.write(e.out())
		if p.invalid > 0 {
			return nil, exitNot, nil
		}
		return nil, exitOK, nil
	}
	if ask {
		p.write(e.out())
		if !j.input.repeatable() {
			e.err().say("Nothing was changed: the list came through stdin, so nothing can be typed. Name a file, or add -yes.")
			return nil, exitNot, nil
		}
	}
	s, err := j.lookFirst(ctx, e)
	if err != nil || ask && !e.confirm("remove") {
		return nil, exitNot, err
	}
	return &s, exitOK, nil
}

// source is where the resources come from.
func (o *runOptions) source(stdin io.Reader, account string) *source {
	about := o.origin(account)
	return &source{path: o.input, stdin: stdin, column: o.column, mustRetry: o.retry, about: &about}
}

// origin is what the rows of a report carry.
func (o *runOptions) origin(account string) origin {
	about := origin{
		Service: o.service.name, Region: o.region, ResourceType: o.resourceType, Keys: keyList(o.keys), All: o.all, Account: account,
		Endpoint: o.endpointName(), Mode: modeLive,
	}
	if o.all {
		about.Keys = ""
	}
	if !o.live {
		about.Mode, about.Endpoint = modeRehearsal, "in memory"
	}
	return about
}

// run does the job, with progress, reports and a summary.
func (o *runOptions) run(ctx context.Context, e *env, j *job, t *tally, seen sightings) (int, error) {
	if err := j.checkJournal(); err != nil {
		return exitNot, err
	}
	about := o.origin(j.account)
	reports, err := openReports(o.reports, o.journal != "", about, e.lang)
	if err != nil {
		return exitNot, err
	}
	p := newProgress(e.err(), e.getenv, func() view { return t.view(j.total) })
	ctx, stop := watch(ctx, e.signals, &t.traffic, o.patience, p.note)
	defer stop.close()
	p.start()
	complete, ended := j.run(ctx, stop, func(r row) {
		t.add(r)
		if err := reports.add(r); err != nil {
			p.note(msg("%s; the run is drained, because it could not be reported on", err))
			stop.drainNow()
		}
	})
	p.stop()
	m := meta{job: j, about: about, complete: complete, list: reports.listed()}
	m.nothing = seen.verdict()
	if ended != nil {
		m.problem, m.cause, m.hopeless = stop.problem(ended), ended, stop.hopeless.Load() != nil
	}
	if skipped := j.input.skipped(); skipped != nil {
		m.skipped = skipped
		p.note(msg("%s: %s.", j.input.name(), skipped))
	}
	t.finish()
	err = reports.finish(t, m)
	t.write(e.out(), m)
	for _, advice := range t.advise(o, m, reports) {
		e.err().print(advice)
	}
	// A key that was on nothing must not look like success, unless an earlier run may have removed it.
	nothing := m.nothing != nil && seen.whole && o.journal == "" && !o.retry
	if err != nil || ended != nil || !complete || nothing || t.snapshot().notDone() > 0 {
		return exitNot, err
	}
	return exitOK, nil
}

// problem says why a run ended early.
func (s *stopper) problem(err error) error {
	if why := s.hopeless.Load(); why != nil {
		return *why
	}
	if s.interrupted.Load() {
		return msg("The run was interrupted before its end.")
	}
	return msg("The run ended early: %s", err)
}

// view is the state of the run for the progress display.
func (t *tally) view(total int) view {
	c := t.snapshot()
	t.mu.Lock()
	before := t.before
	t.mu.Unlock()
	v := view{
		over: c.total() - c.notAttempted(), idle: c.notAttempted(), before: before, flow: t.traffic.flow(), first: t.traffic.failure(false),
		counters: []counter{
			{"%s done", c.done(), "32", true},
			{"%s failed", c.failed(), "31", true},
			{"%s unknown", c.unknown(), "35", true},
			{"%s not attempted", c.notAttempted(), "", false},
		},
	}
	if total > 0 { // with a journal, what it has is among them
		v.total = max(total, c.total())
	}
	return v
}

// isTerminalReader tells whether a person can type.
func isTerminalReader(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && isTerminal(f)
}
