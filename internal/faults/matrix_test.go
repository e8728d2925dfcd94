package faults_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// scenario is a fault and what the user must get from it.
type scenario struct {
	name    string
	arrange func(w *world)

	single want    // of a call, while the fault lasts
	bulk   tally   // of a run of 120 resources, likewise
	later  []error // of a whole list, where its error is another than that of a single call
	rows   int     // of a whole list, likewise: the resources before the error, which is that of a single call; 0: all, and no error
	// What becomes of the same if the fault is over after the first attempt: everything is done, or it makes no difference.
	recovers bool
	then     tally // of the bulk run, if that is neither

	regions     bool          // the resources of the bulk run are in two of them
	permanent   bool          // the fault does not pass
	only        string        // the service that it is run for; "": both
	bound       time.Duration // of the context; 0: 60 s
	canceled    bool          // the context has ended before the run
	cancelAfter int           // attempts, if the fault lasts through a bulk run; 0: it is not canceled
	healAfter   int           // attempts, where the fault passes; 0: one
	warm        bool          // a call succeeds on the same connection before the fault
	concurrency int           // of the bulk run, where the order of calls matters; 0: 8
	holds       int           // goroutines that a blocking credential provider may hold
	timed       bool          // it waits rather than computes, and must not be kept from its time by what computes
	inexact     bool          // the number of attempts depends on timing
}

// want is what an error must be.
type want struct {
	is       []error // all that errors.Is must find; none: success
	attempts int
}

// tally counts the resources of a bulk run by their outcomes.
type tally [4]int

func (c tally) String() string {
	var parts []string
	for o, n := range c {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, outcomeNames[o]))
		}
	}
	return strings.Join(parts, ", ")
}

// all is a tally of one outcome.
func all(o outcome) (c tally) {
	c[o] = bulkSize
	return c
}

// succeeds is a call that needs so many attempts.
func succeeds(attempts int) want { return want{nil, attempts} }

// fails is a call whose error is all of these after so many attempts.
func fails(attempts int, is ...error) want { return want{is, attempts} }

// sentinels are all that an error can be, by the name that the matrix gives it.
var sentinels = []struct {
	err  error
	name string
}{
	{untag.ErrInvalidRequest, "invalid request"},
	{untag.ErrInvalidParameter, "invalid parameter"},
	{untag.ErrUnauthenticated, "unauthenticated"},
	{untag.ErrPermissionDenied, "permission denied"},
	{untag.ErrNotFound, "not found"},
	{untag.ErrQuotaExceeded, "quota exceeded"},
	{untag.ErrThrottled, "throttled"},
	{untag.ErrUnavailable, "unavailable"},
	{untag.ErrClockSkew, "clock skew"},
	{untag.ErrPartialFailure, "partial failure"},
	{context.Canceled, "context canceled"},
	{context.DeadlineExceeded, "deadline exceeded"},
	{untag.ErrOutcomeUnknown, "outcome unknown"},
	{untag.ErrNotAttempted, "not attempted"},
}

// describe names an error's type and all that it is.
func describe(err error) string {
	if err == nil {
		return "done"
	}
	var is []string
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			is = append(is, s.name)
		}
	}
	if name := typeOf(err); name != "" && len(is) > 0 {
		return name + ": " + strings.Join(is, ", ")
	}
	return cmp.Or(strings.Join(is, ", "), typeOf(err))
}

// typeOf names the type of the SDK that an error has; a context's own error has none.
func typeOf(err error) string {
	if _, ok := err.(*tag.PartialError); ok { //nolint:errorlint // the outermost type is what the user gets
		return "PartialError"
	}
	if list, ok := err.(*untag.ListError); ok { //nolint:errorlint // likewise
		return strings.TrimSuffix("ListError, "+typeOf(list.Err), ", ")
	}
	if _, ok := errors.AsType[*untag.CallError](err); ok {
		return "CallError"
	}
	if _, ok := errors.AsType[*untag.APIError](err); ok {
		return "APIError"
	}
	return ""
}

func (res result) tally() (c tally) {
	for _, err := range res.outcomes {
		c[outcomeOf(err)]++
	}
	return c
}

// attempts tells how many there were. A busy machine may add some where each has little time.
func (r run) attempts(n int) string {
	s := r.scenario
	least := 2
	if r.bulk {
		least = 4
	}
	switch {
	case s.inexact && (!r.bulk || r.deed == reads) && !r.passes && n > 1:
		return "; attempts: several"
	case s.timed && s.recovers && r.passes && !s.inexact && n >= least:
		return fmt.Sprintf("; %d attempts or more", least)
	case n == 1:
		return "; 1 attempt"
	}
	return fmt.Sprintf("; %d attempts", n)
}

