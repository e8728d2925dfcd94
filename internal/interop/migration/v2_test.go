package migration_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// docs:start v2-imports
import (
	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs20140526 "github.com/alibabacloud-go/ecs-20140526/v4/client"
	tag20180828 "github.com/alibabacloud-go/tag-20180828/v2/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
	vpcipam20230228 "github.com/alibabacloud-go/vpcipam-20230228/client"
	"github.com/aliyun/credentials-go/credentials"
)

// docs:end

// These are the sides "before" of docs/from-darabonba.md.

func v2Key() (*tag20180828.Client, error) {
	// docs:start v2-key
	client, err := tag20180828.NewClient(&openapi.Config{
		AccessKeyId:     tea.String(accessKeyID),
		AccessKeySecret: tea.String(accessKeySecret),
		RegionId:        tea.String("cn-hangzhou"),
	})
	// docs:end
	return client, err
}

func v2STS() (*tag20180828.Client, error) {
	// docs:start v2-sts
	client, err := tag20180828.NewClient(&openapi.Config{
		AccessKeyId:     tea.String(stsKeyID),
		AccessKeySecret: tea.String(stsKeySecret),
		SecurityToken:   tea.String(stsToken),
		RegionId:        tea.String("cn-hangzhou"),
	})
	// docs:end
	return client, err
}

func v2Chain() (*tag20180828.Client, error) {
	// docs:start v2-chain
	credential, err := credentials.NewCredential(nil)
	if err != nil {
		return nil, err
	}
	client, err := tag20180828.NewClient(&openapi.Config{Credential: credential, RegionId: tea.String("cn-hangzhou")})
	// docs:end
	return client, err
}

func v2Role() (*tag20180828.Client, error) {
	// docs:start v2-role
	credential, err := credentials.NewCredential(new(credentials.Config).
		SetType("ram_role_arn").
		SetAccessKeyId(accessKeyID).
		SetAccessKeySecret(accessKeySecret).
		SetRoleArn(roleARN).
		SetRoleSessionName("untag"))
	if err != nil {
		return nil, err
	}
	client, err := tag20180828.NewClient(&openapi.Config{Credential: credential, RegionId: tea.String("cn-hangzhou")})
	// docs:end
	return client, err
}

func v2Endpoint(credential credentials.Credential) (*tag20180828.Client, error) {
	// docs:start v2-endpoint
	client, err := tag20180828.NewClient(&openapi.Config{
		Credential: credential,
		RegionId:   tea.String("cn-hangzhou"),
		Endpoint:   tea.String("tag-vpc.cn-hangzhou.aliyuncs.com"),
	})
	// docs:end
	return client, err
}

func v2Tag(client *tag20180828.Client) error {
	// docs:start v2-tag
	response, err := client.UntagResources(&tag20180828.UntagResourcesRequest{
		RegionId:    tea.String("cn-hangzhou"),
		ResourceARN: tea.StringSlice([]string{"arn:acs:ecs:cn-hangzhou:*:instance/i-bp1j6qtvdm8w0z1o0"}),
		TagKey:      tea.StringSlice([]string{"env"}),
	})
	if err != nil {
		return err
	}
	log.Print(tea.StringValue(response.Body.RequestId))
	// docs:end
	return nil
}

func v2List(client *tag20180828.Client) (arns []string, err error) {
	// docs:start v2-list
	request := &tag20180828.ListTagResourcesRequest{
		RegionId: tea.String("cn-hangzhou"),
		Tags:     tea.String(`{"env":"test"}`),
		PageSize: tea.Int32(1000),
	}
	for {
		response, err := client.ListTagResources(request)
		if err != nil {
			return nil, err
		}
		for _, resource := range response.Body.TagResources {
			arns = append(arns, tea.StringValue(resource.ResourceARN))
		}
		if tea.StringValue(response.Body.NextToken) == "" {
			return arns, nil
		}
		request.NextToken = response.Body.NextToken
	}
	// docs:end
}

func v2Write(client *tag20180828.Client) error {
	// docs:start v2-write
	_, err := client.TagResources(&tag20180828.TagResourcesRequest{
		RegionId:    tea.String("cn-hangzhou"),
		ResourceARN: tea.StringSlice([]string{"arn:acs:ecs:cn-hangzhou:*:instance/i-bp1j6qtvdm8w0z1o0"}),
		Tags:        tea.String(`{"owner":"ada"}`),
	}) // nil also if the answer names the resource as failed
	// docs:end
	return err
}

