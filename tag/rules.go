package tag

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// The states of an associated resource rule.
const (
	RuleEnabled  = "Enable"
	RuleDisabled = "Disable"
)

// ListAssociatedResourceRulesRequest asks for the rules by which resources take over the tags of others, such as the
// disks of an instance. The rules for the request are those of Tag 2018-08-28 ListAssociatedResourceRules.
type ListAssociatedResourceRulesRequest struct {
	// Region is the region, such as "cn-hangzhou". "": Config.Region. Its syntax is checked at every level.
	Region string
	// SettingNames selects rules by name. None: all.
	SettingNames []string
	// Status selects the rules in that state, RuleEnabled or RuleDisabled. "": all.
	Status string
	// PageSize is how many rules a page has at most, 1 to MaxRules. 0: MaxRules.
	PageSize int
	// NextToken is that of the page before. "": the first page.
	NextToken string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r ListAssociatedResourceRulesRequest) Validate() error {
	return r.check(untag.ValidateDocumented)
}

func (r ListAssociatedResourceRulesRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	for i, name := range r.SettingNames {
		if name == "" {
			check.Certain(validate.Index("SettingNames", i), "", "is empty")
		}
	}
	check.PageSize(r.PageSize, MaxRules)
	return check.Err("ListAssociatedResourceRulesRequest")
}

func (r ListAssociatedResourceRulesRequest) encode() *signature.Query {
	q := signature.NewQuery()
	addPage(q, "MaxResult", r.PageSize, MaxRules, r.NextToken)
	q.Add("RegionId", r.Region)
	q.AddList("SettingName", r.SettingNames)
	addIfSet(q, "Status", r.Status)
	return q
}

// ListAssociatedResourceRulesResponse is one page. It is the zero value beside an error.
type ListAssociatedResourceRulesResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// Rules are those of the page, in the order of the service.
	Rules []AssociatedResourceRule
	// NextToken is for the request for the next page. "": this was the last one.
	NextToken string
}

// AssociatedResourceRule makes resources take over the tags of another resource. While it is enabled, a tag that is
// written to that resource or removed from it changes on the associated ones, too, and overwrites a value that they had.
type AssociatedResourceRule struct {
	// SettingName is the name of the rule, such as "rule:…-TagAlb:Alb-LoadBalancer:Vpc-Eip".
	SettingName string
	// Status is RuleEnabled or RuleDisabled. ExistingStatus is as the service has it; no document says what it means.
	Status, ExistingStatus string
	// TagKeys are the keys that the rule is for.
	TagKeys []string
}

// ListAssociatedResourceRules lists one page of the rules by which resources take over the tags of others. Its errors are
// those of ListTagResources.
func (c *Client) ListAssociatedResourceRules(ctx context.Context, req ListAssociatedResourceRulesRequest) (ListAssociatedResourceRulesResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return ListAssociatedResourceRulesResponse{}, err
	}
	page, err := req.page(ctx, calls)
	return ListAssociatedResourceRulesResponse{RequestID: page.RequestID, Rules: page.Items, NextToken: page.Next}, err
}

// ListAssociatedResourceRulesAll lists the rules of all pages, as ListTagResourcesAll lists resources.
func (c *Client) ListAssociatedResourceRulesAll(ctx context.Context, req ListAssociatedResourceRulesRequest) iter.Seq2[AssociatedResourceRule, error] {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	req.SettingNames = slices.Clone(req.SettingNames)
	return listAll(ctx, listAssociatedResourceRules, req.Region, req.NextToken, req.check(calls.Validation()), func(ctx context.Context, token string) (listing.Page[AssociatedResourceRule], error) {
		req := req
		req.NextToken = token
		return req.page(ctx, calls)
	})
}

func (r ListAssociatedResourceRulesRequest) page(ctx context.Context, calls *rpc.Client) (listing.Page[AssociatedResourceRule], error) {
	query := r.encode()
	defer query.Free()
	call := rpc.Call{Operation: listAssociatedResourceRules, Region: r.Region, Query: query}
	return listing.Fetch(ctx, calls, call, func() listing.Answer[AssociatedResourceRule] { return &rulesAnswer{request: r} })
}

type rulesAnswer struct {
	rpc.Envelope
	NextToken string
	Rules     listing.Elements[ruleRow]

	request ListAssociatedResourceRulesRequest
}

type ruleRow struct {
	SettingName, Status, ExistingStatus string
	TagKeys                             listing.Elements[string]
}

func (a *rulesAnswer) FromXML(root *rpc.Element) {
	a.NextToken = root.Text("NextToken")
	listing.EachXML(root, "Rules", "Rule", func(e *rpc.Element) {
		row := ruleRow{SettingName: e.Text("SettingName"), Status: e.Text("Status"), ExistingStatus: e.Text("ExistingStatus")}
		listing.EachXML(e, "TagKeys", "TagKey", func(e *rpc.Element) { row.TagKeys = append(row.TagKeys, e.Raw()) })
		a.Rules = append(a.Rules, row)
	})
}

var errNoRule = errors.New("the answer lists a rule without its name")

func (a *rulesAnswer) Check() error {
	r := a.request
	for _, row := range a.Rules {
		switch {
		case row.SettingName == "":
			return errNoRule
		case len(r.SettingNames) > 0 && !slices.Contains(r.SettingNames, row.SettingName), r.Status != "" && !strings.EqualFold(r.Status, row.Status):
			return listing.Unasked("the answer lists the rule %s, which was not asked for", redact.Line(row.SettingName))
		}
	}
	return nil
}

func (a *rulesAnswer) Page() listing.Page[AssociatedResourceRule] {
	page := listing.Page[AssociatedResourceRule]{Next: a.NextToken}
	for _, row := range a.Rules {
		page.Items = append(page.Items, AssociatedResourceRule{
			SettingName: row.SettingName, Status: row.Status, ExistingStatus: row.ExistingStatus, TagKeys: row.TagKeys,
		})
	}
	return page
}
