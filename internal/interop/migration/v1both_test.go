package migration_test

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"slices"
)

// docs:start v1-both-imports
import (
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkcredentials "github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	sdktag "github.com/aliyun/alibaba-cloud-sdk-go/services/tag"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// docs:end

// docs:start v1-adapter

// sdkCredentials gives the clients of alibaba-cloud-sdk-go the credentials that the new clients have.
type sdkCredentials struct{ untag.CredentialProvider }

func (c sdkCredentials) GetCredentials() (*sdkcredentials.Credentials, error) {
	model, err := c.GetCredential()
	if err != nil {
		return nil, err
	}
	return &sdkcredentials.Credentials{
		AccessKeyId:     tea.StringValue(model.AccessKeyId),
		AccessKeySecret: tea.StringValue(model.AccessKeySecret),
		SecurityToken:   tea.StringValue(model.SecurityToken),
		BearerToken:     tea.StringValue(model.BearerToken),
	}, nil
}

func (sdkCredentials) GetProviderName() string { return "shared" }

// docs:end

func v1Both(ctx context.Context) error {
	// docs:start v1-both
	credential, err := credentials.NewCredential(nil) // the default chain of credentials-go
	if err != nil {
		return err
	}
	old, err := sdktag.NewClientWithOptions("cn-hangzhou", sdk.NewConfig().WithScheme("HTTPS"), sdkCredentials{credential})
	if err != nil {
		return err
	}
	client, err := tag.New(untag.Config{Region: "cn-hangzhou", Credentials: credential})
	if err != nil {
		return err
	}

	var arns []string // listed to the end before the first tag is removed: the listing is by that tag
	request := sdktag.CreateListTagResourcesRequest()
	request.Tags = `{"env":"test"}`
	for more := true; more; more = request.NextToken != "" {
		response, err := old.ListTagResources(request)
		if err != nil {
			return err
		}
		for _, r := range response.TagResources {
			arns = append(arns, r.ResourceARN)
		}
		request.NextToken = response.NextToken
	}

	for arn, err := range client.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"env"}}) {
		if err != nil {
			log.Print(arn, ": ", err)
		}
	}
	// docs:end
	return nil
}

// docs:start v1-adapter-back

// oldCredentials gives the new clients what a provider of alibaba-cloud-sdk-go has.
type oldCredentials struct {
	sdkcredentials.CredentialsProvider
}

func (c oldCredentials) GetCredential() (*credentials.CredentialModel, error) {
	old, err := c.GetCredentials()
	if err != nil {
		return nil, err
	}
	return &credentials.CredentialModel{
		AccessKeyId:     &old.AccessKeyId,
		AccessKeySecret: &old.AccessKeySecret,
		SecurityToken:   &old.SecurityToken,
		BearerToken:     &old.BearerToken,
	}, nil
}

// docs:end

func v1OwnProvider(provider sdkcredentials.CredentialsProvider) (*tag.Client, error) {
	// docs:start v1-own-provider
	client, err := tag.New(untag.Config{Region: "cn-hangzhou", Credentials: oldCredentials{provider}})
	// docs:end
	return client, err
}

// docs:start v1-bridge

// asServerError makes an error of untag one of alibaba-cloud-sdk-go, for code that is not rewritten yet.
func asServerError(err error) error {
	refused, ok := errors.AsType[*untag.APIError](err)
	if !ok {
		return err
	}
	answer, _ := json.Marshal(map[string]string{
		"Code": refused.Code, "Message": refused.Message, "RequestId": refused.RequestID,
		"HostId": refused.HostID, "Recommend": refused.Recommend,
	})
	return sdkerrors.NewServerError(refused.StatusCode, string(answer), "")
}

// docs:end
