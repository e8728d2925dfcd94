package untag_test

import (
	"context"
	"fmt"

	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// vault stands for a program's own store of secrets.
type vault struct{ requests int }

// GetCredential is called before every HTTP attempt, so a token that was renewed is used at once.
func (v *vault) GetCredential() (*credentials.CredentialModel, error) {
	v.requests++
	return &credentials.CredentialModel{
		AccessKeyId:     new("STS.key-id"),
		AccessKeySecret: new("key-secret"),
		SecurityToken:   new("token-of-today"),
	}, nil
}

// A provider of a program's own is a CredentialProvider if it has GetCredential. It needs no lock for the use of one client.
func ExampleCredentialProvider() {
	cloud := untagtest.NewCloud()
	cloud.AllowKey("STS.key-id", "key-secret", "token-of-today")
	cloud.AllowAnyResource()

	provider := new(vault)
	config := cloud.Config()
	config.Credentials = untag.CredentialProvider(provider)
	client, err := tag.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	fmt.Println(provider.requests, err)
	// Output: 1 <nil>
}
