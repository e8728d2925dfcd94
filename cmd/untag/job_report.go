package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/untag-go/untag/cleanup"
)

func reportVerb() *verb {
	return &verb{
		name: "report", args: "DIR -o FILE", about: "write a report of the job: .html for people, .csv or .jsonl with every tag; sends nothing",
		details: []string{"The report has the values of the tags. It is written for its owner alone (mode 0600)."},
		define: func(f *flags) action {
			var paths []string
			f.texts(&paths, "o", "FILE", ".html, .csv or .jsonl, may be repeated. An earlier report of that name is replaced, no other file")
			return func(_ context.Context, e *env, args []string) (int, error) {
				fo := new(folder)
				if err := fo.one(args); err != nil {
					return exitUsage, err
				}
				if len(paths) == 0 {
					return exitUsage, usageError{msg("-o is missing: name the report, such as -o %s.html", filepath.Base(fo.dir))}
				}
				if err := checkReports(paths); err != nil {
					return exitUsage, err
				}
				return fo.report(e, paths)
			}
		},
	}
}

// checkReports sees to it that a report takes the place of no other file.
func checkReports(paths []string) error {
	var wrong problems
	for _, path := range paths {
		switch {
		case jobWriters[strings.ToLower(filepath.Ext(path))] == nil:
			wrong.add("-o %s: the name must end in .csv, .jsonl or .html, which says what to write", path)
		case !isOurs(path):
			wrong.add("-o %s: there is a file of that name that is no report of untag. Choose a new name, or move it away", path)
		}
	}
	return wrong.err()
}

// jobWriter writes one kind of report of a job.
type jobWriter interface {
	begin(w *bufio.Writer) error
	row(w *bufio.Writer, r cleanup.Record) error
	end(w *bufio.Writer, s *jobSummary) error
}

var jobWriters = map[string]func(a about) jobWriter{
	".csv":   func(a about) jobWriter { return jobCSV{a} },
	".jsonl": func(a about) jobWriter { return jobJSONL{a} },
	".html":  func(a about) jobWriter { return &jobPage{about: a} },
}

// about is what a report of a job says of it as a whole.
type about struct {
	lang           lang
	dir            string
	spec           cleanup.Spec
	created, now   time.Time
	runs           []cleanup.Run
	mode, endpoint string
}

func aboutJob(l lang, dir string, job *cleanup.Job) about {
	a := about{lang: l, dir: dir, spec: job.Spec(), created: job.Created(), now: time.Now(), runs: lastRuns(job), mode: modeLive, endpoint: "by region"}
	if job.Local() {
		a.mode, a.endpoint = modeRehearsal, "loopback"
	}
	return a
}

// keysOf lists what the job takes off.
func (a about) keysOf() string {
	if len(a.spec.Keys) > 0 {
		return keyList(a.spec.Keys)
	}
	pairs := make([]string, 0, len(a.spec.Tags))
	for _, t := range a.spec.Tags {
		pairs = append(pairs, t.Key+"="+t.Value)
	}
	return keyList(pairs)
}

// report writes each report beside its place, and puts it there when it is complete.
func (fo *folder) report(e *env, paths []string) (int, error) {
	job, err := cleanup.Inspect(fo.dir)
	if err != nil {
		return exitNot, explained(err)
	}
	return closing(job, func(job *cleanup.Job) (int, error) {
		if job.Running() { // half of a step is no report
			return exitNot, explained(cleanup.ErrLocked)
		}
		return exitOK, fo.write(aboutJob(e.lang, fo.dir, job), job, e, paths)
	})
}

func (fo *folder) write(a about, job *cleanup.Job, e *env, paths []string) error {
	for _, path := range paths {
		if err := writeJob(path, jobWriters[strings.ToLower(filepath.Ext(path))](a), job); err != nil {
			return msg("report %s: %s", path, err)
		}
		e.err().say("Written: %s", path)
	}
	return nil
}

func writeJob(path string, to jobWriter, job *cleanup.Job) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".untag-report-*") // of mode 0600
	if err != nil {
		return withoutPath(err)
	}
	defer func() {
		_ = file.Close()
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	w := bufio.NewWriterSize(file, 64<<10)
	if err := to.begin(w); err != nil {
		return err
	}
	s, err := summarize(job, func(r cleanup.Record) error { return to.row(w, r) })
	if err != nil {
		return err
	}
	if err := to.end(w, s); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// jobColumns are those of a CSV of a job, a row for each key of each resource. The first ones are those of a run's report.
var jobColumns = []string{
	"resource", "state", "code", "message", "request_id", "region", "service", "time", "type", "id", "key", "saved_value", "seen_value",
	"removed", "verified", "restored", "keys", "account", "endpoint", "mode",
}

type jobCSV struct{ about }

func (jobCSV) begin(w *bufio.Writer) error { return writeCells(w, jobColumns) }

func (c jobCSV) row(w *bufio.Writer, r cleanup.Record) error {
	return writeCells(w, []string{
		r.Resource.ARN, r.State.String(), r.Code, r.Message, r.RequestID, r.Resource.Region, r.Resource.Service, timeOf(r), r.Resource.Type, r.Resource.ID,
		r.Key, r.Saved, r.Seen, r.Removed.String(), r.Verified.String(), r.Restored.String(), c.keysOf(), c.spec.Account, c.endpoint, c.mode,
	})
}

func (jobCSV) end(*bufio.Writer, *jobSummary) error { return nil }

func timeOf(r cleanup.Record) string {
	if r.Time.IsZero() {
		return ""
	}
	return r.Time.Format(time.RFC3339)
}

type jobJSONL struct{ about }

func (jobJSONL) begin(*bufio.Writer) error { return nil }

func (j jobJSONL) row(w *bufio.Writer, r cleanup.Record) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		Resource  string        `json:"resource"`
		State     cleanup.State `json:"state"`
		Code      string        `json:"code,omitempty"`
		Message   string        `json:"message,omitempty"`
		RequestID string        `json:"request_id,omitempty"`
		Region    string        `json:"region"`
		Service   string        `json:"service"`
		Time      string        `json:"time,omitempty"`
		Type      string        `json:"type"`
		ID        string        `json:"id"`
		Key       string        `json:"key"`
		Saved     string        `json:"saved_value"`
		Seen      string        `json:"seen_value,omitempty"`
		Removed   cleanup.State `json:"removed"`
		Verified  cleanup.State `json:"verified"`
		Restored  cleanup.State `json:"restored"`
		Keys      string        `json:"keys"`
		Account   string        `json:"account"`
		Endpoint  string        `json:"endpoint"`
		Mode      string        `json:"mode"`
	}{
		r.Resource.ARN, r.State, r.Code, r.Message, r.RequestID, r.Resource.Region, r.Resource.Service, timeOf(r), r.Resource.Type, r.Resource.ID,
		r.Key, r.Saved, r.Seen, r.Removed, r.Verified, r.Restored, j.keysOf(), j.spec.Account, j.endpoint, j.mode,
	})
}

func (jobJSONL) end(*bufio.Writer, *jobSummary) error { return nil }
