package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// resources are what the tags with Keys are removed from.
type resources struct {
	ARNs, Instances, IPAMs, Shares []string
	Keys                           []string
}

func (r resources) count() int { return len(r.ARNs) + len(r.Instances) + len(r.IPAMs) + len(r.Shares) }

// untagAll calls each service that has something to do. What one of them refuses keeps none of the others from working.
func untagAll(ctx context.Context, stdout io.Writer, config untag.Config, r resources) error {
	return errors.Join(
		untagARNs(ctx, stdout, config, r.ARNs, r.Keys),
		untagInstances(ctx, stdout, config, r.Instances, r.Keys),
		untagIPAMs(ctx, stdout, config, r.IPAMs, r.Keys),
		untagShares(ctx, stdout, config, r.Shares, r.Keys),
	)
}

// untagARNs uses the Tag service, which takes resources of any product and tells which of them failed.
func untagARNs(ctx context.Context, stdout io.Writer, config untag.Config, arns, keys []string) error {
	if len(arns) == 0 {
		return nil
	}
	client, err := tag.New(config)
	if err != nil {
		return err
	}
	response, err := client.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: keys})
	if partial, ok := errors.AsType[*tag.PartialError](err); ok {
		fmt.Fprintf(stdout, "tag: %d of %d resources failed, the others are done (request ID %s)\n", len(partial.Failed), partial.Total, partial.RequestID)
		for _, failed := range partial.Failed {
			fmt.Fprintf(stdout, "  %s: %s\n", failed.ResourceARN, failed.Code)
		}
		return err
	}
	return report(stdout, "tag", response.RequestID, err)
}

// untagInstances uses ECS: all resources of the call, or none.
func untagInstances(ctx context.Context, stdout io.Writer, config untag.Config, ids, keys []string) error {
	if len(ids) == 0 {
		return nil
	}
	client, err := ecs.New(config)
	if err != nil {
		return err
	}
	response, err := client.UntagResources(ctx, ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: ids, TagKeys: keys,
	})
	return report(stdout, "ecs", response.RequestID, err)
}

// untagIPAMs uses VPC IPAM. Its tag keys have rules that a request is checked against before it is sent.
func untagIPAMs(ctx context.Context, stdout io.Writer, config untag.Config, ids, keys []string) error {
	if len(ids) == 0 {
		return nil
	}
	client, err := vpc.New(config)
	if err != nil {
		return err
	}
	response, err := client.UntagResources(ctx, vpc.UntagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: ids, TagKeys: keys,
	})
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		fmt.Fprintln(stdout, "vpc: nothing was sent, the request is invalid:")
		for _, problem := range invalid.Problems {
			fmt.Fprintf(stdout, "  %s\n", problem)
		}
		return err
	}
	return report(stdout, "vpc", response.RequestID, err)
}

// untagShares uses Resource Sharing, whose only resource type needs no mention.
func untagShares(ctx context.Context, stdout io.Writer, config untag.Config, ids, keys []string) error {
	if len(ids) == 0 {
		return nil
	}
	client, err := resourcesharing.New(config)
	if err != nil {
		return err
	}
	response, err := client.UntagResources(ctx, resourcesharing.UntagResourcesRequest{ResourceIDs: ids, TagKeys: keys})
	return report(stdout, "resourcesharing", response.RequestID, err)
}

func report(stdout io.Writer, service, requestID string, err error) error {
	if err != nil {
		return err // it names service, code and request ID
	}
	fmt.Fprintf(stdout, "%s: done (request ID %s)\n", service, requestID)
	return nil
}
