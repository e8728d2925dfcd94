package cleanup

import (
	"context"
	"errors"
	"iter"
	"net"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	pages "github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// anyRegion is where questions go that are not about a region.
const anyRegion = "cn-hangzhou"

// cloud is the job's clients. All of them take their credentials from one guard.
type cloud struct {
	guard  *guard
	strict bool // do not write what a document forbids
	tag    *tag.Client
	own    map[string]ownClient // by service
}

// connect makes the clients. local is "loopback" if the endpoint is one.
func connect(config untag.Config) (c *cloud, local string, err error) {
	if config.Endpoint != "" {
		ok, err := isLocal(config.Endpoint)
		if err != nil || !ok {
			return nil, "", &untag.ValidationError{Request: "Config", Problems: []untag.Problem{{
				Field: "Endpoint", Reason: `would stand for all services; leave it "", or name a loopback host`,
			}}}
		}
		local = "loopback"
	}
	strict := config.Validation == untag.ValidateDocumented
	// What was found is there, so a rule that is merely documented is not held against it: the service decides.
	config.Validation = max(config.Validation, untag.ValidateCertain)
	if config.Region == "" {
		config.Region = anyRegion // for the question who the caller is; all other requests name theirs
	}
	config = quiet(config)
	if config.Credentials == nil {
		config.Credentials = untag.DefaultCredentials()
	}
	c = &cloud{strict: strict, guard: &guard{config: config, provider: config.Credentials}}
	config.Credentials = c.guard
	var errs [4]error
	c.tag, errs[0] = tag.New(config)
	ecsClient, err := ecs.New(config)
	errs[1] = err
	vpcClient, err := vpc.New(vpcConfig(config))
	errs[2] = err
	sharingClient, err := resourcesharing.New(config)
	errs[3] = err
	if err := errors.Join(errs[:]...); err != nil {
		return nil, "", err
	}
	c.own = map[string]ownClient{
		untag.ServiceECS: ownECS{ecsClient}, untag.ServiceVPCIPAM: ownVPC{vpcClient}, untag.ServiceResourceSharing: ownSharing{sharingClient},
	}
	return c, local, nil
}

// vpcConfig uses the public endpoint of VPC IPAM where the others use that inside a VPC network, since it has none there.
func vpcConfig(config untag.Config) untag.Config {
	if config.Endpoint == "" {
		config.Network = untag.NetworkPublic
	}
	return config
}

func (c *cloud) close() {
	c.tag.CloseIdleConnections()
	for _, own := range c.own {
		own.CloseIdleConnections()
	}
}

// claim asks who the credentials belong to, and refuses another account than want, unless that is "".
func (c *cloud) claim(ctx context.Context, want string) (account string, err error) {
	who, err := c.identify(ctx, want)
	return who.Account, err
}

// check begins a step.
func (c *cloud) check(ctx context.Context, want string) error {
	_, err := c.identify(ctx, want)
	return err
}

func (c *cloud) identify(ctx context.Context, want string) (Identity, error) {
	return c.guard.claim(ctx, want)
}

// regions are those that Tag names.
func (c *cloud) regions(ctx context.Context) ([]string, error) {
	response, err := c.tag.DescribeRegions(ctx, tag.DescribeRegionsRequest{Region: anyRegion})
	if err != nil {
		return nil, c.guard.explain(err)
	}
	var all []string
	for _, r := range response.Regions {
		all = append(all, r.RegionID)
	}
	if len(all) == 0 {
		return nil, errors.New("the service names no regions; set Spec.Regions")
	}
	return all, nil
}

// values are a page of those of a key in a region. Empty ones are left out, since Tag cannot be asked for them.
func (c *cloud) values(ctx context.Context, region, key, token string) (values []string, next string, err error) {
	response, err := c.tag.ListTagValues(ctx, tag.ListTagValuesRequest{Region: region, Key: key, NextToken: token})
	if err != nil {
		return nil, "", c.guard.explain(err)
	}
	for _, value := range response.Values {
		if value != "" {
			values = append(values, value)
		}
	}
	return values, response.NextToken, nil
}

// refuses returns the documented rule that a tag breaks which is to be written, if Config.Validation is that strict.
func (c *cloud) refuses(via route, t untag.Tag) error {
	if !c.strict {
		return nil
	}
	return checkWrite(via, t)
}

// asked tells an answer that lists what was not asked for from other failures: it must stop the job.
func (c *cloud) asked(err error, l listing, region string) error {
	if errors.Is(err, pages.ErrUnasked) {
		return unasked(l, region, "something else")
	}
	return c.guard.explain(err)
}

// isBadToken reports whether a listing's token was refused.
func isBadToken(err error) bool {
	apiErr, ok := errors.AsType[*untag.APIError](err)
	return ok && strings.Contains(apiErr.Code, "NextToken")
}

// isAbsent reports whether a service has no endpoint in a region, or not that type there, or takes no such key: there is
// nothing to be found then.
func isAbsent(l listing, err error) bool {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.IsNotFound
	}
	if errors.Is(err, untag.ErrInvalidRequest) {
		return true
	}
	apiErr, ok := errors.AsType[*untag.APIError](err)
	if !ok || l.Service == untag.ServiceTag && l.Type == "" {
		return false
	}
	switch apiErr.Code {
	case "InvalidRegionId.NotFound", "InvalidResourceType.NotFound", "InvalidRegionId", "IllegalParam.ResourceType", "InvalidParameter.ResourceType":
		return true
	}
	return false
}

// rules are those by which resources take over the tags of others.
func (c *cloud) rules(ctx context.Context, region string) iter.Seq2[tag.AssociatedResourceRule, error] {
	return c.tag.ListAssociatedResourceRulesAll(ctx, tag.ListAssociatedResourceRulesRequest{Region: region})
}

// patterns are the ARNs that stand for everything of a type that Tag lists.
func (c *cloud) patterns(ctx context.Context) ([]string, error) {
	var all []string
	for t, err := range c.tag.ListSupportResourceTypesAll(ctx, tag.ListSupportResourceTypesRequest{Region: anyRegion}) {
		if err != nil {
			return nil, c.guard.explain(err)
		}
		if pattern := t.Pattern(); pattern != "" {
			all = append(all, pattern)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// removable are the types that Tag removes tags from.
func (c *cloud) removable(ctx context.Context, region string) iter.Seq2[tag.SupportedResourceType, error] {
	return c.tag.ListSupportResourceTypesAll(ctx, tag.ListSupportResourceTypesRequest{Region: region, Support: tag.SupportConsole})
}
