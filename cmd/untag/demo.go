package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/untag-go/untag/cleanup"
)

func demoVerb() *verb {
	return &verb{
		name: "demo", about: "the whole job on an account in memory: find, plan, remove, verify, restore; nothing leaves this machine",
		details: []string{
			"The account has 110,000 resources in six regions. Calls are throttled, take a while, and some of them break; others change values, release resources and lock some while the job runs. At the end everything is put back, and a digest over all tags proves it.",
		},
		define: func(f *flags) action {
			n, reports := demoResources, []string(nil)
			f.whole(&n, "resources", "how many resources the account has; otherwise 110,000", 2_000, 2_000_000)
			f.texts(&reports, "o", "FILE", "write a report of the job after the removal: .html, .csv or .jsonl; may be repeated")
			return func(ctx context.Context, e *env, args []string) (int, error) {
				if len(args) > 0 {
					return exitUsage, usageError{msg("takes no arguments")}
				}
				if err := checkReports(reports); err != nil {
					return exitUsage, err
				}
				dir, err := os.MkdirTemp("", "untag-demo-")
				if err != nil {
					return exitNot, err
				}
				defer func() { _ = os.RemoveAll(dir) }()
				d := &demo{folder: folder{dir: filepath.Join(dir, "job"), patience: giveUpAfter}, env: e, reports: reports}
				return d.run(ctx, n)
			}
		},
	}
}

// demo is one run of the demo.
type demo struct {
	folder
	env     *env
	account *demoAccount
	job     *cleanup.Job
	reports []string
	began   time.Time
	before  string // the digest
	tags    int
	wrong   []error // what is not as it has to be
}

// errEnded ends the demo after a step that was interrupted; the step has said so.
var errEnded = errors.New("the demo was ended")

func (d *demo) run(ctx context.Context, n int) (int, error) {
	d.began = time.Now()
	p := d.env.err()
	p.say("An account in memory with %s resources in %s regions; nothing leaves this machine. The job: take the keys %s off, and put them back.", number(n), number(len(demoRegions)), keyList(demoKeys))
	d.account = newDemoAccount(n)
	d.base = d.account.cloud.Config()
	for _, step := range []func(context.Context) error{d.find, d.plan, d.remove, d.verify, d.report, d.restore, d.overwrite, d.prove} {
		if err := step(ctx); err != nil {
			if d.job != nil {
				_ = d.job.Close()
			}
			if errors.Is(err, errEnded) {
				return exitNot, nil
			}
			return exitNot, err
		}
	}
	if err := d.job.Close(); err != nil {
		return exitNot, err
	}
	for _, wrong := range d.wrong {
		p.print(wrong)
	}
	if len(d.wrong) > 0 {
		return exitNot, msg("the demo did not end as it has to")
	}
	return exitOK, nil
}

// headline begins a step.
func (d *demo) headline(number int, err error) {
	p := d.env.out()
	p.blank()
	p.print(msg("%s  %s", string(rune('0'+number)), err))
}

// say prints a line of a step, set in.
func (d *demo) say(format string, args ...any) {
	p := d.env.out()
	p.raw("   " + p.lang.t(format, args...))
}

// must notes what is not as it has to be.
func (d *demo) must(ok bool, format string, args ...any) {
	if !ok {
		d.wrong = append(d.wrong, msg(format, args...))
	}
}

// work runs a step with a fresh count of requests.
func (d *demo) work(ctx context.Context, title string, total int, run func(ctx context.Context, t *stepTally, drain <-chan struct{}) error) (*stepTally, error) {
	d.traffic.reset()
	t := newStepTally(d.traffic)
	look := func() view { return t.view(title, total) }
	if total == 0 {
		look = func() view { return t.findView(title) }
	}
	ended := d.step(ctx, d.env, look, func(ctx context.Context, drain <-chan struct{}) error { return run(ctx, t, drain) })
	if ended != nil {
		d.env.err().print(ended)
		return t, errEnded
	}
	f := d.traffic.flow()
	d.say("%s calls in %s HTTP requests: %s throttled, %s repeated after a fault. %s.", number(f.calls), number(f.attempts), number(f.throttled), number(f.repeated), round(time.Since(t.began)))
	return t, nil
}
