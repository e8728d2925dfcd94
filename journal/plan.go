package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Plan says what a run does, apart from the resources. A journal belongs to one plan: [Open] refuses that of another.
// Nothing compares it with the request that is sent, so put the same values into both. All fields may be empty, but
// what is empty protects from nothing: without an Account, the journal of one account can be resumed with the
// credentials of another.
type Plan struct {
	// Service is one of the Service constants of package untag.
	Service string
	// Action is "UntagResources" or "TagResources".
	Action string
	// Account is the number of the account whose resources these are.
	Account string
	// Region is that of the request. "": the request has none, because its ARNs name theirs.
	Region string
	// ResourceType is that of the request. "": the request has none, as those of Tag.
	ResourceType string
	// TagKeys are those of the request, as a set: neither order nor repetition matters. Those of TagMany come with the
	// resources, and [Journal.RecordTags] keeps them apart.
	TagKeys []string
	// All says that all tags of each resource are removed.
	All bool
}

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

// header returns the first line of a journal of a normal plan, and the checksum that the lines go on from. It is the same for
// equal plans, byte by byte: that is how a torn one is recognised.
func (p Plan) header(version int) (line []byte, sum uint32) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(header{ // cannot fail: strings only
		Journal: "untag", Version: version,
		Service: p.Service, Action: p.Action, Account: p.Account, Region: p.Region, ResourceType: p.ResourceType,
		TagKeys: p.TagKeys, All: p.All,
	})
	line = b.Bytes()
	if version == versionPlain {
		return line, 0
	}
	line = line[:len(line)-len("}\n")]
	sum = crc32.Checksum(line, castagnoli)
	return append(appendSum(line, sum), '\n'), sum
}

// parseHeader takes the first line, without its line break. It must be, byte by byte, what an SDK writes: a version that a
// flipped bit made an older one would switch the checksums off.
func parseHeader(line []byte) (Plan, chain, error) {
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return Plan{}, chain{}, fmt.Errorf("the header is not valid JSON (%w)", err)
	}
	if h.Version != versionPlain && h.Version != versionChained {
		return Plan{}, chain{}, fmt.Errorf("the header is of version %d, and this SDK knows versions %d and %d", h.Version, versionPlain, versionChained)
	}
	p := Plan{
		Service: h.Service, Action: h.Action, Account: h.Account, Region: h.Region, ResourceType: h.ResourceType,
		TagKeys: h.TagKeys, All: h.All,
	}.normal()
	written, sum := p.header(h.Version)
	if !bytes.Equal(line, bytes.TrimSuffix(written, []byte("\n"))) {
		return Plan{}, chain{}, errors.New("the header was changed: it is not as it was written, or its checksum does not match")
	}
	return p, chain{version: h.Version, sum: sum}, nil
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

// checkPlan takes normal plans. version is that of the file.
func checkPlan(path string, version int, recorded, wanted Plan) error {
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
	err := &PlanError{Path: path, Recorded: recorded, Wanted: wanted, Fields: fields}
	if version == versionPlain && oneBitApart(recorded, wanted) {
		return &CorruptError{Path: path, Line: 1, Err: fmt.Errorf("the header was changed, or is that of a plan that differs from this one by a single bit: %w", err)}
	}
	return err
}

// oneBitApart reports whether one flipped bit makes the header of one plan that of the other. In a journal of version 1
// nothing else tells a damaged header from that of another plan.
func oneBitApart(p, q Plan) bool {
	a, _ := p.header(versionPlain)
	b, _ := q.header(versionPlain)
	if len(a) != len(b) {
		return false
	}
	flipped := 0
	for i := range a {
		flipped += bits.OnesCount8(a[i] ^ b[i])
	}
	return flipped == 1
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
