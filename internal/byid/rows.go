package byid

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/validate"
)

// listAnswer is the answer of ListTagResources: a row for each tag of each resource. ECS and Resource Sharing have the rows
// in an object, VPC IPAM has them bare.
type listAnswer struct {
	rpc.Envelope
	NextToken    string
	TagResources rows

	request ListRequest[string] // what was asked for
}

type row struct {
	ResourceID   string `json:"ResourceId"`
	ResourceType string
	TagKey       string
	TagValue     string
}

type rows []row

// UnmarshalJSON reads any of the shapes, the documented ones fast.
func (l *rows) UnmarshalJSON(data []byte) error {
	own, ok := scanRows(data)
	if !ok {
		own = nil
		if err := (*listing.Elements[row])(&own).UnmarshalJSON(data); err != nil {
			return err
		}
	}
	*l = append(*l, own...)
	return nil
}

// scanRows reads the documented shapes.
func scanRows(data []byte) (rows []row, ok bool) {
	rows = make([]row, 0, bytes.Count(data, []byte(`"ResourceId"`)))
	ok = listing.Scan(data, "TagResource", func(s *listing.Scanner) {
		var own, like row
		if n := len(rows); n > 0 {
			like = rows[n-1]
		}
		s.Object(func(name []byte) bool {
			switch {
			case s.Is(name, "ResourceId"):
				own.ResourceID = s.String(like.ResourceID)
			case s.Is(name, "ResourceType"):
				own.ResourceType = s.String(like.ResourceType)
			case s.Is(name, "TagKey"):
				own.TagKey = s.String(like.TagKey)
			case s.Is(name, "TagValue"):
				own.TagValue = s.String(like.TagValue)
			default:
				return false
			}
			return true
		})
		rows = append(rows, own)
	})
	return rows, ok
}

// FromXML reads <TagResources><TagResource>…</TagResource></TagResources>, and rows that repeat <TagResources>.
func (a *listAnswer) FromXML(root *rpc.Element) {
	a.NextToken = root.Text("NextToken")
	listing.EachXML(root, "TagResources", "TagResource", func(e *rpc.Element) {
		a.TagResources = append(a.TagResources, row{e.Text("ResourceId"), e.Text("ResourceType"), e.RawText("TagKey"), e.RawText("TagValue")})
	})
}

// Page types the answer.
func (a *listAnswer) Page() listing.Page[Resource[string]] {
	return listing.Page[Resource[string]]{Items: a.resources(), Next: a.NextToken}
}

// Check refuses rows that were not asked for: if the service passed over a filter, or the answer is another request's, its
// rows must not be taken for what was looked for. Values are not in its errors.
func (a *listAnswer) Check() error {
	r := a.request
	asked := make(map[string]bool, len(r.ResourceIDs))
	for _, id := range r.ResourceIDs {
		asked[id] = true
	}
	matched := make(map[string]uint64)
	for _, row := range a.TagResources {
		switch {
		case row.ResourceID == "":
			return errNoResource
		case len(asked) > 0 && !asked[row.ResourceID]:
			return listing.Unasked("the answer lists %s, which was not asked for", redact.Line(row.ResourceID))
		case row.ResourceType != "" && !strings.EqualFold(row.ResourceType, r.ResourceType):
			return listing.Unasked("the answer lists %s of the type %s, which was not asked for", redact.Line(row.ResourceID), redact.Line(row.ResourceType))
		}
		if len(r.Tags) > 0 {
			bits, err := r.match(row.ResourceID, row.TagKey, row.TagValue)
			if err != nil {
				return err
			}
			matched[row.ResourceID] |= bits
		}
	}
	return a.checkMatches(matched)
}

// match returns a bit for the filter that a tag matches; filters from the 64th on share the last one.
func (r ListRequest[T]) match(id, key, value string) (uint64, error) {
	for i, filter := range r.Tags {
		if filter.Key != key {
			continue
		}
		if !filter.AnyValue && filter.Value != value {
			return 0, listing.Unasked("the answer lists %s with another value of the key %s than was asked for", redact.Line(id), redact.Line(key))
		}
		return 1 << min(i, 63), nil
	}
	return 0, nil
}

// checkMatches wants each resource of the page to show one of the tags that were filtered by, and all of them if the page
// is all there is. Which tags of a resource a filtered list shows, and in what order, is documented nowhere, so that
// more cannot be asked of a page, and nothing of a resource that a page began or ended with.
func (a *listAnswer) checkMatches(matched map[string]uint64) error {
	r := a.request
	if len(r.Tags) == 0 {
		return nil
	}
	for i, row := range a.TagResources {
		bits := matched[row.ResourceID]
		begun := r.NextToken != "" && row.ResourceID == a.TagResources[0].ResourceID
		goesOn := a.NextToken != "" && row.ResourceID == a.TagResources[len(a.TagResources)-1].ResourceID
		whole := r.NextToken == "" && a.NextToken == ""
		if bits == 0 && !begun && !goesOn || whole && bits != all(len(r.Tags)) {
			return notMatching(a.TagResources[i].ResourceID)
		}
	}
	return nil
}

func all(filters int) uint64 {
	if filters >= 64 {
		return ^uint64(0)
	}
	return 1<<filters - 1
}

func notMatching(id string) error {
	return listing.Unasked("the answer lists %s without the tags that were asked for", redact.Line(id))
}

// whole judges a resource that a page began or ended with.
func (r ListRequest[T]) whole(resource Resource[string]) error {
	if len(r.Tags) == 0 {
		return nil
	}
	for _, tag := range resource.Tags {
		if bits, _ := r.match(resource.ResourceID, tag.Key, tag.Value); bits != 0 {
			return nil
		}
	}
	return notMatching(resource.ResourceID)
}

var errNoResource = errors.New("the answer lists a tag without its resource")

// resources merges adjacent rows of one resource. System tags are left out, unless they were asked for.
func (a *listAnswer) resources() []Resource[string] {
	tags := make([]untag.Tag, 0, len(a.TagResources)) // of all resources: one piece of memory instead of a thousand
	var resources []Resource[string]
	first := 0 // of the last resource's tags
	for _, row := range a.TagResources {
		tag := untag.Tag{Key: row.TagKey, Value: row.TagValue, System: validate.IsSystem(row.TagKey)}
		if tag.System && !a.request.wantsSystem(tag.Key) {
			continue
		}
		if row.ResourceType == "" {
			row.ResourceType = a.request.ResourceType
		}
		if n := len(resources); n == 0 || resources[n-1].ResourceID != row.ResourceID {
			first = len(tags)
			resources = append(resources, Resource[string]{ResourceID: row.ResourceID, ResourceType: row.ResourceType})
		}
		last := &resources[len(resources)-1]
		if i := listing.IndexOfKey(last.Tags, tag.Key); i >= 0 {
			last.Tags[i] = tag
			continue
		}
		tags = append(tags, tag)
		last.Tags = tags[first:len(tags):len(tags)]
	}
	return resources
}

func (r ListRequest[T]) wantsSystem(key string) bool {
	return r.System || slices.ContainsFunc(r.Tags, func(f untag.TagFilter) bool { return f.Key == key })
}

// merge adds the tags of next to last if both are one resource. Of two values of a key the later one stays: the tag was
// changed while the list was read.
func merge(last *Resource[string], next Resource[string]) bool {
	if last.ResourceID != next.ResourceID || last.ResourceType != next.ResourceType {
		return false
	}
	last.Tags = listing.MergeTags(last.Tags, next.Tags)
	return true
}