func v2ECS(client *ecs20140526.Client) error {
	// docs:start v2-ecs
	response, err := client.UntagResources(&ecs20140526.UntagResourcesRequest{
		RegionId:     tea.String("cn-hangzhou"),
		ResourceType: tea.String("instance"),
		ResourceId:   tea.StringSlice([]string{"i-bp1j6qtvdm8w0z1o0"}),
		TagKey:       tea.StringSlice([]string{"env"}),
	})
	if err != nil {
		return err
	}
	log.Print(tea.StringValue(response.Body.RequestId))
	// docs:end
	return nil
}

func v2IPAM(credential credentials.Credential) error {
	// docs:start v2-vpc
	client, err := vpcipam20230228.NewClient(&openapi.Config{
		Credential: credential,
		Endpoint:   tea.String("vpcipam.cn-hangzhou.aliyuncs.com"),
	})
	if err != nil {
		return err
	}
	_, err = client.UntagResources(&vpcipam20230228.UntagResourcesRequest{
		RegionId:     tea.String("cn-hangzhou"),
		ResourceType: tea.String("IPAMPOOL"),
		ResourceId:   tea.StringSlice([]string{"ipam-pool-6rcq3tobayc20t"}),
		TagKey:       tea.StringSlice([]string{"env"}),
	})
	// docs:end
	return err
}

func v2Sharing(credential credentials.Credential) error {
	// docs:start v2-resourcesharing
	client, err := openapi.NewClient(&openapi.Config{
		Credential: credential,
		Endpoint:   tea.String("resourcesharing.cn-hangzhou.aliyuncs.com"),
	})
	if err != nil {
		return err
	}
	params := &openapi.Params{
		Action: tea.String("UntagResources"), Version: tea.String("2020-01-10"), Style: tea.String("RPC"),
		Protocol: tea.String("HTTPS"), Method: tea.String("POST"), Pathname: tea.String("/"),
		AuthType: tea.String("AK"), ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
	}
	request := &openapi.OpenApiRequest{Query: map[string]*string{
		"RegionId":     tea.String("cn-hangzhou"),
		"ResourceType": tea.String("ResourceShare"),
		"ResourceId.1": tea.String("rs-6GRmdD3X"),
		"TagKey.1":     tea.String("env"),
	}}
	_, err = client.CallApi(params, request, &util.RuntimeOptions{})
	// docs:end
	return err
}

func v2Explain(err error) string {
	// docs:start v2-errors
	sdkErr, ok := err.(*tea.SDKError) //nolint:errorlint // as users write it
	if !ok {
		return "no answer"
	}
	switch code := tea.StringValue(sdkErr.Code); code {
	case "Throttling.User", "Throttling.Api":
		return "too many calls"
	case "InvalidResourceId.NotFound":
		return "does not exist"
	default:
		return fmt.Sprintf("%s, HTTP %d", code, tea.IntValue(sdkErr.StatusCode))
	}
	// docs:end
}

func v2Partial(client *tag20180828.Client, request *tag20180828.UntagResourcesRequest) error {
	// docs:start v2-partial
	response, err := client.UntagResources(request)
	if err != nil {
		return err
	}
	if all := response.Body.FailedResources; all != nil { // err is nil: whoever does not look here sees a success
		for _, failed := range all.FailedResource {
			log.Printf("%s: %s", tea.StringValue(failed.ResourceARN), tea.StringValue(failed.Result.Code))
		}
	}
	// docs:end
	return nil
}

func v2Timeout(client *tag20180828.Client, request *tag20180828.UntagResourcesRequest) error {
	// docs:start v2-timeout
	runtime := &util.RuntimeOptions{
		ConnectTimeout: tea.Int(2_000), // milliseconds
		ReadTimeout:    tea.Int(8_000), // both together bound an attempt
	}
	_, err := client.UntagResourcesWithOptions(request, runtime)
	// docs:end
	return err
}

