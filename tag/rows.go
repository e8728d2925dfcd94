package tag

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/rpc"
)

// listAnswer is the answer of ListTagResources: an element for each resource, with its tags.
type listAnswer struct {
	rpc.Envelope
	NextToken    string
	TagResources resourceRows

	request ListTagResourcesRequest // what was asked for
}

// resourceRows are the elements, already of the type that a caller gets.
type resourceRows []TaggedResource

// UnmarshalJSON reads any of the shapes, the documented one fast.
func (l *resourceRows) UnmarshalJSON(data []byte) error {
	if rows, ok := scanResources(data); ok {
		*l = append(*l, rows...)
		return nil
	}
	rows, err := decodeResources(data)
	*l = append(*l, rows...)
	return err
}

// decodeResources reads any of the shapes.
func decodeResources(data []byte) ([]TaggedResource, error) {
	var rows listing.Elements[struct {
		ResourceARN string
		Tags        listing.Elements[struct{ Key, Value, Category string }]
	}]
	if err := rows.UnmarshalJSON(data); err != nil {
		return nil, err
	}
	var resources []TaggedResource
	for _, row := range rows {
		resource := TaggedResource{ResourceARN: row.ResourceARN}
		for _, tag := range row.Tags {
			resource.Tags = append(resource.Tags, untag.Tag{Key: tag.Key, Value: tag.Value, System: isSystem(tag.Category)})
		}
		resources = append(resources, resource)
	}
	return resources, nil
}

func isSystem(category string) bool { return strings.EqualFold(category, "System") }

// scanResources reads the documented shape.
func scanResources(data []byte) (rows []TaggedResource, ok bool) {
	rows = slices.Grow(rows, bytes.Count(data, []byte(`"ResourceARN"`)))
	tags := make([]untag.Tag, 0, bytes.Count(data, []byte(`"Key"`))) // of all resources: one piece of memory instead of a thousand
	ok = listing.Scan(data, "TagResource", func(s *listing.Scanner) {
		var row, like TaggedResource
		if n := len(rows); n > 0 {
			like = rows[n-1] // which mostly has the same keys in the same order
		}
		first := len(tags)
		s.Object(func(name []byte) bool {
			switch {
			case s.Is(name, "ResourceARN"):
				row.ResourceARN = s.String("")
			case s.Is(name, "Tags"):
				s.Array(func(s *listing.Scanner) {
					var known untag.Tag
					if i := len(tags) - first; i < len(like.Tags) {
						known = like.Tags[i]
					}
					tags = append(tags, scanTag(s, known))
				})
			default:
				return false
			}
			return true
		})
		if len(tags) > first {
			row.Tags = tags[first:len(tags):len(tags)]
		}
		rows = append(rows, row)
	})
	return rows, ok
}

// scanTag reads a tag. known is one that it may share memory with.
func scanTag(s *listing.Scanner, known untag.Tag) (tag untag.Tag) {
	s.Object(func(name []byte) bool {
		switch {
		case s.Is(name, "Key"):
			tag.Key = s.String(known.Key)
		case s.Is(name, "Value"):
			tag.Value = s.String(known.Value)
		case s.Is(name, "Category"):
			tag.System = isSystem(s.String("Custom"))
		default:
			return false
		}
		return true
	})
	return tag
}

var errNoResource = errors.New("the answer lists a resource without its name")

// Check refuses resources that were not asked for: if the service passed over a filter, or the answer is another
// request's, they must not be taken for what was looked for. Values are not in its errors.
func (a *listAnswer) Check() error {
	r := a.request
	asked := newAsked(r.ResourceARNs)
	matched := make(map[string]uint64)
	for _, row := range a.TagResources {
		switch {
		case row.ResourceARN == "":
			return errNoResource
		case !asked.has(row.ResourceARN):
			return listing.Unasked("the answer lists %s, which was not asked for", redact.Line(row.ResourceARN))
		}
		var bits uint64
		for _, tag := range row.Tags {
			if tag.System && !r.System {
				return listing.Unasked("the answer lists the system tag %s of %s, and system tags were not asked for", redact.Line(tag.Key), redact.Line(row.ResourceARN))
			}
			bit, err := r.match(row.ResourceARN, tag.Key, tag.Value)
			if err != nil {
				return err
			}
			bits |= bit
		}
		if len(r.Tags) > 0 {
			matched[row.ResourceARN] |= bits
		}
	}
	if len(r.Tags) == 0 {
		return nil
	}
	for _, row := range a.TagResources {
		begun := r.NextToken != "" && row.ResourceARN == a.TagResources[0].ResourceARN
		goesOn := a.NextToken != "" && row.ResourceARN == a.TagResources[len(a.TagResources)-1].ResourceARN
		if !begun && !goesOn && matched[row.ResourceARN] != r.allMatched() {
			return notMatching(row.ResourceARN)
		}
	}
	return nil
}