// check compares a run with what its scenario demands, and returns its cell.
func (r run) check(t *testing.T, res result) string {
	s := r.scenario
	if r.deed == reads && r.bulk {
		return r.checkList(t, res)
	}
	if r.bulk {
		count := res.tally()
		want := s.bulk
		if r.passes && s.recovers {
			want = all(done)
		} else if r.passes && s.then != (tally{}) {
			want = s.then
		}
		if count != want {
			t.Errorf("the run came to %s; want %s; the last pair: %v; the first outcome: %v", count, want, res.err, res.outcomes[0])
		}
		cell := count.String()
		if res.err != nil {
			cell += "; ends early: " + describe(res.err)
		}
		return cell + r.attempts(res.attempts)
	}
	want := s.single
	if r.passes && s.recovers {
		want = succeeds(0)
	}
	if (res.err == nil) != (want.is == nil) {
		t.Errorf("the call came to %v", res.err)
	}
	for _, is := range want.is {
		if !errors.Is(res.err, is) {
			t.Errorf("the error is not %q: %v", is, res.err)
		}
	}
	if res.err != nil && errors.Is(res.err, untag.ErrOutcomeUnknown) != slices.Contains(want.is, untag.ErrOutcomeUnknown) {
		t.Errorf("whether the outcome is unknown is wrong in: %v", res.err)
	}
	if want.attempts != 0 && want.attempts != res.attempts && !s.inexact {
		t.Errorf("%d attempts were made, want %d: %v", res.attempts, want.attempts, res.err)
	}
	if r.deed == reads && res.err == nil {
		return fmt.Sprintf("%d resources", len(res.outcomes)) + r.attempts(res.attempts)
	}
	return describe(res.err) + r.attempts(res.attempts)
}

// checkList is check for a whole list: what it yields before it ends, and why.
func (r run) checkList(t *testing.T, res result) string {
	s := r.scenario
	listed, want := len(res.outcomes), s.rows
	fine := s.rows == 0 || r.passes && s.recovers
	if fine {
		want = listSize
	}
	if listed != want || (res.err == nil) != fine {
		t.Errorf("%d resources were listed, want %d; and then: %v", listed, want, res.err)
	}
	cell := fmt.Sprintf("%d resources", listed)
	if res.err == nil {
		return cell + r.attempts(res.attempts)
	}
	for _, is := range s.ends() {
		if !errors.Is(res.err, is) {
			t.Errorf("the error is not %q: %v", is, res.err)
		}
	}
	if list, ok := errors.AsType[*untag.ListError](res.err); !ok || list.Pages < pagesAhead || list.Items != listed {
		t.Errorf("no ListError says how far the list came, %d resources: %v", listed, res.err)
	}
	return cell + ", then " + describe(res.err) + r.attempts(res.attempts)
}

// ends is what the error of a whole list must be.
func (s *scenario) ends() []error {
	if s.later != nil {
		return s.later
	}
	return s.single.is
}

// chapter is a group of scenarios.
type chapter struct {
	title     string
	deed      deed
	scenarios []scenario
}

var chapters = []chapter{
	{"The connection", removes, connectionFaults},
	{"Slowness", removes, slownessFaults},
	{"TLS", removes, tlsFaults},
	{"DNS and proxies", removes, namingFaults},
	{"Answers that are not of the service", removes, strangeAnswers},
	{"JSON and XML", removes, malformedAnswers},
	{"Storms", removes, storms},
	{"Clock and nonce", removes, clockFaults},
	{"Credentials", removes, credentialFaults},
	{"Refusals that pass, and that do not", removes, passingRefusals},
	{"Odd successes", removes, oddSuccesses},
	{"Regions", removes, regionFaults},
	{"After a lost answer", removes, lostAnswers},
	{"Tag writes", writes, writeFaults},
	{"Lists", reads, listFaults},
}

const matrixFile = "MATRIX.md"

