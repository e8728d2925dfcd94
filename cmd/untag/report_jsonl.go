package main

import (
	"bufio"
	"encoding/json"
	"time"
	"unicode/utf8"
)

// jsonRow is a line of a JSON Lines report.
type jsonRow struct {
	Resource    string    `json:"resource"`
	Bytes       []byte    `json:"resource_bytes,omitempty"` // of a resource that is not valid UTF-8, which JSON cannot hold
	Outcome     string    `json:"outcome"`
	Code        string    `json:"code,omitempty"`
	Message     string    `json:"message,omitempty"`
	RequestID   string    `json:"request_id,omitempty"`
	Region      string    `json:"region,omitempty"`
	Time        time.Time `json:"time"`
	KeysRemoved []string  `json:"keys_removed,omitempty"`
	origin
}

// jsonlStart is how every line of a report begins.
const jsonlStart = `{"resource":`

func (r jsonRow) resource() string {
	if r.Bytes != nil {
		return string(r.Bytes)
	}
	return r.Resource
}

// jsonlReport writes a JSON object for each resource.
type jsonlReport struct{ about origin }

func (*jsonlReport) header(*bufio.Writer) error { return nil }

func (j *jsonlReport) row(w *bufio.Writer, r row) error {
	line := jsonRow{
		Resource: r.resource, Outcome: r.outcome.String(), Code: r.code, Message: r.message, RequestID: r.requestID,
		Region: r.region, Time: r.time.UTC(), KeysRemoved: r.keysRemoved, origin: j.about,
	}
	if !utf8.ValidString(r.resource) {
		line.Bytes = []byte(r.resource)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(line)
}

func (*jsonlReport) end(*bufio.Writer, *tally, meta) error { return nil }