func v2Retry(credential credentials.Credential) (*tag20180828.Client, error) {
	// docs:start v2-retry
	client, err := tag20180828.NewClient(&openapi.Config{
		Credential: credential,
		RegionId:   tea.String("cn-hangzhou"),
		RetryOptions: &dara.RetryOptions{
			Retryable: true,
			RetryCondition: []*dara.RetryCondition{{
				MaxAttempts: 3,
				MaxDelay:    5_000, // milliseconds
				ErrorCode:   []string{"Throttling.User", "Throttling.Api", "ServiceUnavailable", "InternalError"},
				Backoff:     dara.NewFullJitterBackoffPolicy(map[string]interface{}{"policy": "FullJitter", "period": 100}),
			}},
		},
	})
	// docs:end
	return client, err
}

func v2Proxy(credential credentials.Credential, proxy string) (*tag20180828.Client, error) {
	// docs:start v2-proxy
	client, err := tag20180828.NewClient(&openapi.Config{
		Credential: credential,
		RegionId:   tea.String("cn-hangzhou"),
		HttpsProxy: tea.String(proxy), // "http://proxy.example.com:8080"
	})
	// docs:end
	return client, err
}

// docs:start v2-http-client

// ownClient makes an http.Client a dara.HttpClient.
type ownClient struct{ *http.Client }

func (c ownClient) Call(request *http.Request, _ *http.Transport) (*http.Response, error) {
	return c.Do(request)
}

// docs:end

func v2HTTPClient(credential credentials.Credential, httpClient *http.Client) (*tag20180828.Client, error) {
	// docs:start v2-http-client-use
	client, err := tag20180828.NewClient(&openapi.Config{
		Credential: credential,
		RegionId:   tea.String("cn-hangzhou"),
		HttpClient: ownClient{httpClient},
	})
	// docs:end
	return client, err
}

func v2Many(client *ecs20140526.Client, ids, keys []string, pause time.Duration) ([]string, error) {
	// docs:start v2-many
	var failed []string
	for batch := range slices.Chunk(ids, 50) {
		_, err := client.UntagResources(&ecs20140526.UntagResourcesRequest{
			RegionId:     tea.String("cn-hangzhou"),
			ResourceType: tea.String("instance"),
			ResourceId:   tea.StringSlice(batch),
			TagKey:       tea.StringSlice(keys),
		})
		if err != nil {
			failed = append(failed, batch...) // one of them is the reason; ECS does not say which, and did none of the 50
		}
		time.Sleep(pause) // a guess at the quota
	}
	// docs:end
	return failed, nil
}

// v2Mock is a test of v2Tag as users write it.
func v2Mock(t *testing.T) {
	// docs:start v2-mock
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("x-acs-action") != "UntagResources" || r.FormValue("TagKey.1") != "env" {
			t.Errorf("unexpected request: %s", r.URL)
		}
		_, _ = io.WriteString(w, `{"RequestId":"1","FailedResources":{"FailedResource":[]}}`)
	}))
	defer server.Close()
	client, err := tag20180828.NewClient(&openapi.Config{
		AccessKeyId: tea.String("key"), AccessKeySecret: tea.String("secret"),
		Endpoint: tea.String(server.Listener.Addr().String()), Protocol: tea.String("HTTP"),
	})
	if err != nil {
		t.Fatal(err)
	}
	// docs:end
	if err := v2Tag(client); err != nil {
		t.Fatal(err)
	}
}

func v2Both(ctx context.Context) error {
	// docs:start v2-both
	credential, err := credentials.NewCredential(nil) // the default chain, for both
	if err != nil {
		return err
	}
	old, err := tag20180828.NewClient(&openapi.Config{Credential: credential, RegionId: tea.String("cn-hangzhou")})
	if err != nil {
		return err
	}
	client, err := tag.New(untag.Config{Region: "cn-hangzhou", Credentials: credential})
	if err != nil {
		return err
	}

	var arns []string // listed to the end before the first tag is removed: the listing is by that tag
	request := &tag20180828.ListTagResourcesRequest{RegionId: tea.String("cn-hangzhou"), Tags: tea.String(`{"env":"test"}`)}
	for more := true; more; more = tea.StringValue(request.NextToken) != "" {
		response, err := old.ListTagResources(request)
		if err != nil {
			return err
		}
		for _, r := range response.Body.TagResources {
			arns = append(arns, tea.StringValue(r.ResourceARN))
		}
		request.NextToken = response.Body.NextToken
	}

	for arn, err := range client.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"env"}}) {
		if err != nil {
			log.Print(arn, ": ", err)
		}
	}
	// docs:end
	return nil
}