// TestMatrix runs every scenario for both services, as a single call and as a bulk run, with a fault that lasts and with
// one that is over after the first attempt, and compares what comes of it with MATRIX.md.
func TestMatrix(t *testing.T) {
	cells := map[string]string{}
	var mu sync.Mutex
	set := func(name, cell string) {
		mu.Lock()
		defer mu.Unlock()
		cells[name] = cell
	}
	busy := make(chan struct{}, 8)
	for _, timed := range []bool{false, true} {
		t.Run(map[bool]string{false: "computes", true: "waits"}[timed], func(t *testing.T) {
			for r := range everyRun {
				if r.scenario.timed != timed {
					continue
				}
				set(r.name(), "")
				t.Run(r.name(), func(t *testing.T) {
					t.Parallel()
					if !timed {
						busy <- struct{}{}
						defer func() { <-busy }()
					}
					set(r.name(), r.check(t, r.do(t)))
				})
			}
		})
	}
	missing := false
	for _, cell := range cells {
		missing = missing || cell == ""
	}
	if missing {
		t.Skip("only some of the runs were made: MATRIX.md is not compared")
	}
	document := render(cells)
	if *update {
		if t.Failed() {
			t.Fatal("MATRIX.md is not written: some runs failed")
		}
		if err := os.WriteFile(matrixFile, []byte(document), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	if is, was := strings.Split(document, "\n"), strings.Split(string(written), "\n"); !slices.Equal(is, was) {
		at := 0
		for at < len(is) && at < len(was) && is[at] == was[at] {
			at++
		}
		t.Errorf("%s differs from line %d on; go test -run Matrix -update writes it\nwas: %s\nis:  %s",
			matrixFile, at+1, strings.Join(was[at:min(at+1, len(was))], ""), strings.Join(is[at:min(at+1, len(is))], ""))
	}
}

// everyRun goes through all chapters.
func everyRun(yield func(run) bool) {
	for _, chapter := range chapters {
		for i := range chapter.scenarios {
			for _, r := range chapter.runs(&chapter.scenarios[i]) {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// runs are those that make one row, or one for each service.
func (c chapter) runs(s *scenario) (runs []run) {
	for _, service := range services {
		if s.only != "" && s.only != service.name {
			continue
		}
		for _, bulk := range []bool{false, true} {
			for _, passes := range []bool{false, true} {
				if passes && s.permanent {
					continue
				}
				runs = append(runs, run{c.title, c.deed, s, service, bulk, passes})
			}
		}
	}
	return runs
}

// column is where the run's cell stands in its row.
func (r run) column() int {
	at := 0
	if r.bulk {
		at++
	}
	if r.passes {
		at += 2
	}
	return at
}

// render writes the document.
func render(cells map[string]string) string {
	var b strings.Builder
	b.WriteString(preface)
	count := 0
	for _, chapter := range chapters {
		fmt.Fprintf(&b, "\n## %s\n\n", chapter.title)
		b.WriteString(heads[chapter.deed] + "|---|---|---|---|---|---|\n")
		for i := range chapter.scenarios {
			s := &chapter.scenarios[i]
			count++
			var rows, names []string
			for _, service := range services {
				if s.only != "" && s.only != service.name {
					continue
				}
				columns := []string{"–", "–", "–", "–"}
				for _, r := range chapter.runs(s) {
					if r.service.name == service.name {
						columns[r.column()] = cells[r.name()]
					}
				}
				left := "nothing"
				if s.holds > 0 {
					left = fmt.Sprintf("%d goroutine until the provider returns", s.holds)
				}
				rows = append(rows, strings.Join(append(columns, left), " | "))
				names = append(names, service.name)
			}
			if len(rows) == 2 && rows[0] == rows[1] {
				fmt.Fprintf(&b, "| %s | %s |\n", s.name, rows[0])
				continue
			}
			for i, row := range rows {
				fmt.Fprintf(&b, "| %s (%s) | %s |\n", s.name, names[i], row)
			}
		}
	}
	return strings.Replace(b.String(), "COUNT", strconv.Itoa(count), 1)
}

var heads = map[deed]string{
	removes: "| fault | single call | bulk run of 120 | single call, the fault passes | bulk run, the fault passes | left behind |\n",
	writes:  "| fault | TagResources | TagMany of 120, in two sets | TagResources, the fault passes | TagMany, the fault passes | left behind |\n",
	reads:   "| fault | ListTagResources, one page | ListTagResourcesAll, four pages | one page, the fault passes | four pages, the fault passes | left behind |\n",
}

const preface = `# What a user gets when things fail

Written by ` + "`go test -run Matrix -update`" + ` and compared byte for byte by every other run of the test. COUNT faults, each behind
real sockets and TLS between the SDK and the simulated account of package untagtest, for ECS, which refuses a whole call for
one bad resource, and for Tag, which names it. A row without a service holds for both.

What most chapters have is UntagResources, of three resources, and UntagMany, of 120; the last ones have the same of writes and of
reads.

- **Single call**: three resources, ` + "`Retry.MaxAttempts`" + ` 3; the type of the error, all that errors.Is finds in it, HTTP attempts made.
- **Bulk run**: 120 resources in calls of 50; how many are confirmed (done), refused by the service, of unknown outcome, and
  never sent; the last pair, if the run ended before its input; HTTP attempts of the whole run.
- **TagMany**: likewise, and the second 60 bring another value than the first.
- **Lists**: one page of three resources; and twelve resources in four pages, with a fault that comes after two of these: how many are
  yielded, and then the error, if one is.
- **The fault passes**: it is over after the first attempt.
- **Left behind**: goroutines and connections, once the call has returned and idle connections are closed.

The test checks of every run, whatever this table says:

- done: the tag is gone from the account, or is there with its value; refused and not attempted: it is as it was; no other tag is
  touched;
- an error claims one outcome only; what was sent and got no verdict is of unknown outcome, not done and not refused;
- a list yields nothing that was not asked for, each resource once with all its tags, and a read has no unknown outcome;
- every resource has one outcome, in the order of the input, and a run that ends early says why;
- it ends within the deadline of its context;
- the attempts that the error counts are those that the hook counts, and the service saw no more requests than these;
- no two requests have the same nonce; no request comes by HTTP/2, although the server offers it;
- no goroutine and no connection is left (a blocking credential provider may hold one goroutine);
- no key, secret, token, signature, password or parameter shows in an error printed in any way, in a log record at debug
  level, or in what the hook gets.
`
