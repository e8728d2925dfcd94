package resourcesharing_test

import (
	"context"
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/resourcesharing"
)

// request is a valid one.
var request = resourcesharing.UntagResourcesRequest{ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: []string{"id-1"}, TagKeys: []string{"k"}}

func TestClient(t *testing.T) {
	servicetest.Client(t, servicetest.Service[resourcesharing.Client]{
		Name:  untag.ServiceResourceSharing,
		Hosts: map[string]string{"cn-hangzhou": "resourcesharing.cn-hangzhou.aliyuncs.com", "eu-central-1": "resourcesharing.eu-central-1.aliyuncs.com"},
		New:   resourcesharing.New,
		Call: func(ctx context.Context, client *resourcesharing.Client, region string) error {
			own := request
			own.Region = region
			_, err := client.UntagResources(ctx, own)
			return err
		},
	})
}
