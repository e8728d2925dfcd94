package main

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

// folder is what the verbs on the folder of a job share.
type folder struct {
	connection
	dir      string
	patience time.Duration
	byType   bool // of find
}

// one takes the only argument, the folder.
func (fo *folder) one(args []string) error {
	switch len(args) {
	case 0:
		return usageError{msg("name the folder of the job")}
	case 1:
		fo.dir = args[0]
		return nil
	}
	return usageError{msg("%s folders: name one", number(len(args)))}
}

// begin checks what every verb needs that calls the account.
func (fo *folder) begin(args []string) error {
	if err := fo.one(args); err != nil {
		return err
	}
	if !fo.live {
		return usageError{msg("this asks the real account: add -live. Without it nothing is sent")}
	}
	fo.traffic = new(traffic)
	return nil
}

// open goes on with a job.
func (fo *folder) open() (*cleanup.Job, error) {
	job, err := cleanup.Open(fo.dir, fo.config())
	if err != nil {
		return nil, explained(err)
	}
	if err := fo.sameAccount(job); err != nil {
		return nil, errors.Join(err, job.Close())
	}
	return job, nil
}

// with opens the job, does something with it, and closes it.
func (fo *folder) with(ctx context.Context, e *env, do func(*cleanup.Job) (int, error)) (int, error) {
	job, err := unlessInterrupted(ctx, e, func(context.Context) (*cleanup.Job, error) { return fo.open() })
	if err != nil {
		return exitNot, err
	}
	return closing(job, do)
}

// closing closes the job after something was done with it. Its files are synced then, so a failure is one.
func closing(job *cleanup.Job, do func(*cleanup.Job) (int, error)) (int, error) {
	code, err := do(job)
	if wrong := job.Close(); wrong != nil && err == nil {
		return exitNot, explained(wrong)
	}
	return code, err
}

// sameAccount compares -account with that of the job.
func (fo *folder) sameAccount(job *cleanup.Job) error {
	if have := job.Spec().Account; fo.account != "" && fo.account != have {
		return msg("the job is one of the account %s, not of %s", have, fo.account)
	}
	return nil
}

// explained says in the user's language what errors of the folder mean.
func explained(err error) error {
	var other *cleanup.AccountError
	switch {
	case errors.As(err, &other):
		return msg("the credentials are those of the account %s, and the job is one of %s; nothing was sent but the question whose they are", other.Have, other.Want)
	case errors.Is(err, cleanup.ErrLocked):
		return msg("another untag works on this folder: %s", err)
	case errors.Is(err, cleanup.ErrNoJob):
		return msg("there is no job in this folder; untag find begins one: %s", err)
	case errors.Is(err, cleanup.ErrNotPrivate):
		return msg("the folder must be yours alone (chmod 700): %s", err)
	}
	return inFlags(err)
}

// step runs a step of the job with progress and signals. It returns why the step ended early, nil if it did not.
func (fo *folder) step(ctx context.Context, e *env, look func() view, run func(ctx context.Context, drain <-chan struct{}) error) error {
	p := newProgress(e.err(), e.getenv, look)
	ctx, stop := watch(ctx, e.signals, fo.traffic, fo.patience, p.note)
	defer stop.close()
	p.start()
	err := run(ctx, stop.drain)
	p.stop()
	if errors.Is(err, cleanup.ErrOrder) {
		return explained(err)
	}
	if err != nil {
		return stop.problem(explained(err))
	}
	return nil
}

// results counts what a step yields. The error is why the step ended early.
func (t *stepTally) results(seq iter.Seq2[cleanup.Result, error]) (ended error) {
	for r, err := range seq {
		if errors.Is(err, untag.ErrRunEnded) {
			ended = err
			continue
		}
		t.add(r, err)
	}
	return ended
}

// conclude prints what a step came to, and what to do next.
func (fo *folder) conclude(e *env, t *stepTally, ended error, next error) (int, error) {
	if errors.Is(ended, cleanup.ErrOrder) {
		return exitNot, ended
	}
	t.write(e.out())
	if ended != nil {
		e.err().print(ended)
		if mend := remedy(ended); mend != nil {
			e.err().print(mend)
		}
		e.err().say("To go on, run the same command again.")
		return exitNot, nil
	}
	e.err().print(next)
	if !t.isDone() {
		return exitNot, nil
	}
	return exitOK, nil
}
