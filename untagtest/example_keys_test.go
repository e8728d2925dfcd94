package untagtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// Temporary credentials have a token.
func ExampleCloud_AllowKey() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.AllowKey("STS.key-id", "key-secret", "token")
	config := cloud.Config()
	for _, secret := range []string{"key-secret", "a wrong secret"} {
		config.Credentials = untag.StaticCredentials("STS.key-id", secret, "token")
		fmt.Println(codeOf(program(config, "i-1")))
	}
	// Output:
	// <nil>
	// SignatureDoesNotMatch
}

// How does a program take it when its token expires?
func ExampleCloud_ExpireKey() {
	cloud := untagtest.NewCloud()
	cloud.AllowKey("STS.key-id", "key-secret", "token")
	cloud.ExpireKey("STS.key-id")
	config := cloud.Config()
	config.Credentials = untag.StaticCredentials("STS.key-id", "key-secret", "token")
	err := program(config, "i-1")
	fmt.Println(codeOf(err), errors.Is(err, untag.ErrUnauthenticated))
	// Output: InvalidSecurityToken.Expired true
}

// A bearer token needs no signature, so any HTTP client can make the call.
func ExampleCloud_AllowBearer() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.AllowBearer("bearer-token")

	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "https://tag.cn-hangzhou.aliyuncs.com/"+
		"?RegionId=cn-hangzhou&ResourceARN.1=arn:acs:oss:*:*:bucket/logs&TagKey.1=env&SignatureType=BEARERTOKEN", http.NoBody)
	if err != nil {
		fmt.Println(err)
		return
	}
	for name, value := range map[string]string{
		"Accept": "application/json", "x-acs-action": "UntagResources", "x-acs-version": "2018-08-28",
		"x-acs-bearer-token": "bearer-token", "x-acs-signature-nonce": "different in every request",
	} {
		request.Header.Set(name, value)
	}
	response, err := cloud.Config().HTTPClient.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Println(response.Status, string(body), err)
	// Output: 200 OK {"RequestId":"00000000-0000-5000-8000-000000000001","FailedResources":{"FailedResource":[]}} <nil>
}