// match returns a bit for the pair of the request that a tag is; pairs from the 64th on share the last one.
func (r ListTagResourcesRequest) match(arn, key, value string) (uint64, error) {
	for i, tag := range r.Tags {
		if tag.Key != key {
			continue
		}
		if tag.Value != value {
			return 0, listing.Unasked("the answer lists %s with another value of the key %s than was asked for", redact.Line(arn), redact.Line(key))
		}
		return 1 << min(i, 63), nil
	}
	return 0, nil
}

func (r ListTagResourcesRequest) allMatched() uint64 {
	if len(r.Tags) >= 64 {
		return ^uint64(0)
	}
	return 1<<len(r.Tags) - 1
}

func notMatching(arn string) error {
	return listing.Unasked("the answer lists %s without the tags that were asked for", redact.Line(arn))
}

// whole judges a resource that a page began or ended with.
func (r ListTagResourcesRequest) whole(resource TaggedResource) error {
	var matched uint64
	for _, tag := range resource.Tags {
		bit, _ := r.match(resource.ResourceARN, tag.Key, tag.Value)
		matched |= bit
	}
	if matched != r.allMatched() {
		return notMatching(resource.ResourceARN)
	}
	return nil
}

// FromXML reads <TagResources><ResourceARN/><Tags><Key/><Value/><Category/></Tags></TagResources>, with both repeated.
func (a *listAnswer) FromXML(root *rpc.Element) {
	a.NextToken = root.Text("NextToken")
	listing.EachXML(root, "TagResources", "TagResource", func(e *rpc.Element) {
		row := TaggedResource{ResourceARN: e.Text("ResourceARN")}
		listing.EachXML(e, "Tags", "Tag", func(e *rpc.Element) {
			row.Tags = append(row.Tags, untag.Tag{Key: e.RawText("Key"), Value: e.RawText("Value"), System: isSystem(e.Text("Category"))})
		})
		a.TagResources = append(a.TagResources, row)
	})
}

// Page types the answer, and merges adjacent elements of one resource.
func (a *listAnswer) Page() listing.Page[TaggedResource] {
	var resources []TaggedResource
	for _, row := range a.TagResources {
		own := row.Tags
		if hasRepeatedKey(own) {
			own = listing.MergeTags(nil, own)
		}
		if last := len(resources) - 1; last >= 0 && resources[last].ResourceARN == row.ResourceARN {
			resources[last].Tags = listing.MergeTags(resources[last].Tags, own)
			continue
		}
		if resources == nil {
			resources = make([]TaggedResource, 0, len(a.TagResources))
		}
		resources = append(resources, TaggedResource{ResourceARN: row.ResourceARN, Tags: own})
	}
	return listing.Page[TaggedResource]{Items: resources, Next: a.NextToken}
}

func hasRepeatedKey(tags []untag.Tag) bool {
	for i, tag := range tags {
		if listing.IndexOfKey(tags[:i], tag.Key) >= 0 {
			return true
		}
	}
	return false
}

// asked is the ARNs of a request.
type asked struct {
	exact map[string]bool
	parts []ARN // of those that mean more than one name
}

func newAsked(arns []string) asked {
	a := asked{exact: make(map[string]bool, len(arns))}
	for _, name := range arns {
		a.exact[name] = true
		if arn, err := split(name); err == nil {
			a.parts = append(a.parts, arn)
		}
	}
	return a
}

// has reports whether an ARN of an answer is one that was asked for, by another spelling maybe. If none was, all are.
func (a asked) has(answered string) bool {
	if len(a.exact) == 0 || a.exact[answered] {
		return true
	}
	arn, err := split(answered)
	if err != nil {
		return false
	}
	for i := range a.parts {
		if a.parts[i].covers(&arn) {
			return true
		}
	}
	return false
}

// covers reports whether an ARN of a list request selects another ARN.
func (a *ARN) covers(other *ARN) bool {
	return (a.ResourceID == other.ResourceID || a.ResourceID == "*") &&
		strings.EqualFold(a.Product, other.Product) && strings.EqualFold(a.ResourceType, other.ResourceType) &&
		openPart(a.Region, other.Region) && openPart(a.Account, other.Account)
}

// openPart reports whether two regions or accounts may be the same: one of them may be left open.
func openPart(a, b string) bool { return a == b || a == "*" || a == "" || b == "*" || b == "" }
