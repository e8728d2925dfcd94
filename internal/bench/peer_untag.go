package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/bench/floor"
	"github.com/untag-go/untag/tag"
)

// untagConfig is the SDK as it comes: validation, pace, credentials, signing, time-out and retries are on.
func untagConfig(to target) untag.Config {
	config := untag.Config{
		Region:      region,
		Credentials: untag.StaticCredentials(floor.AccessKeyID, floor.AccessKeySecret, ""),
		HTTPClient:  &http.Client{Transport: to.transport()},
	}
	if to.address != "" {
		config.Endpoint = to.url(work{})
	}
	return config
}

func untagCall(w work, to target) (call, error) {
	return untagWith(untagConfig(to), w)
}

// untagHooksCall has both hooks, and a logger that drops everything below warnings, too.
func untagHooksCall(w work, to target) (call, error) {
	config := untagConfig(to)
	config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) { return ctx, nil }
	config.OnAttempt = func(context.Context, untag.Attempt) {}
	config.Logger = slog.New(slog.DiscardHandler)
	return untagWith(config, w)
}

func untagWith(config untag.Config, w work) (call, error) {
	if w.service == untag.ServiceTag {
		client, err := tag.New(config)
		return func(ctx context.Context) error {
			response, err := client.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: w.resources, TagKeys: w.keys})
			if err != nil {
				return err
			}
			return floor.Confirmed(response.RequestID)
		}, err
	}
	client, err := ecs.New(config)
	return func(ctx context.Context) error {
		response, err := client.UntagResources(ctx, ecs.UntagResourcesRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: w.resources, TagKeys: w.keys,
		})
		if err != nil {
			return err
		}
		return floor.Confirmed(response.RequestID)
	}, err
}
