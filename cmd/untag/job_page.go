package main

import (
	"bufio"
	"cmp"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/untag-go/untag/cleanup"
)

// jobPage is the report of a job for people. It keeps the tags that are not as they were asked for, up to maxListed.
type jobPage struct {
	about
	listed []listedTag
	more   int
}

// listedTag is such a tag on the page.
type listedTag struct{ Resource, Key, Saved, Seen, State, Class, Code, Message, Request string }

func (*jobPage) begin(*bufio.Writer) error { return nil }

func (p *jobPage) row(_ *bufio.Writer, r cleanup.Record) error {
	info := stateInfos[r.State]
	if info.sort == good || r.State == cleanup.Pending {
		return nil
	}
	if len(p.listed) == maxListed {
		p.more++
		return nil
	}
	p.listed = append(p.listed, listedTag{
		Resource: clean(r.Resource.ARN, 300), Key: clean(r.Key, 130), Saved: clean(r.Saved, 130), Seen: clean(r.Seen, 130),
		State: p.lang.t(info.label), Class: sortClasses[info.sort],
		Code: clean(r.Code, 100), Message: clean(r.Message, 300), Request: clean(r.RequestID, 100),
	})
	return nil
}

func (p *jobPage) end(w *bufio.Writer, s *jobSummary) error {
	return pages.ExecuteTemplate(w, "job.html.tmpl", p.page(s))
}

// jobView is what the template shows.
type jobView struct {
	frame
	Steps   []jobStep
	Groups  []jobGroup
	Codes   []codeRow
	Listed  []listedTag
	HowMany string
}

type jobStep struct {
	Name, When string
	Slices     []slice
}

type jobGroup struct {
	Title, Head, Rest string
	Rows              []jobRow
}

type jobRow struct {
	Name   string
	N      int
	Slices []slice
}

func (p *jobPage) page(s *jobSummary) jobView {
	l := p.lang
	v := jobView{
		frame: frame{
			Lang: l, Style: template.CSS(pageStyle), Simulated: p.mode == modeRehearsal, Began: p.created, //nolint:gosec // our own file
			Title: l.t("Cleanup of tags"),
			Facts: []fact{
				{l.t("What"), l.text(whatSpec(p.spec))},
				{l.t("Account"), p.spec.Account},
				{l.t("Regions"), cmp.Or(strings.Join(p.spec.Regions, ", "), l.t("all that the service names"))},
				{l.t("Folder"), p.dir},
				{l.t("Begun"), stamp(p.created)},
				{l.t("Report of"), stamp(p.now)},
			},
			Tiles: []tile{
				{number(s.resources), l.t("resources found"), ""},
				{number(s.tags), l.t("tags saved"), ""},
				{number(s.removed.of(good)), l.t("removed, or gone already"), "done"},
				{number(s.verified[cleanup.Gone]), l.t("verified as gone"), "done"},
				{number(s.restored.of(good)), l.t("restored"), "done"},
				{number(len(p.listed) + p.more), l.t("not as they were asked for"), classIf(len(p.listed)+p.more, "failed")},
			},
		},
		Listed: p.listed,
	}
	v.Headline, v.Verdict, v.VerdictClass = p.headline(s)
	v.Steps = p.steps(s)
	v.Groups = p.groups(s)
	for _, c := range slices.SortedFunc(maps.Values(s.codes), func(a, b *codeCount) int { return cmp.Or(b.n-a.n, strings.Compare(a.code, b.code)) }) {
		v.Codes = append(v.Codes, codeRow{Code: clean(c.code, 100), Sample: c.sample, N: c.n})
	}
	v.HowMany = l.t("All %s of them.", number(len(p.listed)))
	if p.more > 0 {
		v.HowMany = l.t("The first %s of %s; a report of the kind .csv or .jsonl has all of them.", number(len(p.listed)), number(len(p.listed)+p.more))
	}
	return v
}

// headline says in one line how far the job is.
func (p *jobPage) headline(s *jobSummary) (headline, verdict, class string) {
	l := p.lang
	bad := len(p.listed) + p.more
	switch {
	case s.restored.total() > 0:
		headline = l.t("%s of %s tags restored", number(s.restored.of(good)), number(s.restored.total()))
	case s.removed.total() > 0:
		headline = l.t("%s of %s tags removed", number(s.removed.of(good)), number(s.tags))
	default:
		return l.t("%s tags found and saved", number(s.tags)), l.t("Nothing was removed yet"), "warn"
	}
	switch {
	case s.states[cleanup.NotAttempted] > 0 || s.restored.total() == 0 && s.states[cleanup.Pending] > 0:
		return headline, l.t("Incomplete"), "bad"
	case bad > 0:
		return headline, l.t("Complete, with failures"), "warn"
	}
	return headline, l.t("Complete"), "good"
}

// steps are what each step said last.
func (p *jobPage) steps(s *jobSummary) (all []jobStep) {
	l := p.lang
	when := map[string]string{}
	for _, r := range p.runs {
		when[r.Step] = stamp(r.Began)
		if !r.Ended.IsZero() {
			when[r.Step] = l.t("%s to %s UTC", r.Began.UTC().Format("2006-01-02 15:04:05"), r.Ended.UTC().Format("15:04:05"))
		}
	}
	all = append(all, jobStep{l.t("Found and saved"), when["find"], []slice{{l.t("saved"), "done", s.tags, 0, 1000, percent(l, s.tags, s.tags)}}})
	for _, step := range []struct {
		name, label string
		counts      stateCounts
	}{{"remove", l.t("Removed"), s.removed}, {"verify", l.t("Verified"), s.verified}, {"restore", l.t("Restored"), s.restored}} {
		if n := step.counts.total(); n > 0 {
			all = append(all, jobStep{step.label, when[step.name], stateSlices(l, step.counts, s.tags)})
		}
	}
	return all
}

const (
	maxRows   = 30 // of regions, products and keys
	valueRows = 20
)

// groups are the tables by region, product, key and value.
func (p *jobPage) groups(s *jobSummary) (all []jobGroup) {
	l := p.lang
	for _, g := range []struct {
		title, head string
		of          map[string]*group
		most        int
	}{
		{l.t("By region"), l.t("Region"), s.regions, maxRows},
		{l.t("By product"), l.t("Product"), s.products, maxRows},
		{l.t("By key"), l.t("Key"), s.keys, maxRows},
		{l.t("By value"), l.t("Tag"), s.values, valueRows},
	} {
		first, others, tags := largest(g.of, g.most)
		out := jobGroup{Title: g.title, Head: g.head}
		for _, row := range first {
			out.Rows = append(out.Rows, jobRow{clean(row.name, 200), row.tags, stateSlices(l, row.states, first[0].tags)})
		}
		if others > 0 {
			out.Rest = l.t("%s others, with %s tags", number(others), number(tags))
		}
		all = append(all, out)
	}
	return all
}

// stateSlices divides a bar by states.
func stateSlices(l lang, c stateCounts, whole int) []slice {
	var all []slice
	x := 0.0
	for _, state := range states {
		if n := c[state]; n > 0 {
			info := stateInfos[state]
			width := max(5, 1000*float64(n)/float64(max(1, whole)))
			all = append(all, slice{l.t(info.label), sortClasses[info.sort], n, x, width, percent(l, n, whole)})
			x += width
		}
	}
	return fitted(all, x)
}
