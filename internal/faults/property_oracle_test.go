package faults_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// tooLong is how long no run takes once the wire is well.
const tooLong = 30 * 24 * time.Hour

func (s *scene) String() string {
	what := map[bool]string{false: "Untag", true: "Tag"}[s.tags] + map[bool]string{false: "Resources", true: "Many"}[s.many]
	return fmt.Sprintf("%s of %s: %d resources, %d names, %d keys, all %t; concurrency %d, unordered %t; Timeout %v, Retry %+v, Rate %v; ends by %q after %v or %d; dies: %q",
		what, s.service, len(s.resources), len(s.input), len(s.sets["a"]), s.ask.all, s.ask.concurrency, s.ask.unordered,
		s.config.Timeout, s.config.Retry, s.config.Rate, s.ending, s.endsAfter, s.breakAfter, s.died)
}

// play makes the call or the run and returns what is wrong with it.
func (s *scene) play(ctx context.Context) error {
	c, err := s.open(s.config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	drain, begun := make(chan struct{}), time.Now()
	s.ask.drain = drain
	end := func() {
		if s.ended.Store(time.Now().UnixNano()); s.ending == "drain" {
			close(drain)
		} else {
			cancel()
		}
		s.wire.note("%s ends", s.ending)
	}
	switch {
	case s.ending == "" || s.ending == "break":
	case s.ending == "ctx" && s.byDeadline && s.endsAfter > 0:
		ctx, cancel = context.WithTimeout(ctx, s.endsAfter) // the cancel above is called, too
		defer cancel()
		defer context.AfterFunc(ctx, func() {
			s.ended.Store(begun.Add(s.endsAfter).UnixNano())
			s.wire.note("ctx ends")
		})()
	case s.endsAfter == 0:
		end()
	default:
		defer time.AfterFunc(s.endsAfter, end).Stop()
	}
	for id, after := range s.vanishing {
		time.AfterFunc(after, func() {
			s.wire.note("%s vanishes", id)
			s.cloud.Remove(s.resources[id])
		})
	}
	over := make(chan struct{})
	begin := time.Now()
	go func() {
		defer close(over)
		defer func() {
			s.panicked, s.finished = recover(), time.Now()
		}()
		s.call(ctx, c)
		s.returned = true
	}()
	select {
	case <-over:
	case <-time.After(tooLong):
		s.hung = true
		cancel()
	}
	s.count("ended by: " + cmp.Or(s.ending, "nothing"))
	if s.hung {
		close(s.release)
		time.Sleep(time.Minute)
		return fmt.Errorf("the run has not ended after %v", tooLong)
	}
	err = s.checkTime(begin)
	close(s.release)
	time.Sleep(time.Minute) // what is still on its way arrives
	synctest.Wait()
	return errors.Join(err, s.checkEnd(), s.checkOrder(), s.checkTruth(), errors.Join(s.wire.faulty...))
}

func (s *scene) call(ctx context.Context, c calls) {
	if s.many {
		run := c.untagMany
		if s.tags {
			run = c.tagMany
		}
		s.take(run(ctx, s.ask))
		return
	}
	one := c.untagOne
	if s.tags {
		one = c.tagOne
	}
	failed, err := one(ctx, s.ask)
	s.failed, s.returned = failed, true
	s.attribute(err)
}

// take takes in the outcomes of a run.
func (s *scene) take(run func(func(string, error) bool)) {
	for name, err := range run {
		if s.last != nil {
			s.late = true
		}
		if errors.Is(err, untag.ErrRunEnded) {
			s.last = &occurrence{name: name, err: err}
			continue
		}
		s.outcomes = append(s.outcomes, occurrence{name: name, err: err, at: time.Now()})
		if s.slow > 0 && len(s.outcomes)%37 == 1 {
			time.Sleep(s.slow)
		}
		if s.ending == "break" && len(s.outcomes) > s.breakAfter {
			s.ended.Store(time.Now().UnixNano())
			break
		}
	}
}

// attribute gives the names of a single call what its error says of them.
func (s *scene) attribute(err error) {
	partial, some := errors.AsType[*tag.PartialError](err)
	for i := range s.input {
		o := &s.input[i]
		o.claimed, o.err = true, err
		if !some {
			continue
		}
		o.err = nil
		for _, failed := range partial.Failed {
			if idOf(failed.ResourceARN) == o.id {
				o.err = failed
			}
		}
	}
	if some && s.returned && len(partial.Failed) != len(s.failed) {
		s.wire.faulty = append(s.wire.faulty, errors.New("the response and the error name different failures"))
	}
	if s.hooked && (s.hookErr == nil) != (err == nil) {
		s.wire.faulty = append(s.wire.faulty, fmt.Errorf("OnCall got %w, the caller %w", s.hookErr, err))
	}
}

// endedAt is when the run was told to end, zero if it was not.
func (s *scene) endedAt() time.Time {
	if ended := s.ended.Load(); ended != 0 {
		return time.Unix(0, ended)
	}
	return time.Time{}
}

// checkTime checks how long the end took.
func (s *scene) checkTime(begin time.Time) error {
	ended := s.endedAt()
	if ended.IsZero() || s.finished.Before(ended) || s.slow > 0 {
		return nil
	}
	took, most := s.finished.Sub(ended), time.Second
	if s.ending == "drain" {
		most += s.config.Timeout
	}
	if most += s.pause + 10*time.Millisecond; took > most {
		return fmt.Errorf("it ended %v after %s, of a run of %v", took, s.ending, s.finished.Sub(begin))
	}
	return nil
}

// checkEnd checks whether the run said that it ended early, and nothing came of what did not return but what may.
func (s *scene) checkEnd() error {
	input := slices.Contains(s.died, "the input")
	switch {
	case !s.many:
		if s.returned {
			return nil
		}
		if len(s.died) == 0 && !s.dead() {
			return fmt.Errorf("the call did not return, and nothing had died: %v", s.panicked)
		}
		if s.hooked { // what the hook was told is true
			s.attribute(s.hookErr)
		}
		return nil
	case input && s.returned, !input && !s.returned:
		return fmt.Errorf("the loop returned: %t, the input died: %t; %v", s.returned, input, s.panicked)
	case s.late:
		return errors.New("a pair came after the last one")
	case input || s.ending == "break":
		return nil
	}
	open, cut := 0, false
	for _, o := range s.outcomes {
		if o.err != nil {
			open++
		}
		cut = cut || errors.Is(o.err, context.Canceled) || o.err != nil && strings.Contains(o.err.Error(), "drained")
	}
	switch all := s.read == len(s.input); {
	case s.last == nil && !all:
		return fmt.Errorf("%d of %d were read, and no last pair says why", s.read, len(s.input))
	case s.last == nil && cut:
		return errors.New("outcomes say that the run was ended, and no last pair does")
	case s.last == nil && s.inputErr != nil:
		return errors.New("the input's error is lost")
	case s.last == nil:
		return nil
	case s.last.name != "":
		return fmt.Errorf("the last pair is of %q", s.last.name)
	case !s.mayEnd():
		return fmt.Errorf("nothing ended the run, and its last pair says %w", s.last.err)
	case all && open == 0 && s.inputErr == nil && s.endedAt().IsZero() && len(s.died) == 0 && !s.dead():
		return fmt.Errorf("everything is done, and a last pair says %w", s.last.err)
	case errors.Is(s.last.err, untag.ErrOutcomeUnknown) && errors.Is(s.last.err, untag.ErrNotAttempted):
		return fmt.Errorf("the last pair says two things: %w", s.last.err)
	}
	return nil
}

// dead reports whether a transport or a body died.
func (s *scene) dead() bool {
	return s.wire.counts["request: the transport dies"]+s.wire.counts["request: the body dies"] > 0
}

// mayEnd reports whether something happened that may end a run.
func (s *scene) mayEnd() bool {
	if !s.endedAt().IsZero() || len(s.died) > 0 || s.dead() || s.creds || s.brief || s.inputErr != nil {
		return true
	}
	for _, f := range slices.Concat(fates, answerFates) {
		if f.mayEnd && s.wire.counts["request: "+f.name] > 0 {
			return true
		}
	}
	return false
}

// checkOrder checks that each that was read has one outcome, and puts that to it.
func (s *scene) checkOrder() error {
	if !s.many {
		return nil
	}
	if s.returned && s.ending != "break" && len(s.outcomes) != s.read {
		return fmt.Errorf("%d were read, and %d have an outcome", s.read, len(s.outcomes))
	}
	at := map[string][]int{} // of names, where they stand in the input and were not yielded yet
	for i, o := range s.input[:s.read] {
		at[o.name] = append(at[o.name], i)
	}
	for i, o := range s.outcomes {
		places := at[o.name]
		if len(places) == 0 {
			return fmt.Errorf("%q was yielded, and not read, or yielded before", o.name)
		}
		if !s.ask.unordered && places[0] != i {
			return fmt.Errorf("outcome %d is of %q, the input has %q", i, o.name, s.input[i].name)
		}
		s.input[places[0]].claimed, s.input[places[0]].err, s.input[places[0]].at = true, o.err, o.at
		at[o.name] = places[1:]
	}
	return nil
}

// checkTruth compares what is claimed with the account.
func (s *scene) checkTruth() error {
	type key struct{ id, set string }
	claims := map[key]span{}
	open := map[key]bool{} // an occurrence has no outcome
	for _, o := range s.input[:max(s.read, len(s.ask.names))] {
		k := key{o.id, o.set}
		if s.many && s.ask.unordered && s.tags { // equal names with different sets cannot be told apart
			k.set = ""
		}
		if !o.claimed {
			open[k] = true
			s.count("outcome: none")
			continue
		}
		s.count("outcome: " + untag.OutcomeOf(o.err).String())
		one, err := s.claim(o)
		if err != nil {
			return fmt.Errorf("%q: %w", o.name, err)
		}
		was, seen := claims[k]
		if !seen {
			was = one
		}
		claims[k] = span{max(was.least, one.least), max(was.most, one.most)}
	}
	for k, is := range claims {
		if _, vanished := s.vanishing[k.id]; k.id == "" || s.absent[k.id] || vanished || k.set == "" {
			continue
		}
		n, total, err := s.progress(k.id, k.set)
		if open[k] {
			is.most = total
		}
		if err == nil && (n < is.least || n > is.most) {
			err = fmt.Errorf("has %d of %d done, and by its outcomes %+v", n, total, is)
		}
		if err != nil {
			for _, o := range s.input {
				if o.id == k.id {
					err = fmt.Errorf("%w\n  %q %s, claimed %t: %v: %v", err, o.name, o.set, o.claimed, untag.OutcomeOf(o.err), fmt.Sprint(o.err))
				}
			}
			return fmt.Errorf("%s: %w", k.id, err)
		}
	}
	return nil
}

// progress counts what was done to a resource: the first of its keys, and no others.
func (s *scene) progress(id, set string) (n, total int, err error) {
	r := s.resources[id]
	tags, ok := s.cloud.Tags(r.Product, r.Region, r.Type, id)
	if !ok {
		return 0, 0, errors.New("does not exist any more")
	}
	if s.ask.all {
		if len(tags) > 0 && len(tags) < len(r.Tags) {
			return 0, 1, fmt.Errorf("has some tags left: %v", tags)
		}
		if len(tags) == 0 {
			n = 1
		}
		return n, 1, nil
	}
	if tags[keptKey] != "1" {
		return 0, 0, fmt.Errorf("lost a tag that nobody asked to remove: %v", tags)
	}
	isDone := func(t untag.Tag) bool {
		value, has := tags[t.Key]
		return s.tags && has && value == t.Value || !s.tags && !has
	}
	for n < len(s.sets[set]) && isDone(s.sets[set][n]) {
		n++
	}
	if i := slices.IndexFunc(s.sets[set][n:], isDone); i >= 0 {
		return n, 0, fmt.Errorf("%s was done before %s", s.sets[set][n+i].Key, s.sets[set][n].Key)
	}
	return n, len(s.sets[set]), nil
}

// bad reports whether the account refuses some of the resources.
func (s *scene) bad() bool { return len(s.denied)+len(s.absent)+len(s.vanishing) > 0 }

// claim is what an outcome says: how many of the keys were done at least and at most.
func (s *scene) claim(o occurrence) (span, error) {
	total := len(s.sets[o.set])
	if s.ask.all {
		total = 1
	}
	outcome := untag.OutcomeOf(o.err)
	if (outcome == untag.OutcomeInvalid) != o.malformed {
		return span{}, fmt.Errorf("malformed: %t, and its outcome is %w", o.malformed, o.err)
	}
	if o.malformed {
		return span{}, nil
	}
	impossible := s.absent[o.id] || s.denied[o.id]
	_, vanishes := s.vanishing[o.id]
	if outcome == untag.OutcomeDone {
		if impossible {
			return span{}, errors.New("cannot be done, and is said to be done")
		}
		return span{total, total}, nil
	}
	if errors.Is(o.err, untag.ErrRunEnded) || contradicts(o.err) {
		return span{}, fmt.Errorf("says two things: %w", o.err)
	}
	if strings.Contains(o.err.Error(), "secret text") {
		return span{}, fmt.Errorf("shows what a panic said: %w", o.err)
	}
	least := 0
	removed, untagged := errors.AsType[*untag.KeysRemovedError](o.err)
	written, tagged := errors.AsType[*untag.TagsWrittenError](o.err)
	switch {
	case untagged && !s.tags:
		least = len(removed.Keys)
	case tagged && s.tags:
		least = len(written.Keys)
	case untagged || tagged:
		return span{}, fmt.Errorf("of the wrong operation: %w", o.err)
	}
	if (untagged || tagged) && (least == 0 || least >= total || impossible) {
		return span{}, fmt.Errorf("keys that are done: %w", o.err)
	}
	s.wire.mu.Lock()
	doubted, wasRefused := s.wire.doubted[o.id] || s.dead() || len(s.died) > 0, s.wire.refused[o.id] || s.creds || impossible || vanishes || !s.many && s.bad()
	s.wire.mu.Unlock()
	switch outcome {
	case untag.OutcomeUnknown:
		if !doubted && !impossible {
			return span{}, fmt.Errorf("is of unknown outcome, and nothing that was sent for it was lost: %w", o.err)
		}
		return span{least, min(total, least+s.keys)}, nil
	case untag.OutcomeRefused:
		if !wasRefused && !s.refusedWithOthers(o) {
			return span{}, fmt.Errorf("is refused, and no answer refused it: %w", o.err)
		}
	case untag.OutcomeNotAttempted:
		if !s.mayEnd() && !impossible && s.wire.counts["request: the connection is refused"] == 0 && s.service == untagtest.Tag && !s.bad() {
			return span{}, fmt.Errorf("was not attempted, and nothing ended the run: %w", o.err)
		}
	}
	return span{least, least}, nil
}

var aboutTags = regexp.MustCompile(`Tag|NoPermissionKey|\.Key$|\.Value$`)

// refusedWithOthers reports whether o's error is about its tags, and was the answer for another resource of the region with the same.
func (s *scene) refusedWithOthers(o occurrence) bool {
	apiErr, ok := errors.AsType[*untag.APIError](o.err)
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	return ok && s.many && s.tags && aboutTags.MatchString(apiErr.Code) && slices.ContainsFunc(s.input, func(x occurrence) bool {
		return x.set == o.set && s.wire.refused[x.id] && regionIn(x.name) == regionIn(o.name)
	})
}

// regionIn is the region of an ARN, "" of an ID.
func regionIn(name string) string {
	if parts := strings.SplitN(name, ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return ""
}
