package tag

import (
	"errors"
	"fmt"
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
	TagResources listing.Elements[resourceRow]

	request ListTagResourcesRequest // what was asked for
}

type resourceRow struct {
	ResourceARN string
	Tags        listing.Elements[tagRow]
}

type tagRow struct{ Key, Value, Category string }

func (t tagRow) system() bool { return strings.EqualFold(t.Category, "System") }

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
			return fmt.Errorf("the answer lists %s, which was not asked for", redact.Line(row.ResourceARN))
		}
		for _, tag := range row.Tags {
			if tag.system() && !r.System {
				return fmt.Errorf("the answer lists the system tag %s of %s, and system tags were not asked for", redact.Line(tag.Key), redact.Line(row.ResourceARN))
			}
			bit, err := r.match(row.ResourceARN, tag.Key, tag.Value)
			if err != nil {
				return err
			}
			matched[row.ResourceARN] |= bit
		}
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
			return 0, fmt.Errorf("the answer lists %s with another value of the key %s than was asked for", redact.Line(arn), redact.Line(key))
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
	return fmt.Errorf("the answer lists %s without the tags that were asked for", redact.Line(arn))
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
		row := resourceRow{ResourceARN: e.Text("ResourceARN")}
		listing.EachXML(e, "Tags", "Tag", func(e *rpc.Element) {
			row.Tags = append(row.Tags, tagRow{e.RawText("Key"), e.RawText("Value"), e.Text("Category")})
		})
		a.TagResources = append(a.TagResources, row)
	})
}

// Page types the answer, and merges adjacent elements of one resource.
func (a *listAnswer) Page() listing.Page[TaggedResource] {
	n := 0
	for _, row := range a.TagResources {
		n += len(row.Tags)
	}
	tags := make([]untag.Tag, 0, n) // of all resources: one piece of memory instead of a thousand
	resources := make([]TaggedResource, 0, len(a.TagResources))
	for _, row := range a.TagResources {
		first := len(tags)
		for _, tag := range row.Tags {
			tags = append(tags, untag.Tag{Key: tag.Key, Value: tag.Value, System: tag.system()})
		}
		own := tags[first:len(tags):len(tags)]
		if last := len(resources) - 1; last >= 0 && resources[last].ResourceARN == row.ResourceARN {
			resources[last].Tags = listing.MergeTags(resources[last].Tags, own)
			continue
		}
		resources = append(resources, TaggedResource{ResourceARN: row.ResourceARN, Tags: own})
	}
	return listing.Page[TaggedResource]{Items: resources, Next: a.NextToken}
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
