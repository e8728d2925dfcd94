package resourcesharing_test

import (
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/resourcesharing"
)

// The numbers are those of the operations' documents.
var description = servicetest.ByID{
	Name: untag.ServiceResourceSharing, New: servicetest.Maker(resourcesharing.New),
	Hosts: map[string]string{
		"cn-hangzhou": "resourcesharing.cn-hangzhou.aliyuncs.com", "cn-beijing": "resourcesharing.cn-beijing.aliyuncs.com", "eu-central-1": "resourcesharing.eu-central-1.aliyuncs.com",
	},
	Untag: resourcesharing.UntagResourcesRequest{}, List: resourcesharing.ListTagResourcesRequest{}, Tag: resourcesharing.TagResourcesRequest{},
	Type: "ResourceShare", Default: true, MaxResources: 20, MaxTagKeys: 20, MaxListResources: 20, MaxTagResources: 20, MaxTags: 20,
	MaxKey: 128, KeyURL: true, ValueACS: true, Unselected: servicetest.UnlessNone,
}

func TestService(t *testing.T)  { description.Test(t) }
func TestRequests(t *testing.T) { description.RequestsStay(t) }

func TestValidRequestAllocatesNothing(t *testing.T) { description.Allocations(t) }

func TestCodes(t *testing.T) { servicetest.Codes(t, resourcesharing.Service) }
