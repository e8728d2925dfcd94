package resourcesharing_test

import (
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/fixture"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/resourcesharing"
)

// The numbers are those of the operations' documents.
var description = servicetest.ByID{
	Name: untag.ServiceResourceSharing, New: servicetest.Maker(resourcesharing.New),
	Hosts: map[string]string{
		"cn-hangzhou": "resourcesharing.cn-hangzhou.aliyuncs.com", "cn-beijing": "resourcesharing.cn-beijing.aliyuncs.com", "eu-central-1": "resourcesharing.eu-central-1.aliyuncs.com",
	},
	Untag: resourcesharing.UntagResourcesRequest{}, List: resourcesharing.ListTagResourcesRequest{}, Tag: resourcesharing.TagResourcesRequest{}, Many: resourcesharing.TagManyRequest{}, UntagMany: resourcesharing.UntagManyRequest{},
	Product: "resourcesharing", Type: "ResourceShare", Default: true, MaxResources: 20, MaxTagKeys: 20, MaxListResources: 20, MaxTagResources: 20, MaxTags: 20,
	MaxKey: 128, KeyURL: true, ValueACS: true, Unselected: servicetest.UnlessNone,
}

func TestService(t *testing.T)  { description.Test(t) }
func TestTagMany(t *testing.T)  { description.TagMany(t) }
func TestFixtures(t *testing.T) { fixture.Play(t, description.New, description.Requests()...) }
func TestLiveFixtures(t *testing.T) {
	fixture.ReplayLive(t, fixture.Untag(description.New, description.Untag))
}

func TestRecord(t *testing.T)   { fixture.Record(t, fixture.Untag(description.New, description.Untag)) }
func TestRequests(t *testing.T) { description.RequestsStay(t) }

func TestValidRequestAllocatesNothing(t *testing.T) { description.Allocations(t) }

func TestCodes(t *testing.T) { servicetest.Codes(t, resourcesharing.Service) }
