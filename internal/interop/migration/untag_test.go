package migration_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/stretchr/testify/require"
)

// docs:start imports
import (
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// docs:end

// These are the sides "after" of both pages.

func newKey() (*tag.Client, error) {
	// docs:start key
	client, err := tag.New(untag.Config{
		Region:      "cn-hangzhou",
		Credentials: untag.StaticCredentials(accessKeyID, accessKeySecret, ""),
	})
	// docs:end
	return client, err
}

func newChain() (*tag.Client, error) {
	// docs:start chain
	client, err := tag.New(untag.Config{Region: "cn-hangzhou"})
	// docs:end
	return client, err
}

func newSTS() (*tag.Client, error) {
	// docs:start sts
	client, err := tag.New(untag.Config{
		Region:      "cn-hangzhou",
		Credentials: untag.StaticCredentials(stsKeyID, stsKeySecret, stsToken),
	})
	// docs:end
	return client, err
}

func newRole() (*tag.Client, error) {
	// docs:start role
	credential, err := credentials.NewCredential(new(credentials.Config).
		SetType("ram_role_arn").
		SetAccessKeyId(accessKeyID).
		SetAccessKeySecret(accessKeySecret).
		SetRoleArn(roleARN).
		SetRoleSessionName("untag"))
	if err != nil {
		return nil, err
	}
	client, err := tag.New(untag.Config{Region: "cn-hangzhou", Credentials: credential})
	// docs:end
	return client, err
}

func newCredential(credential credentials.Credential) (*tag.Client, error) {
	// docs:start credential
	client, err := tag.New(untag.Config{Region: "cn-hangzhou", Credentials: credential})
	// docs:end
	return client, err
}

func newNetworkVPC() (*tag.Client, error) {
	// docs:start network
	client, err := tag.New(untag.Config{Region: "cn-hangzhou", Network: untag.NetworkVPC})
	// docs:end
	return client, err
}

func newEndpoint() (*tag.Client, error) {
	// docs:start endpoint
	client, err := tag.New(untag.Config{Region: "cn-hangzhou", Endpoint: "tag.aliyuncs.com"})
	// docs:end
	return client, err
}

func newTag(ctx context.Context, client *tag.Client) error {
	// docs:start tag
	response, err := client.UntagResources(ctx, tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:ecs:cn-hangzhou:*:instance/i-bp1j6qtvdm8w0z1o0"},
		TagKeys:      []string{"env"},
	})
	if err != nil {
		return err
	}
	log.Print(response.RequestID)
	// docs:end
	return nil
}

func newList(ctx context.Context, client *tag.Client) (arns []string, err error) {
	// docs:start list
	for resource, err := range client.ListTagResourcesAll(ctx, tag.ListTagResourcesRequest{
		Tags: []untag.Tag{{Key: "env", Value: "test"}},
	}) {
		if err != nil { // the last pair: the listing could not go on
			return nil, err
		}
		arns = append(arns, resource.ResourceARN)
	}
	return arns, nil
	// docs:end
}

func newWrite(ctx context.Context, client *tag.Client) error {
	// docs:start write
	_, err := client.TagResources(ctx, tag.TagResourcesRequest{
		ResourceARNs: []string{"arn:acs:ecs:cn-hangzhou:*:instance/i-bp1j6qtvdm8w0z1o0"},
		Tags:         []untag.Tag{{Key: "owner", Value: "ada"}},
	}) // a *tag.PartialError if the answer names the resource as failed
	// docs:end
	return err
}

func newECS(ctx context.Context, client *ecs.Client) error {
	// docs:start ecs
	response, err := client.UntagResources(ctx, ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs:  []string{"i-bp1j6qtvdm8w0z1o0"},
		TagKeys:      []string{"env"},
	})
	if err != nil {
		return err
	}
	log.Print(response.RequestID)
	// docs:end
	return nil
}

func newIPAM(ctx context.Context) error {
	// docs:start vpc
	client, err := vpc.New(untag.Config{Region: "cn-hangzhou"})
	if err != nil {
		return err
	}
	_, err = client.UntagResources(ctx, vpc.UntagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAMPool,
		ResourceIDs:  []string{"ipam-pool-6rcq3tobayc20t"},
		TagKeys:      []string{"env"},
	})
	// docs:end
	return err
}

func newSharing(ctx context.Context) error {
	// docs:start resourcesharing
	client, err := resourcesharing.New(untag.Config{Region: "cn-hangzhou"})
	if err != nil {
		return err
	}
	_, err = client.UntagResources(ctx, resourcesharing.UntagResourcesRequest{
		ResourceIDs: []string{"rs-6GRmdD3X"},
		TagKeys:     []string{"env"},
	})
	// docs:end
	return err
}

