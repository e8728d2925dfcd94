package main

import (
	"bufio"
	"cmp"
	"embed"
	"html/template"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag"
)

// maxListed is how many failed resources the page lists: more would make it slow, and nobody would read them.
const maxListed = 10_000

//go:embed *.html.tmpl
var pageSources embed.FS

//go:embed report.css
var pageStyle string

// pageMark is in the head of every page: it tells a page of ours from another file.
const pageMark = `content="untag report"`

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"number": number,
	"stamp":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
	"clock":  func(t time.Time) string { return t.UTC().Format("15:04:05") },
	"pieces": func(s string) []string { return piece.FindAllString(s, -1) },
	"join":   func(words []string) string { return strings.Join(words, ", ") },
}).ParseFS(pageSources, "*.html.tmpl"))

// piece ends where a long name may be broken.
var piece = regexp.MustCompile(`[^:/]*[:/]?`)

// htmlReport makes one self-contained page: no script, no font, no picture, nothing that is fetched.
// Of the resources it keeps those that failed, up to maxListed; the charts are drawn from the counts.
type htmlReport struct {
	most   int
	lang   lang
	failed []listedRow
}

// listedRow is a failed resource on the page.
type listedRow struct {
	Time                                              time.Time
	Resource, Region, Outcome, Code, Message, Request string
	Class                                             string
	KeysRemoved                                       []string
}

func (*htmlReport) header(*bufio.Writer) error { return nil }

func (h *htmlReport) row(_ *bufio.Writer, r row) error {
	if r.outcome == untag.OutcomeDone || len(h.failed) == h.most {
		return nil
	}
	h.failed = append(h.failed, listedRow{
		Time: r.time, Resource: clean(r.resource, 300), Region: clean(cmp.Or(r.region, "–"), 64),
		Outcome: h.lang.t(outcomeLabels[r.outcome]), Class: r.outcome.String(), Code: clean(r.code, 100), Message: clean(r.message, 300),
		Request: clean(r.requestID, 100), KeysRemoved: r.keysRemoved,
	})
	return nil
}

func (h *htmlReport) end(w *bufio.Writer, t *tally, m meta) error {
	return pages.ExecuteTemplate(w, "report.html.tmpl", newPage(h.lang, t, m, h.failed))
}

// frame is what every page has on top.
type frame struct {
	Lang                  lang
	Style                 template.CSS
	Simulated             bool
	Began                 time.Time
	Title, Headline       string
	Verdict, VerdictClass string
	Problems              []string
	Facts                 []fact // what, whose, which keys, when
	Tiles                 []tile
}

// T is a text of the table of messages.
func (f frame) T(format string, args ...any) string { return f.Lang.t(format, args...) }

type fact struct{ Name, Value string }

type tile struct{ Value, Label, Class string }

// page is what the template shows.
type page struct {
	frame
	Outcomes []slice
	Notes    []string
	Charts   []chart
	Regions  []regionRow
	Codes    []codeRow
	Failed   []listedRow
	Listed   string // how many of those not done are listed
}

// slice is a part of a bar, in thousandths of its width.
type slice struct {
	Label, Class string
	N            int
	X, Width     float64
	Percent      string
}

type regionRow struct {
	Region                string
	Done, Failed, Unknown int
	Slices                []slice
}

type codeRow struct {
	Code, Outcome, Class, Sample string
	N                            int
	Width                        float64
}

