package main

import (
	"bufio"
	"cmp"
	_ "embed"
	"html/template"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxListed is how many failed resources the page lists: more would make it slow, and nobody would read them.
const maxListed = 10_000

//go:embed report.html.tmpl
var pageSource string

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"number": number,
	"stamp":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
	"clock":  func(t time.Time) string { return t.UTC().Format("15:04:05") },
	"pieces": func(s string) []string { return piece.FindAllString(s, -1) },
	"join":   func(words []string) string { return strings.Join(words, ", ") },
}).Parse(pageSource))

// piece ends where a long name may be broken.
var piece = regexp.MustCompile(`[^:/]*[:/]?`)

// htmlReport makes one self-contained page: no script, no font, no picture, nothing that is fetched.
// Of the resources it keeps those that failed, up to maxListed; the charts are drawn from the counts.
type htmlReport struct {
	most   int
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
	if r.outcome == done || len(h.failed) == h.most {
		return nil
	}
	h.failed = append(h.failed, listedRow{
		Time: r.time, Resource: clean(r.resource, 300), Region: clean(cmp.Or(r.region, "–"), 64),
		Outcome: r.outcome.label(), Class: r.outcome.String(), Code: clean(r.code, 100), Message: clean(r.message, 300),
		Request: clean(r.requestID, 100), KeysRemoved: r.keysRemoved,
	})
	return nil
}

func (h *htmlReport) end(w *bufio.Writer, t *tally, m meta) error {
	return pageTemplate.Execute(w, newPage(t, m, h.failed))
}

// page is what the template shows.
type page struct {
	Simulated, Complete   bool
	Problem, Note, List   string
	Jobs                  []pageJob
	Began                 time.Time
	Elapsed               string
	All, Done, NotDone    int
	Before, KeysRemoved   int
	PerSecond             int
	Calls, Attempts       int
	Throttled, Faults     int
	Share                 string // of the resources that are done
	Verdict, VerdictClass string
	Outcomes              []slice
	Charts                []chart
	Regions               []regionRow
	Codes                 []codeRow
	Failed                []listedRow
}

type pageJob struct{ Service, Account, Removed, Resources string }

// slice is a part of a bar, in thousandths of its width.
type slice struct {
	Label, Class string
	N            int
	X, Width     float64
	Percent      string
}

type regionRow struct {
	Region        string
	Done, NotDone int
	Slices        []slice
}

type codeRow struct {
	Code, Outcome, Class, Sample string
	N                            int
	Width                        float64
}

func newPage(t *tally, m meta, failed []listedRow) page {
	p := page{
		Simulated: m.simulated, Complete: m.complete, Problem: m.problem, Note: strings.ReplaceAll(m.note, "\n", " "),
		List: filepath.Base(m.list), Began: t.began, Elapsed: t.elapsed().String(), PerSecond: t.perSecond(),
		All: t.all.total(), Done: t.all[done], NotDone: t.all.failed(), Before: t.before, KeysRemoved: t.keysRemoved,
		Calls: t.calls, Attempts: t.attempts, Throttled: t.throttled, Faults: t.faults, Failed: failed,
		Outcomes: slices1000(t.all, t.all.total()), Charts: t.times.charts(),
	}
	if m.list == "" {
		p.List = ""
	}
	p.Share = percent(p.Done, p.All)
	switch {
	case m.problem != "" || !m.complete:
		p.Verdict, p.VerdictClass = "Incomplete", "bad"
	case p.NotDone == 0:
		p.Verdict, p.VerdictClass = "Complete", "good"
	case m.note != "":
		p.Verdict, p.VerdictClass = "Complete: nothing failed but what was expected to", "good"
	default:
		p.Verdict, p.VerdictClass = "Complete, with failures", "warn"
	}
	for _, j := range m.jobs {
		p.Jobs = append(p.Jobs, pageJob{j.service.title, cmp.Or(j.account, "that of the credentials"), j.what(), j.input.name()})
	}
	most := 0
	for _, c := range t.regions {
		most = max(most, c.total())
	}
	for _, name := range t.regionNames() {
		c := *t.regions[name]
		p.Regions = append(p.Regions, regionRow{cmp.Or(clean(name, 64), "none"), c[done], c.failed(), slices1000(c, most)})
	}
	codes := t.codeCounts()
	for _, c := range codes {
		p.Codes = append(p.Codes, codeRow{
			clean(c.code, 100), c.outcome.label(), c.outcome.String(), c.sample, c.n, 1000 * float64(c.n) / float64(codes[0].n),
		})
	}
	return p
}

// slices1000 divides a bar. What exists is seen: no slice is thinner than five thousandths.
func slices1000(c counts, whole int) []slice {
	var all []slice
	x := 0.0
	for o, n := range c {
		if n == 0 {
			continue
		}
		width := max(5, 1000*float64(n)/float64(whole))
		all = append(all, slice{outcome(o).label(), outcome(o).String(), n, x, width, percent(n, whole)})
		x += width
	}
	if x > 1000 {
		for i := range all {
			all[i].X *= 1000 / x
			all[i].Width *= 1000 / x
		}
	}
	return all
}

func percent(n, of int) string {
	if of == 0 {
		return "0 %"
	}
	// Rounded down: 99.99 % is not all of them.
	share := math.Floor(1000*float64(n)/float64(of)) / 10
	if share == 0 && n > 0 {
		return "under 0.1 %"
	}
	return strings.TrimSuffix(strconv.FormatFloat(share, 'f', 1, 64), ".0") + " %"
}
