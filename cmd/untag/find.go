package main

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

func findVerb() *verb {
	return &verb{
		name: "find", args: "DIR -keys K1,K2 -live", about: "find what carries the keys, in all regions and services, and save it in DIR",
		details: []string{
			"DIR becomes the folder of a job: everything that was found, with its values, is in it, and the other verbs go on from there. A find that was interrupted goes on where it was when the command is run again.",
		},
		examples: []string{
			"untag find untag-env -keys env -live",
			"untag find untag-env -keys env,owner -regions cn-hangzhou,cn-beijing -live",
			"untag find untag-test -tag env=test -tag env=staging -live",
		},
		define: func(f *flags) action {
			fo := &folder{patience: giveUpAfter}
			var keys, pairs []string
			var regions string
			f.group("WHAT")
			f.texts(&keys, "keys", "K1,K2", "the keys to remove, any number; may be repeated. A key with a comma is quoted as in CSV")
			f.texts(&pairs, "tag", "KEY=VALUE", "remove only this pair instead, and leave other values alone; may be repeated")
			f.yes(&fo.byType, "by-type", "list everything that has tags, type by type, and pick out the keys: finds tags with an empty value, and is cheaper where nearly every resource has a value of its own")
			f.text(&regions, "regions", "R1,R2", "where to search; otherwise in all regions that the service names")
			fo.reads(f)
			f.whole(&fo.concurrency, "concurrency", "listings at a time; otherwise 16", 0, 256)
			return func(ctx context.Context, e *env, args []string) (int, error) {
				if err := fo.begin(args); err != nil {
					return exitUsage, err
				}
				var wrong problems
				spec := cleanup.Spec{Keys: wrong.readKeys(keys), Tags: wrong.readTags(pairs), Account: fo.account}
				if regions != "" {
					spec.Regions = strings.Split(regions, ",")
				}
				if err := wrong.err(); err != nil {
					return exitUsage, err
				}
				return fo.find(ctx, e, spec)
			}
		},
	}
}

// find begins the job, or goes on with it.
func (fo *folder) find(ctx context.Context, e *env, spec cleanup.Spec) (int, error) {
	job, err := unlessInterrupted(ctx, e, func(context.Context) (*cleanup.Job, error) { return fo.create(e, spec) })
	if err != nil {
		return exitNot, err
	}
	return closing(job, func(job *cleanup.Job) (int, error) { return fo.search(ctx, e, job) })
}

// search runs the search.
func (fo *folder) search(ctx context.Context, e *env, job *cleanup.Job) (int, error) {
	e.err().say("LIVE, reading only: searching the account %s for %s.", job.Spec().Account, whatSpec(job.Spec()))
	t := newStepTally(fo.traffic)
	ended := fo.step(ctx, e, func() view { return t.findView("") }, func(ctx context.Context, drain <-chan struct{}) error {
		var ended error
		for found, err := range job.Find(ctx, cleanup.FindOptions{ByType: fo.byType, Concurrency: fo.concurrency, Drain: drain}) {
			if err != nil {
				ended = err
				continue
			}
			t.addFound(found)
		}
		return ended
	})
	out := e.out()
	out.blank()
	out.say("%s resources with %s tags were found by this search and saved in %s.", number(t.found.resources), number(t.found.tags), fo.dir)
	if ended != nil {
		e.err().print(ended)
		e.err().say("To go on, run the same command again.")
		return exitNot, nil
	}
	e.err().say("Next: untag plan %s -live", fo.dir)
	return exitOK, nil
}

// create begins a job in the folder, or opens the one that is there if it is the same.
func (fo *folder) create(e *env, spec cleanup.Spec) (*cleanup.Job, error) {
	for _, warning := range oddKeys(spec.Keys) {
		e.err().print(msg("Warning: %s", warning))
	}
	asked := len(spec.Keys)+len(spec.Tags) > 0
	if asked {
		job, err := cleanup.Create(fo.dir, fo.config(), spec)
		if !errors.Is(err, fs.ErrExist) {
			if err != nil {
				return nil, explained(err)
			}
			return job, nil
		}
	}
	job, err := fo.open()
	if err != nil {
		return nil, err
	}
	if asked && !sameSpec(spec, job.Spec()) {
		return nil, errors.Join(msg("%s is the folder of another job, which takes off %s. Name another folder, or leave -keys, -tag and -regions out to go on with it", fo.dir, whatSpec(job.Spec())), job.Close())
	}
	return job, nil
}

// sameSpec tells whether two jobs take off the same.
func sameSpec(a, b cleanup.Spec) bool {
	sorted := func(s []string) []string { return slices.Sorted(slices.Values(s)) }
	byKey := func(x, y untag.Tag) int { return strings.Compare(x.Key+"\x00"+x.Value, y.Key+"\x00"+y.Value) }
	tags := func(s []untag.Tag) []untag.Tag { return slices.SortedFunc(slices.Values(s), byKey) }
	return slices.Equal(sorted(a.Keys), sorted(b.Keys)) && slices.Equal(tags(a.Tags), tags(b.Tags)) && slices.Equal(sorted(a.Regions), sorted(b.Regions))
}

// whatSpec says what a job takes off.
func whatSpec(s cleanup.Spec) error {
	if len(s.Tags) == 0 {
		return whatKeys(s.Keys, false)
	}
	pairs := make([]string, 0, len(s.Tags))
	for _, t := range s.Tags {
		pairs = append(pairs, t.Key+"="+t.Value)
	}
	return msg("the tags %s", clean(strings.Join(pairs, ", "), 300))
}