func newPage(l lang, t *tally, m meta, failed []listedRow) page {
	all := t.all
	f := t.traffic.flow()
	p := page{
		frame: frame{
			Lang: l, Style: template.CSS(pageStyle), Simulated: m.about.Mode == modeRehearsal, Began: t.began, //nolint:gosec // our own file
			Title:    l.t("Removal of tags"),
			Headline: l.t("%s of %s resources untagged", number(all.done()), number(all.total())),
			Facts: []fact{
				{l.t("Removed"), l.text(m.job.what())},
				{l.t("Account"), m.about.Account},
				{l.t("Through"), m.job.service.title + where(l, m.about)},
				{l.t("Resources from"), m.job.input.name()},
				{l.t("When"), l.t("%s to %s UTC", t.began.UTC().Format("2006-01-02 15:04:05"), t.ended.UTC().Format("2006-01-02 15:04:05"))},
			},
			Tiles: []tile{
				{percent(l, all.done(), all.total()), l.t("done"), "done"},
				{number(all.failed()), l.t("failed"), classIf(all.failed(), "failed")},
				{number(all.unknown()), l.t("outcome unknown"), classIf(all.unknown(), "unknown")},
				{t.elapsed().String(), l.t("this run, %s resources a second", number(t.perSecond())), ""},
				{number(f.calls), l.t("calls in %s requests", number(f.attempts)), ""},
				{number(f.throttled), l.t("throttled, %s repeated after a fault", number(f.repeated)), ""},
			},
		},
		Failed: failed, Outcomes: slices1000(l, all, all.total()), Charts: t.times.charts(l),
	}
	p.judge(l, t, m)
	for _, note := range t.notes(m) {
		p.Notes = append(p.Notes, l.text(note))
	}
	most := 0
	for _, c := range t.regions {
		most = max(most, c.total())
	}
	for _, name := range t.regionNames() {
		c := *t.regions[name]
		p.Regions = append(p.Regions, regionRow{cmp.Or(clean(name, 64), l.t("(none)")), c.done(), c.failed(), c.unknown(), slices1000(l, c, most)})
	}
	codes := t.codeCounts()
	for _, c := range codes {
		p.Codes = append(p.Codes, codeRow{
			clean(c.code, 100), l.t(outcomeLabels[c.outcome]), c.outcome.String(), c.sample, c.n, 1000 * float64(c.n) / float64(codes[0].n),
		})
	}
	p.Listed = l.t("All %s of them.", number(all.notDone()))
	if len(failed) < all.notDone() && m.list != "" {
		p.Listed = l.t("The first %s of %s; all of them are in %s.", number(len(failed)), number(all.notDone()), filepath.Base(m.list))
	} else if len(failed) < all.notDone() {
		p.Listed = l.t("The first %s of %s; a report of the kind .csv or .jsonl has all of them.", number(len(failed)), number(all.notDone()))
	}
	return p
}

// judge puts the verdict and what is wrong on top.
func (p *page) judge(l lang, t *tally, m meta) {
	for _, problem := range []error{m.problem, m.nothing} {
		if problem != nil {
			p.Problems = append(p.Problems, l.text(problem))
		}
	}
	if !m.complete {
		p.Problems = append(p.Problems, l.t("Not every resource of the input is counted here."))
	}
	switch {
	case m.problem != nil || !m.complete:
		p.Verdict, p.VerdictClass = l.t("Incomplete"), "bad"
	case t.all.notDone() == 0:
		p.Verdict, p.VerdictClass = l.t("Complete"), "good"
	default:
		p.Verdict, p.VerdictClass = l.t("Complete, with failures"), "warn"
	}
}

// notes are what the counts do not show.
func (t *tally) notes(m meta) (all []error) {
	if t.before > 0 {
		all = append(all, msg("%s of those done were done by earlier runs, as the journal has them.", number(t.before)))
	}
	if t.keysRemoved > 0 {
		all = append(all, msg("%s of those not done have lost some of the keys already.", number(t.keysRemoved)))
	}
	if m.skipped != nil {
		all = append(all, msg("%s.", m.skipped))
	}
	return all
}

// where says what of the place is known for all resources.
func where(l lang, about origin) string {
	text := ""
	if about.ResourceType != "" {
		text += ", " + about.ResourceType
	}
	if about.Region != "" {
		text += ", " + about.Region
	}
	return text + ", " + l.t("endpoint: %s", about.Endpoint)
}

func classIf(n int, class string) string {
	if n == 0 {
		return ""
	}
	return class
}

// slices1000 divides a bar. What exists is seen: no slice is thinner than five thousandths.
func slices1000(l lang, c counts, whole int) []slice {
	var all []slice
	x := 0.0
	for _, o := range outcomes {
		n := c[o]
		if n == 0 {
			continue
		}
		width := max(5, 1000*float64(n)/float64(whole))
		all = append(all, slice{l.t(outcomeLabels[o]), o.String(), n, x, width, percent(l, n, whole)})
		x += width
	}
	return fitted(all, x)
}

// fitted makes slices narrower that together are wider than the bar.
func fitted(all []slice, width float64) []slice {
	if width > 1000 {
		for i := range all {
			all[i].X *= 1000 / width
			all[i].Width *= 1000 / width
		}
	}
	return all
}

func percent(l lang, n, of int) string {
	if of == 0 {
		return "0 %"
	}
	// Rounded down: 99.99 % is not all of them.
	share := math.Floor(1000*float64(n)/float64(of)) / 10
	if share == 0 && n > 0 {
		return l.t("under 0.1 %")
	}
	return strings.TrimSuffix(strconv.FormatFloat(share, 'f', 1, 64), ".0") + " %"
}
