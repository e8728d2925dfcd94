//go:build classicecs

package migration_test

import "log"

// docs:start v1-ecs-import
import "github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

// docs:end

func v1ECS(client *ecs.Client) error {
	// docs:start v1-ecs
	request := ecs.CreateUntagResourcesRequest()
	request.ResourceType = "instance"
	request.ResourceId = &[]string{"i-bp1j6qtvdm8w0z1o0"}
	request.TagKey = &[]string{"env"}
	response, err := client.UntagResources(request)
	if err != nil {
		return err
	}
	log.Print(response.RequestId)
	// docs:end
	return nil
}
