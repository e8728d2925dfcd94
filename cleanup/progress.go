package cleanup

import (
	"bytes"
	"encoding/json"

	"github.com/untag-go/untag"
)

// listing is one list of resources that is read page by page: by a pair from Tag, or by a key or a pair from a service
// of its own for one type of resource.
type listing struct {
	Service string `json:"s"`
	Type    string `json:"y,omitempty"` // "" for Tag
	Key     string `json:"k"`
	Value   string `json:"v,omitempty"`
	Any     bool   `json:"any,omitempty"` // whatever the value
}

// listingMark says how far a listing is. The rows of the pages before stand in lines before it, and are on disk.
type listingMark struct {
	Listing listing  `json:"l"`
	Token   string   `json:"t,omitempty"` // of the next page
	Restart bool     `json:"restart,omitempty"`
	Done    bool     `json:"done,omitempty"`
	Absent  bool     `json:"absent,omitempty"` // Done, because the service does not have the region or the type there
	Failed  *failure `json:"failed,omitempty"` // it could not go on; a later run tries again
}

// valuesMark is a page of the values of a key, each of which is a listing of Tag.
type valuesMark struct {
	Key    string   `json:"k"`
	Values []string `json:"v"`
	Token  string   `json:"t,omitempty"` // of the next page
	Last   bool     `json:"last,omitempty"`
}

// progress is how far the listings of a region are in the present round: what the lines of find.REGION.log come to. It holds
// one page of values for each key, however many there are.
type progress struct {
	values   map[string]*valuesMark   // the last page of each key
	marks    map[listing]*listingMark // of the listings of these pages, and of the services of their own
	complete bool
	failed   map[listing]*failure
}

func newProgress() *progress {
	return &progress{values: make(map[string]*valuesMark), marks: make(map[listing]*listingMark), failed: make(map[listing]*failure)}
}

func (p *progress) apply(l *findLine) {
	switch {
	case l.Complete:
		p.complete = true
	case l.Values != nil:
		if last := p.values[l.Values.Key]; last != nil { // all of its listings have ended
			for _, value := range last.Values {
				delete(p.marks, tagListing(last.Key, value))
			}
		}
		p.values[l.Values.Key] = l.Values
		delete(p.failed, listing{Service: untag.ServiceTag, Key: l.Values.Key, Any: true}) // the list of values itself
	case l.Listing != nil:
		mark := l.Listing
		delete(p.failed, mark.Listing)
		switch {
		case mark.Failed != nil:
			p.failed[mark.Listing] = mark.Failed
		case mark.Restart:
			delete(p.marks, mark.Listing)
		default:
			p.marks[mark.Listing] = mark
		}
	}
}

// progress reads how far the round is in the region.
func (r *region) progress(round int) (*progress, error) {
	p := newProgress()
	for data, err := range r.find.Lines() {
		if err == nil && bytes.Contains(data[:min(len(data), 32)], []byte(`,"rows":`)) {
			continue // most lines, and nothing that counts here
		}
		var l findLine
		if err == nil {
			err = json.Unmarshal(data, &l)
		}
		if err != nil {
			return nil, err
		}
		if l.Round == round {
			p.apply(&l)
		}
	}
	return p, nil
}
