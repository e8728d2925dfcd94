package untagtemporal

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// outcomes begins the run over the resources of a slice that are open.
func (r *sliceRun) outcomes(ctx context.Context, client *laneClient) iter.Seq2[string, error] {
	if r.job.Write {
		return r.write(ctx, client)
	}
	return r.remove(ctx, client)
}

func (r *sliceRun) remove(ctx context.Context, client *laneClient) iter.Seq2[string, error] {
	pending, keys, all, drain := r.state.Load().Pending(), r.job.TagKeys, r.job.All, r.lease.drain
	switch r.in.Lane.Service {
	case untag.ServiceTag:
		own, foreign := r.split(client.tag, pending)
		run := client.tag.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: own, TagKeys: keys, Unordered: true, Drain: drain})
		return after(foreign, run)
	case untag.ServiceECS:
		return client.ecs.UntagMany(ctx, ecs.UntagManyRequest{
			ResourceType: ecs.ResourceType(r.object.Type), ResourceIDs: pending, TagKeys: keys, All: all, Unordered: true, Drain: drain,
		})
	case untag.ServiceVPCIPAM:
		return client.vpc.UntagMany(ctx, vpc.UntagManyRequest{
			ResourceType: vpc.ResourceType(r.object.Type), ResourceIDs: pending, TagKeys: keys, All: all, Unordered: true, Drain: drain,
		})
	default:
		return client.sharing.UntagMany(ctx, resourcesharing.UntagManyRequest{
			ResourceType: resourcesharing.ResourceType(r.object.Type), ResourceIDs: pending, TagKeys: keys, All: all, Unordered: true, Drain: drain,
		})
	}
}

// split takes those resources out whose ARN belongs to another lane: they are malformed, and never sent.
func (r *sliceRun) split(client *tag.Client, pending iter.Seq[string]) (own iter.Seq[string], foreign map[string]error) {
	foreign = make(map[string]error)
	var rest []string
	for arn := range pending {
		if err := r.foreign(client, arn); err != nil {
			foreign[arn] = err
		} else {
			rest = append(rest, arn)
		}
	}
	return slices.Values(rest), foreign
}

// splitPairs is split for resources with tags to write.
func (r *sliceRun) splitPairs(
	client *tag.Client, pending iter.Seq2[string, []untag.Tag],
) (own iter.Seq2[string, []untag.Tag], foreign map[string]error) {
	foreign = make(map[string]error)
	for arn := range pending {
		if err := r.foreign(client, arn); err != nil {
			foreign[arn] = err
		}
	}
	return func(yield func(string, []untag.Tag) bool) {
		for arn, tags := range pending {
			if foreign[arn] == nil && !yield(arn, tags) {
				return
			}
		}
	}, foreign
}

// foreign is the error of an ARN that names another account than the lane's, or whose calls go to another region; nil if
// neither is so, or if the ARN is malformed, which its run says better.
func (r *sliceRun) foreign(client *tag.Client, arn string) error {
	reason := ""
	lane := r.in.Lane
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && strings.Trim(parts[4], "*") != "" && parts[4] != lane.Account {
		reason = "belongs to account " + parts[4] + ", and its lane is of account " + lane.Account
	} else if region, err := client.RegionOf(arn); err == nil && region != lane.Region {
		reason = "belongs to region " + region + ", and its lane is of region " + lane.Region
	}
	if reason == "" {
		return nil
	}
	return &untag.ValidationError{Request: "Resource", Problems: []untag.Problem{{Field: "ID", Value: arn, Reason: reason}}}
}

// after yields the resources that are malformed, and then those of the run.
func after(malformed map[string]error, run iter.Seq2[string, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for resource, err := range malformed {
			if !yield(resource, err) {
				return
			}
		}
		run(yield)
	}
}

// timeoutOf is how long an HTTP attempt takes at most.
func timeoutOf(config untag.Config) time.Duration {
	if config.Timeout > 0 {
		return config.Timeout
	}
	return defaultTimeout // of untag.Config
}

const defaultTimeout = 30 * time.Second

// isRegionCode reports whether a code of the service says that a region takes no calls.
func isRegionCode(code string) bool {
	return code == untag.CodeUnsupportedEndpoint || code == "Invalid.RegionId" || strings.HasPrefix(code, "InvalidRegionId") || code == "InvalidParameter.RegionId"
}

func (r *sliceRun) write(ctx context.Context, client *laneClient) iter.Seq2[string, error] {
	pending, drain := r.state.Load().PendingTags(), r.lease.drain
	switch r.in.Lane.Service {
	case untag.ServiceTag:
		own, foreign := r.splitPairs(client.tag, pending)
		run := client.tag.TagMany(ctx, tag.TagManyRequest{Resources: own, Unordered: true, Drain: drain})
		return after(foreign, run)
	case untag.ServiceECS:
		return client.ecs.TagMany(ctx, ecs.TagManyRequest{
			ResourceType: ecs.ResourceType(r.object.Type), Resources: pending, Unordered: true, Drain: drain,
		})
	case untag.ServiceVPCIPAM:
		return client.vpc.TagMany(ctx, vpc.TagManyRequest{
			ResourceType: vpc.ResourceType(r.object.Type), Resources: pending, Unordered: true, Drain: drain,
		})
	default:
		return client.sharing.TagMany(ctx, resourcesharing.TagManyRequest{
			ResourceType: resourcesharing.ResourceType(r.object.Type), Resources: pending, Unordered: true, Drain: drain,
		})
	}
}
