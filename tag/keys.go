package tag

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// ListTagKeysRequest asks for the tag keys of one region. The rules are those of Tag 2018-08-28 ListTagKeys.
type ListTagKeysRequest struct {
	// Region is the region, such as "cn-hangzhou". "": Config.Region. Its syntax is checked at every level.
	Region string
	// Key selects that key alone, or all that begin with it if Prefix is set. "": all keys. By the document it has at most
	// 128 characters.
	Key string
	// Prefix says that Key is the beginning of a key.
	Prefix bool
	// ResourceType selects the keys of one type of resource, such as "ALIYUN::ECS::INSTANCE", in capitals. "": of all.
	ResourceType string
	// Preset lists the keys that were prepared for later use instead of those that are on resources.
	Preset bool
	// System also lists the keys of tags that the cloud set. It means nothing with Preset.
	System bool
	// PageSize is how many keys a page has at most, 1 to MaxPageSize. 0: MaxPageSize.
	PageSize int
	// NextToken is that of the page before. "": the first page.
	NextToken string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r ListTagKeysRequest) Validate() error { return r.check(untag.ValidateDocumented) }

func (r ListTagKeysRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	check.Word("Key", r.Key, 128)
	checkPrefix(check, "Key", r.Key, r.Prefix)
	check.PageSize(r.PageSize, MaxPageSize)
	return check.Err("ListTagKeysRequest")
}

func checkPrefix(check *validate.Check, field, value string, prefix bool) {
	if prefix && value == "" {
		check.Certain("Prefix", "true", "is set without a "+field+", and every "+strings.ToLower(field)+" begins so; leave it out")
	}
}

func (r ListTagKeysRequest) encode() *signature.Query {
	q := signature.NewQuery()
	switch {
	case r.Preset:
	case r.System:
		q.Add("Category", "all")
	default:
		q.Add("Category", "custom")
	}
	addFuzzyType(q, r.Key, r.Prefix)
	addPage(q, "PageSize", r.PageSize, MaxPageSize, r.NextToken)
	addPreset(q, r.Preset)
	q.Add("RegionId", r.Region)
	addIfSet(q, "ResourceType", r.ResourceType)
	addIfSet(q, "TagFilter.Key", r.Key)
	return q
}

func addIfSet(q *signature.Query, name, value string) {
	if value != "" {
		q.Add(name, value)
	}
}

func addFuzzyType(q *signature.Query, filter string, prefix bool) {
	switch {
	case filter == "":
	case prefix:
		q.Add("FuzzyType", "PREFIX")
	default:
		q.Add("FuzzyType", "EQUAL")
	}
}

func addPreset(q *signature.Query, preset bool) {
	if preset {
		q.Add("QueryType", "MetaTag")
	}
}

// ListTagKeysResponse is one page. It is the zero value beside an error.
type ListTagKeysResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// Keys are those of the page, in the order of the service.
	Keys []TagKey
	// NextToken is for the request for the next page. "": this was the last one.
	NextToken string
}

// TagKey is a key that ListTagKeys lists.
type TagKey struct { //nolint:revive // after the operation
	// Key is the key, and Description what somebody wrote about it when it was prepared.
	Key, Description string
	// System says that the cloud set it.
	System bool
}

// ListTagKeys lists one page of the tag keys in a region. Its errors are those of ListTagResources.
func (c *Client) ListTagKeys(ctx context.Context, req ListTagKeysRequest) (ListTagKeysResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return ListTagKeysResponse{}, err
	}
	page, err := req.page(ctx, calls)
	return ListTagKeysResponse{RequestID: page.RequestID, Keys: page.Items, NextToken: page.Next}, err
}

// ListTagKeysAll lists the keys of all pages, as ListTagResourcesAll lists resources.
func (c *Client) ListTagKeysAll(ctx context.Context, req ListTagKeysRequest) iter.Seq2[TagKey, error] {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	return listAll(ctx, listTagKeys, req.Region, req.NextToken, req.check(calls.Validation()), func(ctx context.Context, token string) (listing.Page[TagKey], error) {
		req := req
		req.NextToken = token
		return req.page(ctx, calls)
	})
}

func (r ListTagKeysRequest) page(ctx context.Context, calls *rpc.Client) (listing.Page[TagKey], error) {
	query := r.encode()
	defer query.Free()
	call := rpc.Call{Operation: listTagKeys, Region: r.Region, Query: query}
	return listing.Fetch(ctx, calls, call, func() listing.Answer[TagKey] { return &keysAnswer{request: r} })
}

// listAll is a list whose elements come whole.
func listAll[E any](ctx context.Context, operation *rpc.Operation, region, token string, invalid error, page func(context.Context, string) (listing.Page[E], error)) iter.Seq2[E, error] {
	if invalid != nil {
		return listing.Refuse[E](invalid)
	}
	return listing.All(ctx, listing.List[E]{Service: untag.ServiceTag, Action: operation.Action, Region: region, Token: token, Page: page})
}

type keysAnswer struct {
	rpc.Envelope
	NextToken string
	Keys      listing.Elements[keyRow]

	request ListTagKeysRequest
}

type keyRow struct{ Key, Category, Description string }

func (a *keysAnswer) FromXML(root *rpc.Element) {
	a.NextToken = root.Text("NextToken")
	listing.EachXML(root, "Keys", "Key", func(e *rpc.Element) {
		a.Keys = append(a.Keys, keyRow{e.RawText("Key"), e.Text("Category"), e.RawText("Description")})
	})
}

var errNoKey = errors.New("the answer lists a tag without its key")

func (a *keysAnswer) Check() error {
	for _, row := range a.Keys {
		switch {
		case row.Key == "" && row == (keyRow{}):
			return errNoKey
		case strings.EqualFold(row.Category, "system") && !a.request.System && !a.request.Preset:
			return listing.Unasked("the answer lists the system key %s, and system keys were not asked for", redact.Line(row.Key))
		case !selected(a.request.Key, a.request.Prefix, row.Key):
			return listing.Unasked("the answer lists the key %s, which was not asked for", redact.Line(row.Key))
		}
	}
	return nil
}

// selected reports whether a filter selects a text.
func selected(filter string, prefix bool, text string) bool {
	return filter == "" || text == filter || prefix && strings.HasPrefix(text, filter)
}

func (a *keysAnswer) Page() listing.Page[TagKey] {
	page := listing.Page[TagKey]{Next: a.NextToken}
	for _, row := range a.Keys {
		page.Items = append(page.Items, TagKey{Key: row.Key, Description: row.Description, System: strings.EqualFold(row.Category, "system")})
	}
	return page
}
