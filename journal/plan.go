package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// version is that of the file format: an older SDK must not append to what it cannot read.
const version = 1

// magic is how every header begins. What begins otherwise is someone else's file.
const magic = `{"journal":"untag","version":`

type header struct {
	Journal      string   `json:"journal"`
	Version      int      `json:"version"`
	Service      string   `json:"service"`
	Action       string   `json:"action"`
	Account      string   `json:"account"`
	Region       string   `json:"region"`
	ResourceType string   `json:"resourceType"`
	TagKeys      []string `json:"tagKeys"`
	All          bool     `json:"all"`
}

// headerLine is the same for equal plans, byte by byte: that is how a torn one is recognised.
func headerLine(p Plan) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(header{ // cannot fail: strings only
		Journal: "untag", Version: version,
		Service: p.Service, Action: p.Action, Account: p.Account, Region: p.Region, ResourceType: p.ResourceType,
		TagKeys: p.TagKeys, All: p.All,
	})
	return b.Bytes()
}

func parseHeader(line []byte) (Plan, error) {
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return Plan{}, fmt.Errorf("the header is not valid JSON (%w)", err)
	}
	if h.Version != version {
		return Plan{}, fmt.Errorf("the journal is of version %d, and this SDK writes version %d", h.Version, version)
	}
	p := Plan{
		Service: h.Service, Action: h.Action, Account: h.Account, Region: h.Region, ResourceType: h.ResourceType,
		TagKeys: h.TagKeys, All: h.All,
	}
	return p.normal(), nil
}

// normal returns the plan as its header tells it: valid UTF-8, and the keys as a sorted set.
func (p Plan) normal() Plan {
	for _, s := range []*string{&p.Service, &p.Action, &p.Account, &p.Region, &p.ResourceType} {
		*s = validUTF8(*s)
	}
	keys := make([]string, 0, len(p.TagKeys))
	for _, key := range p.TagKeys {
		keys = append(keys, validUTF8(key))
	}
	slices.Sort(keys)
	p.TagKeys = slices.Compact(keys)
	return p
}

func validUTF8(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// PlanError says that the journal belongs to another plan, another account for instance. [Open] has changed nothing.
type PlanError struct {
	// Path is that of the journal, made absolute.
	Path string
	// Recorded is the plan that the journal was begun with, its TagKeys sorted and without repetitions.
	Recorded Plan
	// Wanted is the one that Open was given, its TagKeys likewise.
	Wanted Plan
	// Fields are the names of the fields of Plan that differ, at least one.
	Fields []string
}

// Error says in one line what differs and what to do.
func (e *PlanError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "journal %s: belongs to another plan:", e.Path)
	recorded, wanted := e.Recorded.fields(), e.Wanted.fields()
	for i, field := range recorded {
		if slices.Contains(e.Fields, field.name) {
			fmt.Fprintf(&b, " %s is %s there and %s now,", field.name, field.value, wanted[i].value)
		}
	}
	b.WriteString(" so its outcomes say nothing about this run; resume it with its own plan, or choose another path")
	return b.String()
}

// checkPlan takes normal plans.
func checkPlan(path string, recorded, wanted Plan) error {
	var fields []string
	now := wanted.fields()
	for i, field := range recorded.fields() {
		if field.value != now[i].value {
			fields = append(fields, field.name)
		}
	}
	if fields == nil {
		return nil
	}
	return &PlanError{Path: path, Recorded: recorded, Wanted: wanted, Fields: fields}
}

type planField struct{ name, value string }

func (p Plan) fields() []planField {
	return []planField{
		{"Service", fmt.Sprintf("%q", p.Service)},
		{"Action", fmt.Sprintf("%q", p.Action)},
		{"Account", fmt.Sprintf("%q", p.Account)},
		{"Region", fmt.Sprintf("%q", p.Region)},
		{"ResourceType", fmt.Sprintf("%q", p.ResourceType)},
		{"TagKeys", fmt.Sprintf("%q", p.TagKeys)},
		{"All", strconv.FormatBool(p.All)},
	}
}
