//go:build programs

// Command classic uses the clients of alibaba-cloud-sdk-go for the two of the four services that it can untag.
package main

import (
	"fmt"
	"os"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/tag"
)

func main() {
	if err := run(os.Args[1:], []string{"env"}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ids, keys []string) error {
	id, secret := os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
	tagClient, err := tag.NewClientWithAccessKey("cn-hangzhou", id, secret)
	if err != nil {
		return err
	}
	ecsClient, err := ecs.NewClientWithAccessKey("cn-hangzhou", id, secret)
	if err != nil {
		return err
	}
	tagRequest := tag.CreateUntagResourcesRequest()
	tagRequest.ResourceARN, tagRequest.TagKey = &ids, &keys
	if _, err := tagClient.UntagResources(tagRequest); err != nil {
		return err
	}
	ecsRequest := ecs.CreateUntagResourcesRequest()
	ecsRequest.ResourceType, ecsRequest.ResourceId, ecsRequest.TagKey = "instance", &ids, &keys
	_, err = ecsClient.UntagResources(ecsRequest)
	return err
}
