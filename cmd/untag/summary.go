package main

import (
	"cmp"

	"github.com/untag-go/untag"
)

// meta is what a summary and a report say besides the counts.
type meta struct {
	job      *job
	about    origin
	complete bool   // every resource of the input has a row
	problem  error  // why the run ended early, in words; nil if it did not
	cause    error  // the error of that
	hopeless bool   // nothing has ever passed
	skipped  error  // what of the input was left out, nil if nothing was
	nothing  error  // which keys were on nothing, nil if all were on something
	list     string // the report that names all resources in a form for programs, "" if there is none
}

// write prints the summary.
func (t *tally) write(w printer, m meta) {
	w.blank()
	if t.all.total() == 0 {
		if m.problem == nil {
			m.problem = msg("The input named no resource.")
		}
		w.print(m.problem)
		return
	}
	t.writeOutcomes(w)
	t.writeRegions(w)
	t.writeCodes(w)
	if t.keysRemoved > 0 {
		w.say("%s of those not done have lost some of the keys already; the report says which.", number(t.keysRemoved))
	}
	f := t.traffic.flow()
	w.say("%s calls in %s HTTP requests: %s throttled, %s repeated after a fault.", number(f.calls), number(f.attempts), number(f.throttled), number(f.repeated))
	w.say("%s, %s resources a second.", t.elapsed(), number(t.perSecond()))
	for _, note := range []error{m.nothing, m.problem} {
		if note != nil {
			w.blank()
			w.print(note)
		}
	}
	if !m.complete {
		w.say("Not every resource of the input is counted here.")
	}
}

func (t *tally) writeOutcomes(w printer) {
	rows := make([][]string, 0, len(outcomes)+1)
	for _, o := range outcomes {
		text := w.lang.t(outcomeLabels[o])
		if o == untag.OutcomeDone && t.before > 0 {
			text = w.lang.t("done (%s of them by earlier runs)", number(t.before))
		}
		if t.all[o] > 0 || o == untag.OutcomeDone {
			rows = append(rows, []string{text, number(t.all[o])})
		}
	}
	rows = append(rows, []string{w.lang.t("all"), number(t.all.total())})
	w.table([]string{"Outcome", "Resources"}, rows)
}

func (t *tally) writeRegions(w printer) {
	rows := make([][]string, 0, len(t.regions))
	for _, name := range t.regionNames() {
		c := t.regions[name]
		rows = append(rows, []string{
			cmp.Or(clean(name, 40), w.lang.t("(none)")), number(c.done()), number(c.failed()), number(c.unknown()), number(c.notAttempted()),
		})
	}
	w.table([]string{"Region", "Done", "Failed", "Unknown", "Not attempted"}, rows)
}

func (t *tally) writeCodes(w printer) {
	rows := make([][]string, 0, len(t.codes))
	for _, c := range t.codeCounts() {
		rows = append(rows, []string{clean(c.code, 50), number(c.n), w.lang.t(outcomeLabels[c.outcome]) + ": " + clean(c.sample, 200)})
	}
	if len(rows) > 0 {
		w.table([]string{"Error code", "Resources", "What the first one was told"}, rows)
	}
}
