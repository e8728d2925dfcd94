//go:build programs

// Command untag uses all four service packages of the SDK.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

func main() {
	if err := run(context.Background(), untag.Config{Region: "cn-hangzhou"}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, config untag.Config) error {
	tagClient, err := tag.New(config)
	if err != nil {
		return err
	}
	ecsClient, err := ecs.New(config)
	if err != nil {
		return err
	}
	vpcClient, err := vpc.New(config)
	if err != nil {
		return err
	}
	sharingClient, err := resourcesharing.New(config)
	if err != nil {
		return err
	}
	ids, keys := os.Args[1:], []string{"env"}
	if _, err := tagClient.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: ids, TagKeys: keys}); err != nil {
		return err
	}
	if _, err := ecsClient.UntagResources(ctx, ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: ids, TagKeys: keys,
	}); err != nil {
		return err
	}
	if _, err := vpcClient.UntagResources(ctx, vpc.UntagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: ids, TagKeys: keys,
	}); err != nil {
		return err
	}
	if _, err := sharingClient.UntagResources(ctx, resourcesharing.UntagResourcesRequest{ResourceIDs: ids, TagKeys: keys}); err != nil {
		return err
	}
	for _, err := range tagClient.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(ids), TagKeys: keys}) {
		if err != nil {
			return err
		}
	}
	return nil
}
