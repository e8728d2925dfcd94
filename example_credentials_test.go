package untag_test

import (
	"context"
	"fmt"
	"os"

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

// environment sets variables until restore is called.
func environment(variables map[string]string) (restore func()) {
	before := make(map[string]string)
	for name, value := range variables {
		if old, ok := os.LookupEnv(name); ok {
			before[name] = old
		}
		_ = os.Setenv(name, value)
	}
	return func() {
		for name := range variables {
			_ = os.Unsetenv(name)
			if old, ok := before[name]; ok {
				_ = os.Setenv(name, old)
			}
		}
	}
}

// A program that removes anything says first whose credentials it found. The hook tells it of every request.
func ExampleDefaultCredentials() {
	defer environment(map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "key-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "key-secret", "ALIBABA_CLOUD_SECURITY_TOKEN": "",
	})()
	chain := untag.DefaultCredentials()
	fmt.Println(chain)
	if _, err := chain.GetCredential(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chain)

	cloud := untagtest.NewCloud()
	cloud.AllowKey("key-id", "key-secret", "")
	cloud.AllowAnyResource()
	config := cloud.Config()
	config.Credentials = chain
	config.OnAttempt = func(_ context.Context, a untag.Attempt) { fmt.Println("signed by", a.Credentials) }
	client, err := tag.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	fmt.Println(err)
	// Output:
	// default chain
	// default chain: environment variables
	// signed by environment variables
	// <nil>
}
