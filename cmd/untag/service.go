package main

import (
	"context"
	"iter"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// request is an UntagManyRequest of any of the services.
type request struct {
	region, resourceType string
	resources            iter.Seq[string]
	keys                 []string
	all                  bool
	concurrency          int
	unordered            bool
	drain                <-chan struct{}
}

type untagMany func(ctx context.Context, r request) iter.Seq2[string, error]

// service is one of the four, by the name that -service has for it.
type service struct {
	flag, name, title        string
	maxResources, maxTagKeys int     // of one call
	publishedRate            float64 // calls a second in one region; 0: none is published
	byARN                    bool    // resources are ARNs, which say their own region and type
	defaultType              string
	open                     func(config untag.Config) (untagMany, error)
	look                     func(config untag.Config) (lookup, error)
	maxListed                int                                               // resources of one lookup
	validate                 func(region, resourceType, resource string) error // of one resource
}

// anyKey stands for the keys where only a resource is checked.
var anyKey = []string{"key"}

var services = []*service{
	{
		flag: "tag", name: untag.ServiceTag, title: "Tag", maxResources: tag.MaxResources, maxTagKeys: tag.MaxTagKeys, look: tagLookup, maxListed: tag.MaxListResources, byARN: true,
		open: func(config untag.Config) (untagMany, error) {
			client, err := tag.New(config)
			return func(ctx context.Context, r request) iter.Seq2[string, error] {
				return client.UntagMany(ctx, tag.UntagManyRequest{
					Region: r.region, ResourceARNs: r.resources, TagKeys: r.keys,
					Concurrency: r.concurrency, Unordered: r.unordered, Drain: r.drain,
				})
			}, err
		},
		validate: func(region, _, resource string) error {
			if arn, err := tag.ParseARN(resource); err == nil && arn.Region != "" && arn.Region != "*" {
				region = arn.Region // as UntagMany does
			}
			return tag.UntagResourcesRequest{Region: region, ResourceARNs: []string{resource}, TagKeys: anyKey}.Validate()
		},
	},
	{
		flag: "ecs", name: untag.ServiceECS, title: "ECS", maxResources: ecs.MaxResources, maxTagKeys: ecs.MaxTagKeys, look: ecsLookup, maxListed: ecs.MaxListResources,
		open: func(config untag.Config) (untagMany, error) {
			client, err := ecs.New(config)
			return func(ctx context.Context, r request) iter.Seq2[string, error] {
				return client.UntagMany(ctx, ecs.UntagManyRequest{
					Region: r.region, ResourceType: ecs.ResourceType(r.resourceType), ResourceIDs: r.resources,
					TagKeys: r.keys, All: r.all, Concurrency: r.concurrency, Unordered: r.unordered, Drain: r.drain,
				})
			}, err
		},
		validate: func(region, kind, resource string) error {
			return ecs.UntagResourcesRequest{
				Region: region, ResourceType: ecs.ResourceType(kind), ResourceIDs: []string{resource}, TagKeys: anyKey,
			}.Validate()
		},
	},
	{
		flag: "vpc", name: untag.ServiceVPCIPAM, title: "VPC IPAM", maxResources: vpc.MaxResources, maxTagKeys: vpc.MaxTagKeys, look: vpcLookup, maxListed: vpc.MaxListResources,
		publishedRate: vpc.PublishedRate,
		open: func(config untag.Config) (untagMany, error) {
			client, err := vpc.New(config)
			return func(ctx context.Context, r request) iter.Seq2[string, error] {
				return client.UntagMany(ctx, vpc.UntagManyRequest{
					Region: r.region, ResourceType: vpc.ResourceType(r.resourceType), ResourceIDs: r.resources,
					TagKeys: r.keys, All: r.all, Concurrency: r.concurrency, Unordered: r.unordered, Drain: r.drain,
				})
			}, err
		},
		validate: func(region, kind, resource string) error {
			return vpc.UntagResourcesRequest{
				Region: region, ResourceType: vpc.ResourceType(kind), ResourceIDs: []string{resource}, TagKeys: anyKey,
			}.Validate()
		},
	},
	{
		flag: "resourcesharing", name: untag.ServiceResourceSharing, title: "Resource Sharing",
		maxResources: resourcesharing.MaxResources, maxTagKeys: resourcesharing.MaxTagKeys, look: sharingLookup, maxListed: resourcesharing.MaxListResources,
		publishedRate: resourcesharing.PublishedRate, defaultType: string(resourcesharing.ResourceTypeResourceShare),
		open: func(config untag.Config) (untagMany, error) {
			client, err := resourcesharing.New(config)
			return func(ctx context.Context, r request) iter.Seq2[string, error] {
				return client.UntagMany(ctx, resourcesharing.UntagManyRequest{
					Region: r.region, ResourceType: resourcesharing.ResourceType(r.resourceType), ResourceIDs: r.resources,
					TagKeys: r.keys, All: r.all, Concurrency: r.concurrency, Unordered: r.unordered, Drain: r.drain,
				})
			}, err
		},
		validate: func(region, kind, resource string) error {
			return resourcesharing.UntagResourcesRequest{
				Region: region, ResourceType: resourcesharing.ResourceType(kind), ResourceIDs: []string{resource}, TagKeys: anyKey,
			}.Validate()
		},
	},
}

func serviceByFlag(name string) *service {
	for _, s := range services {
		if s.flag == name {
			return s
		}
	}
	return nil
}
