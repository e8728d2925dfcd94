package cleanup

import (
	"encoding/binary"
	"iter"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/sortedrun"
)

// row is a resource as found.REGION has it, and, with the tags that one listing showed, find.REGION.log.
type row struct {
	Name  string `json:"r"`           // SERVICE/TYPE/ID, see name
	ARN   string `json:"a,omitempty"` // as Tag listed it; "": Tag did not
	Type  string `json:"y,omitempty"` // as it is spelled to the service that calls go to, if that is not how Name does
	Via   string `json:"v"`           // the service that calls go to, one of the untag.Service constants
	Pairs []pair `json:"p"`           // sorted by key
	Run   int    `json:"n,omitempty"` // in found.REGION: the round of Find that saw something new of it
}

// split returns the parts of the name.
func (r *row) split() (service, resourceType, id string) {
	service, rest, _ := strings.Cut(r.Name, "/")
	resourceType, id, _ = strings.Cut(rest, "/")
	if r.Type != "" {
		resourceType = r.Type
	}
	return service, resourceType, id
}

func (r *row) resource(account, region string) Resource {
	service, resourceType, id := r.split()
	resource := Resource{Service: service, Account: account, Region: region, Type: resourceType, ID: id, ARN: r.ARN}
	if resource.ARN == "" {
		resource.ARN = arnOf(resource)
	}
	return resource
}

// append writes a row for sorting, without its name.
func (r *row) append(b []byte) []byte {
	b = appendText(appendText(appendText(b, r.ARN), r.Type), r.Via)
	b = binary.AppendUvarint(b, uint64(r.Run))
	b = binary.AppendUvarint(b, uint64(len(r.Pairs)))
	for _, p := range r.Pairs {
		b = appendText(appendText(b, p[0]), p[1])
	}
	return b
}

func readRow(record sortedrun.Record) (row, error) {
	t := texts{b: record.Value}
	r := row{Name: string(record.Key), ARN: t.text(), Type: t.text(), Via: t.text(), Run: int(t.number())}
	for range t.number() {
		r.Pairs = append(r.Pairs, pair{t.text(), t.text()})
		if t.bad {
			break
		}
	}
	if t.bad || len(t.b) > 0 {
		return row{}, errRecord
	}
	return r, nil
}

// mergeRows makes one row of those of each resource, which stand side by side in the order in which they were listed.
func mergeRows(sorted iter.Seq2[sortedrun.Record, error]) iter.Seq2[*row, error] {
	return func(yield func(*row, error) bool) {
		var m merger
		for record, err := range sorted {
			var listed row
			if err == nil {
				listed, err = readRow(record)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if m.all.Name != listed.Name {
				if m.all.Name != "" && !yield(m.row(), nil) {
					return
				}
				m = merger{all: row{Name: listed.Name}}
			}
			m.add(listed)
		}
		if m.all.Name != "" {
			yield(m.row(), nil)
		}
	}
}

// merger gathers what all listings showed of a resource.
type merger struct {
	all     row
	byTag   []pair // what Tag showed
	own     string // the other service that showed it, if one did
	ownType string // as that service spells the type
	tagType string // as Tag does
}

func (m *merger) add(listed row) {
	if merged := union(m.all.Pairs, listed.Pairs); !equal(merged, m.all.Pairs) {
		m.all.Pairs, m.all.Run = merged, listed.Run
	}
	if listed.Via == untag.ServiceTag {
		m.byTag = union(m.byTag, listed.Pairs)
		m.all.ARN, m.tagType = listed.ARN, listed.Type
	} else {
		m.own, m.ownType = listed.Via, listed.Type
	}
}

// row decides where calls go: to Tag if it showed every key that was shown, because its answers tell which resources
// failed. A key that only the resource's own service shows, one with an empty value for instance, can be seen again
// only there.
func (m *merger) row() *row {
	m.all.Via, m.all.Type = untag.ServiceTag, m.tagType
	if m.own != "" && (m.all.ARN == "" || !covers(m.byTag, m.all.Pairs)) {
		m.all.Via = m.own
	}
	if m.own != "" {
		m.all.Type = m.ownType
	}
	return &m.all
}

func equal(a, b []pair) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// covers reports whether all keys of b are in a. Both are sorted.
func covers(a, b []pair) bool {
	for _, p := range b {
		for len(a) > 0 && a[0][0] < p[0] {
			a = a[1:]
		}
		if len(a) == 0 || a[0][0] != p[0] {
			return false
		}
	}
	return true
}

// union has all keys of a and b, both sorted, with the values of b where both have one: b was listed later.
func union(a, b []pair) []pair {
	all := make([]pair, 0, max(len(a), len(b)))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || (len(a) > 0 && a[0][0] < b[0][0]):
			all, a = append(all, a[0]), a[1:]
		case len(a) == 0 || b[0][0] < a[0][0]:
			all, b = append(all, b[0]), b[1:]
		default:
			all, a, b = append(all, b[0]), a[1:], b[1:]
		}
	}
	return all
}
