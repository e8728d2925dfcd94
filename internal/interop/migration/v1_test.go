package migration_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// docs:start v1-imports
import (
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/tag"
)

// docs:end

// These are the sides "before" of docs/from-alibaba-cloud-sdk-go.md.

func v1Key() (*tag.Client, error) {
	// docs:start v1-key
	config := sdk.NewConfig().WithScheme("HTTPS") // the default is HTTP
	credential := credentials.NewAccessKeyCredential(accessKeyID, accessKeySecret)
	client, err := tag.NewClientWithOptions("cn-hangzhou", config, credential)
	// docs:end
	return client, err
}

func v1Chain() (*tag.Client, error) {
	config := sdk.NewConfig().WithScheme("HTTPS")
	// docs:start v1-chain
	client, err := tag.NewClientWithOptions("cn-hangzhou", config, nil)
	// docs:end
	return client, err
}

func v1STS() (*tag.Client, error) {
	config := sdk.NewConfig().WithScheme("HTTPS")
	// docs:start v1-sts
	credential := credentials.NewStsTokenCredential(stsKeyID, stsKeySecret, stsToken)
	client, err := tag.NewClientWithOptions("cn-hangzhou", config, credential)
	// docs:end
	return client, err
}

func v1Role() (*tag.Client, error) {
	config := sdk.NewConfig().WithScheme("HTTPS")
	// docs:start v1-role
	credential := credentials.NewRamRoleArnCredential(accessKeyID, accessKeySecret, roleARN, "untag", 3600)
	client, err := tag.NewClientWithOptions("cn-hangzhou", config, credential)
	// docs:end
	return client, err
}

func v1Network(client *tag.Client) {
	// docs:start v1-network
	client.Network = "vpc"
	// docs:end
}

func v1Endpoint(client *tag.Client) {
	// docs:start v1-endpoint
	client.Domain = "tag.aliyuncs.com"
	// docs:end
}

func v1Tag(client *tag.Client) error {
	// docs:start v1-tag
	request := tag.CreateUntagResourcesRequest()
	request.ResourceARN = &[]string{"arn:acs:ecs:cn-hangzhou:*:instance/i-bp1j6qtvdm8w0z1o0"}
	request.TagKey = &[]string{"env"}
	response, err := client.UntagResources(request)
	if err != nil {
		return err
	}
	log.Print(response.RequestId)
	// docs:end
	return nil
}

func v1List(client *tag.Client) (arns []string, err error) {
	// docs:start v1-list
	request := tag.CreateListTagResourcesRequest()
	request.Scheme = "HTTPS"
	request.Tags = `{"env":"test"}`
	request.PageSize = requests.NewInteger(1000)
	for {
		response, err := client.ListTagResources(request)
		if err != nil {
			return nil, err
		}
		for _, resource := range response.TagResources {
			arns = append(arns, resource.ResourceARN)
		}
		if response.NextToken == "" {
			return arns, nil
		}
		request.NextToken = response.NextToken
	}
	// docs:end
}

func v1Write(client *tag.Client) error {
	// docs:start v1-write
	request := tag.CreateTagResourcesRequest()
	request.Scheme = "HTTPS"
	request.ResourceARN = &[]string{"arn:acs:ecs:cn-hangzhou:*:instance/i-bp1j6qtvdm8w0z1o0"}
	request.Tags = `{"owner":"ada"}`
	_, err := client.TagResources(request) // nil also if the answer names the resource as failed
	// docs:end
	return err
}

func v1IPAM(client *tag.Client) error {
	// docs:start v1-vpc
	request := requests.NewCommonRequest()
	request.Method = "POST"
	request.Domain = "vpcipam.cn-hangzhou.aliyuncs.com"
	request.Product, request.Version, request.ApiName = "VpcIpam", "2023-02-28", "UntagResources"
	request.QueryParams["ResourceType"] = "IPAMPOOL"
	request.QueryParams["ResourceId.1"] = "ipam-pool-6rcq3tobayc20t"
	request.QueryParams["TagKey.1"] = "env"
	_, err := client.ProcessCommonRequest(request)
	// docs:end
	return err
}

func v1Sharing(client *tag.Client) error {
	// docs:start v1-resourcesharing
	request := requests.NewCommonRequest()
	request.Method = "POST"
	request.Domain = "resourcesharing.cn-hangzhou.aliyuncs.com"
	request.Product, request.Version, request.ApiName = "ResourceSharing", "2020-01-10", "UntagResources"
	request.QueryParams["ResourceType"] = "ResourceShare"
	request.QueryParams["ResourceId.1"] = "rs-6GRmdD3X"
	request.QueryParams["TagKey.1"] = "env"
	_, err := client.ProcessCommonRequest(request)
	// docs:end
	return err
}

