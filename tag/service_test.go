package tag_test

import (
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/fixture"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

var (
	newClient = servicetest.Maker(tag.New)
	hosts     = map[string]string{"cn-hangzhou": "tag.cn-hangzhou.aliyuncs.com", "cn-beijing": "tag.cn-beijing.aliyuncs.com", "eu-central-1": "tag.eu-central-1.aliyuncs.com"}
)

const instances = "arn:acs:ecs:cn-hangzhou:123456789:instance/i-"

// valid are the fields of valid requests.
var valid = servicetest.Fields{
	"Region": "cn-hangzhou", "Resources": []string{"arn:acs:ecs:*:*:instance/i-1"}, "TagKeys": []string{"k"},
	"Tags": []untag.Tag{{Key: "k", Value: "v"}}, "Key": "k",
}

// operations are the zero requests of all operations.
var operations = []any{
	tag.UntagResourcesRequest{},
	tag.TagResourcesRequest{},
	tag.ListTagResourcesRequest{},
	tag.ListTagKeysRequest{},
	tag.ListTagValuesRequest{},
	tag.ListSupportResourceTypesRequest{},
	tag.DescribeRegionsRequest{},
	tag.ListAssociatedResourceRulesRequest{},
}

func TestClient(t *testing.T) {
	var requests []any
	for _, zero := range operations {
		requests = append(requests, servicetest.Fill(zero, valid))
	}
	servicetest.Client(t, untag.ServiceTag, hosts, newClient, requests...)
}

func TestGolden(t *testing.T) {
	t.Parallel()
	servicetest.Golden(t, hosts, newClient, operations...)
}

func TestRegionRules(t *testing.T) {
	t.Parallel()
	for _, zero := range operations {
		servicetest.Rules(t, newClient, servicetest.RegionRules(zero, valid))
	}
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	fixture.Play(t, newClient, operations...)
}

func TestLiveFixtures(t *testing.T) {
	fixture.ReplayLive(t, fixture.Untag(newClient, tag.UntagResourcesRequest{}))
}

func TestRecord(t *testing.T) {
	fixture.Record(t, fixture.Untag(newClient, tag.UntagResourcesRequest{}))
}
