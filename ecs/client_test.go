package ecs_test

import (
	"context"
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/servicetest"
)

// request is a valid one.
var request = ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"id-1"}, TagKeys: []string{"k"}}

func TestClient(t *testing.T) {
	servicetest.Client(t, servicetest.Service[ecs.Client]{
		Name:  untag.ServiceECS,
		Hosts: map[string]string{"cn-hangzhou": "ecs-cn-hangzhou.aliyuncs.com", "eu-central-1": "ecs.eu-central-1.aliyuncs.com"},
		New:   ecs.New,
		Call: func(ctx context.Context, client *ecs.Client, region string) error {
			own := request
			own.Region = region
			_, err := client.UntagResources(ctx, own)
			return err
		},
	})
}
