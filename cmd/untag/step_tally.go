package main

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

// stepTally counts what a step says of tags. Its size does not depend on how many there are.
type stepTally struct {
	traffic *traffic
	began   time.Time

	mu      sync.Mutex
	states  stateCounts
	regions map[string]*stateCounts
	codes   map[string]*codeCount
	samples []listedRow // of what is not as it was asked for, the first ones
	found   struct{ resources, tags int }
}

const maxSamples = 10

func newStepTally(t *traffic) *stepTally {
	return &stepTally{traffic: t, began: time.Now(), states: stateCounts{}, regions: map[string]*stateCounts{}, codes: map[string]*codeCount{}}
}

// add counts a result of a step.
func (t *stepTally) add(r cleanup.Result, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(r.Keys)
	t.states[r.State] += n
	(*named(t.regions, r.Resource.Region, func(string) *stateCounts { return &stateCounts{} }))[r.State] += n
	info := stateInfos[r.State]
	if info.sort == good || info.sort == idle {
		return // what the run did not come to is counted, and comes again
	}
	row := listedRow{
		Time: time.Now(), Resource: clean(cmp.Or(r.Resource.ARN, r.Resource.String()), 300), Region: r.Resource.Region, Outcome: info.label,
		Class: sortClasses[info.sort], KeysRemoved: r.Keys,
	}
	row.Code, row.Message, row.Request = told(err)
	if err != nil {
		c := named(t.codes, cmp.Or(row.Code, codeNone), func(code string) *codeCount {
			return &codeCount{code: code, sample: clean(row.Message, 200), outcome: untag.OutcomeOf(err)}
		})
		c.n += n
	}
	if len(t.samples) < maxSamples {
		t.samples = append(t.samples, row)
	}
}

// told is the code, the message and the request ID of an error.
func told(err error) (code, message, requestID string) {
	if err == nil {
		return "", "", ""
	}
	if answer, ok := errors.AsType[*untag.APIError](err); ok {
		return answer.Code, answer.Message, answer.RequestID
	}
	switch untag.OutcomeOf(err) {
	case untag.OutcomeNotAttempted:
		return codeNotAttempted, plain(err), ""
	case untag.OutcomeInvalid:
		return codeInvalid, reason(err), ""
	default:
		return codeUnknown, plain(err), ""
	}
}

// addFound counts what Find yields.
func (t *stepTally) addFound(f cleanup.Found) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.found.resources++
	t.found.tags += len(f.Tags)
}

// view is the state of a step for the progress display.
func (t *stepTally) view(title string, total int) view {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := view{title: title, flow: t.traffic.flow(), first: t.traffic.failure(true), total: total}
	v.idle = t.states.of(idle)
	v.over = t.states.total() - v.idle
	v.counters = []counter{
		{"%s done", t.states.of(good), "32", true},
		{"%s left alone", t.states.of(left), "33", false},
		{"%s failed", t.states.of(failed), "31", true},
		{"%s unknown", t.states.of(unclear), "35", true},
		{"%s not attempted", v.idle, "", false},
	}
	return v
}

// findView is the state of a search: nobody knows how much there is.
func (t *stepTally) findView(title string) view {
	t.mu.Lock()
	defer t.mu.Unlock()
	return view{
		title: title, flow: t.traffic.flow(), first: t.traffic.failure(true), over: t.found.resources,
		counters: []counter{{"%s resources found and saved", t.found.resources, "32", true}, {"%s tags", t.found.tags, "", true}},
	}
}

// write prints what a step came to.
func (t *stepTally) write(w printer) {
	w.blank()
	rows := make([][]string, 0, len(states))
	for _, s := range states {
		if n := t.states[s]; n > 0 {
			rows = append(rows, []string{w.lang.t(stateInfos[s].label), number(n)})
		}
	}
	if len(rows) == 0 {
		w.say("There was nothing to do.")
		return
	}
	w.table([]string{"State", "Tags"}, rows)
	if len(t.regions) > 1 {
		rows = rows[:0]
		for _, name := range slices.Sorted(maps.Keys(t.regions)) {
			c := *t.regions[name]
			rows = append(rows, []string{clean(name, 40), number(c.of(good)), number(c.of(left)), number(c.of(failed)), number(c.of(unclear)), number(c.of(idle))})
		}
		w.table([]string{"Region", "Done", "Left alone", "Failed", "Unknown", "Not attempted"}, rows)
	}
	t.writeFailures(w)
	f := t.traffic.flow()
	w.say("%s calls in %s HTTP requests: %s throttled, %s repeated after a fault. %s.", number(f.calls), number(f.attempts), number(f.throttled), number(f.repeated), round(time.Since(t.began)))
}

func (t *stepTally) writeFailures(w printer) {
	rows := make([][]string, 0, len(t.codes))
	for _, c := range slices.SortedFunc(maps.Values(t.codes), func(a, b *codeCount) int { return cmp.Or(b.n-a.n, strings.Compare(a.code, b.code)) }) {
		rows = append(rows, []string{clean(c.code, 50), number(c.n), clean(c.sample, 200)})
	}
	if len(rows) > 0 {
		w.table([]string{"Error code", "Tags", "What the first one was told"}, rows)
	}
	if len(t.samples) == 0 {
		return
	}
	w.say("The first ones (untag report has all of them):")
	for _, s := range t.samples {
		text := msg("%s: %s, %s", s.Resource, msg(s.Outcome), clean(strings.Join(s.KeysRemoved, ", "), 100))
		if s.Request != "" {
			text = msg("%s; request ID %s", text, clean(s.Request, 80))
		}
		w.item(text)
	}
	w.blank()
}

// isDone tells whether every tag is as the step was to make it.
func (t *stepTally) isDone() bool {
	return t.states.of(left)-t.states[cleanup.Changed]+t.states.of(failed)+t.states.of(unclear)+t.states.of(idle) == 0
}