func newExplain(err error) string {
	// docs:start errors
	switch {
	case errors.Is(err, untag.ErrThrottled):
		return "too many calls"
	case errors.Is(err, untag.ErrNotFound):
		return "does not exist"
	}
	refused, ok := errors.AsType[*untag.APIError](err)
	if !ok {
		return "no answer"
	}
	return fmt.Sprintf("%s, HTTP %d, request %s", refused.Code, refused.StatusCode, refused.RequestID)
	// docs:end
}

// newSDKError needs the vendor's module tea and works on the errors of both.
func newSDKError(err error) string {
	// docs:start sdk-error
	var sdkErr *tea.SDKError
	if !errors.As(err, &sdkErr) {
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

func newFakeError() error {
	// docs:start fake
	err := &untag.APIError{Code: "Throttling.User", StatusCode: 400, RequestID: "1", Kind: untag.ErrThrottled}
	// docs:end
	return err
}

func newPartial(ctx context.Context, client *tag.Client, request tag.UntagResourcesRequest) error {
	// docs:start partial
	_, err := client.UntagResources(ctx, request)
	if partial, ok := errors.AsType[*tag.PartialError](err); ok {
		for _, failed := range partial.Failed {
			log.Printf("%s: %s", failed.ResourceARN, failed.Code)
		}
	}
	// docs:end
	return err
}

func newTimeout(ctx context.Context, request tag.UntagResourcesRequest) error {
	// docs:start timeout
	client, err := tag.New(untag.Config{
		Region:  "cn-hangzhou",
		Timeout: 10 * time.Second, // of an attempt, from the connection to the end of the answer
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // of the call, with its pauses and repetitions
	defer cancel()
	_, err = client.UntagResources(ctx, request)
	// docs:end
	return err
}

func newRetry() (*tag.Client, error) {
	// docs:start retry
	client, err := tag.New(untag.Config{
		Region: "cn-hangzhou",
		Retry: untag.Retry{ // each field has a default
			MaxAttempts: 3,
			BaseDelay:   100 * time.Millisecond,
			MaxDelay:    5 * time.Second,
			MaxThrottle: 30 * time.Second,
		},
	})
	// docs:end
	return client, err
}

func newTransport(proxyURL *url.URL) (*tag.Client, error) {
	// docs:start transport
	transport := untag.NewTransport()
	transport.Proxy = http.ProxyURL(proxyURL) // by default the proxies of the environment
	client, err := tag.New(untag.Config{
		Region:     "cn-hangzhou",
		HTTPClient: &http.Client{Transport: transport},
	})
	// docs:end
	return client, err
}

func newLog(out io.Writer) (*tag.Client, error) {
	// docs:start log
	client, err := tag.New(untag.Config{
		Region: "cn-hangzhou",
		Logger: slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	// docs:end
	return client, err
}

func newManyARNs(ctx context.Context, client *tag.Client, arns, keys []string) ([]string, error) {
	// docs:start many-arns
	var failed []string
	var ended error // why the run ended early, if it did
	for arn, err := range client.UntagMany(ctx, tag.UntagManyRequest{
		ResourceARNs: slices.Values(arns),
		TagKeys:      keys,
	}) {
		switch {
		case arn == "":
			ended = err
		case err != nil:
			failed = append(failed, arn)
		}
	}
	// docs:end
	return failed, ended
}

func newManyIDs(ctx context.Context, client *ecs.Client, ids, keys []string) ([]string, error) {
	// docs:start many-ids
	var failed []string
	var ended error // why the run ended early, if it did
	for id, err := range client.UntagMany(ctx, ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs:  slices.Values(ids),
		TagKeys:      keys,
	}) {
		switch {
		case id == "":
			ended = err
		case err != nil:
			failed = append(failed, id) // this one alone, with its own error
		}
	}
	// docs:end
	return failed, ended
}

// newMock is a test of newTag as users write it.
func newMock(t *testing.T) {
	// docs:start mock
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{
		Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-bp1j6qtvdm8w0z1o0",
		Tags: map[string]string{"env": "test", "team": "blue"},
	})
	client, err := tag.New(cloud.Config())
	if err != nil {
		t.Fatal(err)
	}
	// docs:end
	require.NoError(t, newTag(t.Context(), client))
	// docs:start mock-check
	tags, _ := cloud.Tags("ecs", "cn-hangzhou", "instance", "i-bp1j6qtvdm8w0z1o0")
	if _, ok := tags["env"]; ok || len(tags) != 1 {
		t.Errorf("the tags are now %v", tags)
	}
	// docs:end
}
