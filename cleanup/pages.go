package cleanup

import (
	"context"
	"fmt"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// page is one call of a listing.
func (j *Job) page(ctx context.Context, region string, l listing, token string) (page, error) {
	if l.Service == untag.ServiceTag {
		return j.tagPage(ctx, region, l, token)
	}
	return j.ownPage(ctx, region, l, token)
}

func (j *Job) tagPage(ctx context.Context, region string, l listing, token string) (page, error) {
	tags, arns := []untag.Tag{{Key: l.Key, Value: l.Value}}, []string(nil)
	if l.Type != "" { // the ARNs of everything of a type
		tags, arns = nil, []string{l.Type}
	}
	response, err := j.cloud.tag.ListTagResources(ctx, tag.ListTagResourcesRequest{
		Region: region, Tags: tags, ResourceARNs: arns, NextToken: token,
	})
	if err != nil {
		return page{}, j.cloud.asked(err, l, region)
	}
	p := page{next: response.NextToken}
	for _, found := range response.Resources {
		p.size += len(found.ResourceARN) + 64
		r := row{ARN: found.ResourceARN, Via: untag.ServiceTag, Pairs: j.wanted(found.Tags, &p)}
		arn, err := tag.ParseARN(found.ResourceARN)
		if err != nil {
			return page{}, fmt.Errorf("%s in %s listed what is no ARN", l.Service, region)
		}
		if arn.Account != "" && arn.Account != "*" && arn.Account != j.header.Account {
			return page{}, unasked(l, region, "a resource of account "+arn.Account)
		}
		if len(r.Pairs) == 0 {
			continue // on another page it shows the tag that was asked for
		}
		r.Name, r.Type = named(arn.Product, arn.ResourceType, arn.ResourceID)
		p.rows = append(p.rows, r)
	}
	return p, nil
}

func (j *Job) ownPage(ctx context.Context, region string, l listing, token string) (page, error) {
	own := j.cloud.own[l.Service]
	found, next, err := own.list(ctx, region, l.Type, nil, []untag.TagFilter{{Key: l.Key, Value: l.Value, AnyValue: l.Any}}, token)
	if err != nil {
		return page{}, j.cloud.asked(err, l, region)
	}
	p := page{next: next}
	for _, f := range found {
		p.size += len(f.id) + 64
		r := row{Via: l.Service, Pairs: j.wanted(f.tags, &p)}
		if len(r.Pairs) == 0 {
			continue
		}
		r.Name, r.Type = named(own.product(), l.Type, f.id)
		p.rows = append(p.rows, r)
	}
	return p, nil
}

// named returns the name of a row and, if the name does not spell the type as it is, the type.
func named(product, resourceType, id string) (string, string) {
	if resourceType == strings.ToLower(resourceType) {
		return name(product, resourceType, id), ""
	}
	return name(product, resourceType, id), resourceType
}

// wanted are the tags that the job is about, sorted.
func (j *Job) wanted(tags []untag.Tag, p *page) []pair {
	var pairs []pair
	for _, t := range tags {
		p.size += len(t.Key) + len(t.Value) + 48
		if j.spec.wants(t) {
			pairs = append(pairs, pair{t.Key, t.Value})
		}
	}
	sortPairs(pairs)
	return pairs
}

// tagsOf reads the tags of resources by name. What is not listed has none.
func (c *cloud) tagsOf(ctx context.Context, region string, via route, names []string) ([][]untag.Tag, error) {
	at := make(map[string]int, len(names))
	for i, called := range names {
		at[called] = i
	}
	all := make([][]untag.Tag, len(names))
	if via.service != untag.ServiceTag {
		own, token := c.own[via.service], ""
		for {
			found, next, err := own.list(ctx, region, via.resourceType, names, nil, token)
			if err != nil {
				return nil, c.asked(err, listing{Service: via.service, Type: via.resourceType}, region)
			}
			for _, f := range found {
				if i, ok := at[f.id]; ok {
					all[i] = append(all[i], f.tags...)
				}
			}
			if next == "" || next == token {
				return all, nil
			}
			token = next
		}
	}
	for found, err := range c.tag.ListTagResourcesAll(ctx, tag.ListTagResourcesRequest{Region: region, ResourceARNs: names}) {
		if err != nil {
			return nil, c.asked(err, listing{Service: via.service}, region)
		}
		i, ok := at[found.ResourceARN]
		if !ok {
			i, ok = like(found.ResourceARN, names)
		}
		if !ok {
			return nil, unasked(listing{Service: via.service}, region, "a resource by a name that was not asked for")
		}
		all[i] = append(all[i], found.Tags...)
	}
	return all, nil
}

// like finds an ARN that means the same as one that an answer spelt in another way.
func like(arn string, names []string) (int, bool) {
	a, err := tag.ParseARN(arn)
	if err != nil {
		return 0, false
	}
	for i, other := range names {
		b, err := tag.ParseARN(other)
		if err == nil && name(a.Product, a.ResourceType, a.ResourceID) == name(b.Product, b.ResourceType, b.ResourceID) {
			return i, true
		}
	}
	return 0, false
}