func v1Explain(err error) string {
	// docs:start v1-errors
	var refused *sdkerrors.ServerError
	if !errors.As(err, &refused) {
		return "no answer"
	}
	switch code := refused.ErrorCode(); {
	case strings.HasPrefix(code, "Throttling"):
		return "too many calls"
	case code == "InvalidResourceId.NotFound":
		return "does not exist"
	default:
		return fmt.Sprintf("%s, HTTP %d, request %s", code, refused.HttpStatus(), refused.RequestId())
	}
	// docs:end
}

func v1FakeError() error {
	// docs:start v1-fake
	err := sdkerrors.NewServerError(400, `{"Code":"Throttling.User","RequestId":"1"}`, "")
	// docs:end
	return err
}

func v1Partial(client *tag.Client, request *tag.UntagResourcesRequest) error {
	// docs:start v1-partial
	response, err := client.UntagResources(request)
	if err != nil {
		return err
	}
	for _, failed := range response.FailedResources.FailedResource { // err is nil: whoever does not look here sees a success
		log.Printf("%s: %s", failed.ResourceARN, failed.Result.Code)
	}
	// docs:end
	return nil
}

func v1Timeout(client *tag.Client, request *tag.UntagResourcesRequest) error {
	// docs:start v1-timeout
	client.SetConnectTimeout(2 * time.Second)
	client.SetReadTimeout(10 * time.Second) // of an attempt
	_, err := client.UntagResources(request)
	// docs:end
	return err
}

func v1Retry(request *tag.UntagResourcesRequest) error {
	credential := credentials.NewAccessKeyCredential(accessKeyID, accessKeySecret)
	// docs:start v1-retry
	config := sdk.NewConfig().WithScheme("HTTPS").WithAutoRetry(true).WithMaxRetryTime(3)
	client, err := tag.NewClientWithOptions("cn-hangzhou", config, credential)
	if err != nil {
		return err
	}
	pause := 100 * time.Millisecond
	for range 5 { // the SDK leaves throttling to its caller
		_, err = client.UntagResources(request)
		var refused *sdkerrors.ServerError
		if !errors.As(err, &refused) || !strings.HasPrefix(refused.ErrorCode(), "Throttling") {
			break
		}
		time.Sleep(pause)
		pause *= 2
	}
	// docs:end
	return err
}

func v1Proxy(client *tag.Client, proxy string) {
	// docs:start v1-proxy
	client.SetHttpsProxy(proxy) // "http://proxy.example.com:8080"
	// docs:end
}

func v1Transport(transport *http.Transport) (*tag.Client, error) {
	credential := credentials.NewAccessKeyCredential(accessKeyID, accessKeySecret)
	// docs:start v1-transport
	config := sdk.NewConfig().WithScheme("HTTPS").WithHttpTransport(transport)
	client, err := tag.NewClientWithOptions("cn-hangzhou", config, credential)
	// docs:end
	return client, err
}

func v1Log(client *tag.Client, out io.Writer) {
	// docs:start v1-log
	client.SetLogger("info", "untag", out, "{time} {method} {host} {code} {cost} {error}")
	// docs:end
}

func v1Many(client *tag.Client, arns, keys []string, pause time.Duration) ([]string, error) {
	// docs:start v1-many
	var failed []string
	for batch := range slices.Chunk(arns, 50) {
		request := tag.CreateUntagResourcesRequest()
		request.ResourceARN, request.TagKey = &batch, &keys
		response, err := client.UntagResources(request)
		if err != nil {
			return failed, err // and the rest of arns?
		}
		for _, f := range response.FailedResources.FailedResource {
			failed = append(failed, f.ResourceARN)
		}
		time.Sleep(pause) // a guess at the quota
	}
	// docs:end
	return failed, nil
}

// v1Mock is a test of v1Tag as users write it.
func v1Mock(t *testing.T) {
	// docs:start v1-mock
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("Action") != "UntagResources" || r.FormValue("TagKey.1") != "env" {
			t.Errorf("unexpected request: %s", r.URL)
		}
		_, _ = io.WriteString(w, `{"RequestId":"1","FailedResources":{"FailedResource":[]}}`)
	}))
	defer server.Close()
	client, err := tag.NewClientWithAccessKey("cn-hangzhou", "key", "secret")
	if err != nil {
		t.Fatal(err)
	}
	client.Domain = server.Listener.Addr().String()
	// docs:end
	if err := v1Tag(client); err != nil {
		t.Fatal(err)
	}
}
