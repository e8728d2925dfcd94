//go:build programs

// Command openapi uses the vendor's clients of three of the four services, generated on darabonba-openapi/v2. Its client of
// Resource Sharing has no UntagResources.
package main

import (
	"fmt"
	"os"

	"github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs "github.com/alibabacloud-go/ecs-20140526/v4/client"
	tag "github.com/alibabacloud-go/tag-20180828/v2/client"
	"github.com/alibabacloud-go/tea/tea"
	vpcipam "github.com/alibabacloud-go/vpcipam-20230228/client"
	"github.com/aliyun/credentials-go/credentials"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	credential, err := credentials.NewCredential(nil)
	if err != nil {
		return err
	}
	config := &client.Config{Credential: credential, RegionId: tea.String("cn-hangzhou")}
	tagClient, err := tag.NewClient(config)
	if err != nil {
		return err
	}
	ecsClient, err := ecs.NewClient(config)
	if err != nil {
		return err
	}
	ipamClient, err := vpcipam.NewClient(config)
	if err != nil {
		return err
	}
	ids, keys := tea.StringSlice(os.Args[1:]), tea.StringSlice([]string{"env"})
	if _, err := tagClient.UntagResources(new(tag.UntagResourcesRequest).SetResourceARN(ids).SetTagKey(keys)); err != nil {
		return err
	}
	if _, err := ecsClient.UntagResources(new(ecs.UntagResourcesRequest).SetResourceType("instance").SetResourceId(ids).SetTagKey(keys)); err != nil {
		return err
	}
	_, err = ipamClient.UntagResources(new(vpcipam.UntagResourcesRequest).SetResourceType("IPAM").SetResourceId(ids).SetTagKey(keys))
	return err
}
