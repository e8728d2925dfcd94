package vpc_test

import (
	"context"
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/vpc"
)

// request is a valid one.
var request = vpc.UntagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"id-1"}, TagKeys: []string{"k"}}

func TestClient(t *testing.T) {
	servicetest.Client(t, servicetest.Service[vpc.Client]{
		Name:  untag.ServiceVPCIPAM,
		Hosts: map[string]string{"cn-hangzhou": "vpcipam.cn-hangzhou.aliyuncs.com", "eu-central-1": "vpcipam.eu-central-1.aliyuncs.com"},
		New:   vpc.New,
		Call: func(ctx context.Context, client *vpc.Client, region string) error {
			own := request
			own.Region = region
			_, err := client.UntagResources(ctx, own)
			return err
		},
	})
}
