package main

import (
	"context"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	classictag "github.com/aliyun/alibaba-cloud-sdk-go/services/tag"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bench/floor"
)

// classicCall calls the older of the vendor's cores as its generated clients do. Their Tag is here itself. Their ECS
// takes 1.6 GB to compile, so its request and response are written out below. Over the network the core has its own
// transport, as it does by default, which keeps two idle connections.
func classicCall(w work, to target) (call, error) {
	credential := credentials.NewAccessKeyCredential(floor.AccessKeyID, floor.AccessKeySecret)
	client, err := sdk.NewClientWithOptions(region, sdk.NewConfig(), credential)
	if err != nil {
		return nil, err
	}
	if to.stub != nil {
		client.SetTransport(to.stub)
	}
	if w.service == untag.ServiceTag {
		tagClient := &classictag.Client{Client: *client}
		return func(context.Context) error {
			request := classictag.CreateUntagResourcesRequest()
			request.Scheme, request.Domain = to.scheme(), to.host(w)
			request.ResourceARN, request.TagKey = &w.resources, &w.keys
			response, err := tagClient.UntagResources(request)
			if err != nil {
				return err
			}
			return floor.Confirmed(response.RequestId)
		}, nil
	}
	return func(context.Context) error {
		request := &classicECSRequest{RpcRequest: &requests.RpcRequest{}}
		request.InitWithApiInfo("Ecs", "2014-05-26", action, "ecs", "openAPI")
		request.Method = requests.POST
		request.Scheme, request.Domain = to.scheme(), to.host(w)
		request.ResourceId, request.ResourceType, request.TagKey = &w.resources, "instance", &w.keys
		response := &classicECSResponse{BaseResponse: &responses.BaseResponse{}}
		if err := client.DoAction(request, response); err != nil {
			return err
		}
		return floor.Confirmed(response.RequestId)
	}, nil
}

type classicECSRequest struct {
	*requests.RpcRequest
	ResourceOwnerId      requests.Integer `position:"Query" name:"ResourceOwnerId"` //nolint:revive // the vendor's names
	All                  requests.Boolean `position:"Query" name:"All"`
	ResourceId           *[]string        `position:"Query" name:"ResourceId"  type:"Repeated"` //nolint:revive // likewise
	ResourceOwnerAccount string           `position:"Query" name:"ResourceOwnerAccount"`
	OwnerAccount         string           `position:"Query" name:"OwnerAccount"`
	OwnerId              requests.Integer `position:"Query" name:"OwnerId"` //nolint:revive // likewise
	ResourceType         string           `position:"Query" name:"ResourceType"`
	TagKey               *[]string        `position:"Query" name:"TagKey"  type:"Repeated"`
}

type classicECSResponse struct {
	*responses.BaseResponse
	RequestId string `json:"RequestId" xml:"RequestId"` //nolint:revive // likewise
}
