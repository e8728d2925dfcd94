package tag_test

import (
	"context"
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

// request is a valid one.
var request = tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:*:*:instance/i-1"}, TagKeys: []string{"k"}}

func TestClient(t *testing.T) {
	servicetest.Client(t, servicetest.Service[tag.Client]{
		Name:  untag.ServiceTag,
		Hosts: map[string]string{"cn-hangzhou": "tag.cn-hangzhou.aliyuncs.com", "eu-central-1": "tag.eu-central-1.aliyuncs.com"},
		New:   tag.New,
		Call: func(ctx context.Context, client *tag.Client, region string) error {
			own := request
			own.Region = region
			_, err := client.UntagResources(ctx, own)
			return err
		},
	})
}
