package main

import (
	"context"
	"net/http"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/openapi-util/service"
	tagv2 "github.com/alibabacloud-go/tag-20180828/v2/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bench/floor"
)

// openapiCall calls the newer of the vendor's cores as its generated clients do. Their Tag is here itself. Their ECS
// takes 1.8 GB to compile, so what it does is written out below. Over the network the core has its own transport, as
// it does by default, which keeps two idle connections.
func openapiCall(w work, to target) (call, error) {
	config := &openapi.Config{
		AccessKeyId: tea.String(floor.AccessKeyID), AccessKeySecret: tea.String(floor.AccessKeySecret),
		Endpoint: tea.String(to.host(w)), Protocol: tea.String(to.scheme()), RegionId: tea.String(region),
	}
	if to.stub != nil {
		config.HttpClient = openapiTransport{&http.Client{Transport: to.stub}}
	}
	if w.service == untag.ServiceTag {
		client, err := tagv2.NewClient(config)
		return func(context.Context) error {
			request := new(tagv2.UntagResourcesRequest).SetRegionId(region).
				SetResourceARN(tea.StringSlice(w.resources)).SetTagKey(tea.StringSlice(w.keys))
			response, err := client.UntagResources(request)
			if err != nil {
				return err
			}
			return floor.Confirmed(tea.StringValue(response.Body.RequestId))
		}, err
	}
	client, err := openapi.NewClient(config)
	return func(context.Context) error {
		request := &openapiECSRequest{
			RegionId: tea.String(region), ResourceType: tea.String("instance"),
			ResourceId: tea.StringSlice(w.resources), TagKey: tea.StringSlice(w.keys),
		}
		response, err := openapiECS(client, request, &util.RuntimeOptions{})
		if err != nil {
			return err
		}
		return floor.Confirmed(tea.StringValue(response.Body.RequestId))
	}, err
}

// openapiTransport puts a transport below the core.
type openapiTransport struct{ client *http.Client }

func (t openapiTransport) Call(request *http.Request, _ *http.Transport) (*http.Response, error) {
	return t.client.Do(request)
}

//nolint:revive // the vendor's names
type openapiECSRequest struct {
	All                  *bool     `json:"All,omitempty" xml:"All,omitempty"`
	OwnerAccount         *string   `json:"OwnerAccount,omitempty" xml:"OwnerAccount,omitempty"`
	OwnerId              *int64    `json:"OwnerId,omitempty" xml:"OwnerId,omitempty"`
	RegionId             *string   `json:"RegionId,omitempty" xml:"RegionId,omitempty"`
	ResourceId           []*string `json:"ResourceId,omitempty" xml:"ResourceId,omitempty" type:"Repeated"`
	ResourceOwnerAccount *string   `json:"ResourceOwnerAccount,omitempty" xml:"ResourceOwnerAccount,omitempty"`
	ResourceOwnerId      *int64    `json:"ResourceOwnerId,omitempty" xml:"ResourceOwnerId,omitempty"`
	ResourceType         *string   `json:"ResourceType,omitempty" xml:"ResourceType,omitempty"`
	TagKey               []*string `json:"TagKey,omitempty" xml:"TagKey,omitempty" type:"Repeated"`
}

type openapiECSResponse struct {
	Headers    map[string]*string `json:"headers,omitempty" xml:"headers,omitempty"`
	StatusCode *int32             `json:"statusCode,omitempty" xml:"statusCode,omitempty"`
	Body       *openapiECSBody    `json:"body,omitempty" xml:"body,omitempty"`
}

type openapiECSBody struct {
	RequestId *string `json:"RequestId,omitempty" xml:"RequestId,omitempty"` //nolint:revive // the vendor's name
}

// openapiECS does what ecs-20140526/v4 does in UntagResourcesWithOptions, step by step.
func openapiECS(client *openapi.Client, request *openapiECSRequest, runtime *util.RuntimeOptions) (*openapiECSResponse, error) {
	if err := util.ValidateModel(request); err != nil {
		return nil, err
	}
	query := map[string]any{}
	for _, field := range []struct {
		name  string
		value any
	}{
		{"All", request.All},
		{"OwnerAccount", request.OwnerAccount},
		{"OwnerId", request.OwnerId},
		{"RegionId", request.RegionId},
		{"RegionId", request.RegionId},
		{"ResourceId", request.ResourceId},
		{"ResourceOwnerAccount", request.ResourceOwnerAccount},
		{"ResourceOwnerId", request.ResourceOwnerId},
		{"ResourceType", request.ResourceType},
		{"TagKey", request.TagKey},
	} {
		if !tea.BoolValue(util.IsUnset(field.value)) {
			query[field.name] = field.value
		}
	}
	in := &openapi.OpenApiRequest{Query: openapiutil.Query(query)}
	params := &openapi.Params{
		Action:      tea.String(action),
		Version:     tea.String("2014-05-26"),
		Protocol:    tea.String("HTTPS"),
		Pathname:    tea.String("/"),
		Method:      tea.String("POST"),
		AuthType:    tea.String("AK"),
		Style:       tea.String("RPC"),
		ReqBodyType: tea.String("formData"),
		BodyType:    tea.String("json"),
	}
	response := &openapiECSResponse{}
	body, err := client.CallApi(params, in, runtime)
	if err != nil {
		return nil, err
	}
	return response, tea.Convert(body, &response)
}
