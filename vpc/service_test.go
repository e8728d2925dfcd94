package vpc_test

import (
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/fixture"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/vpc"
)

// The numbers are those of the operations' documents.
var description = servicetest.ByID{
	Name: untag.ServiceVPCIPAM, New: servicetest.Maker(vpc.New),
	Hosts: map[string]string{
		"cn-hangzhou": "vpcipam.cn-hangzhou.aliyuncs.com", "cn-beijing": "vpcipam.cn-beijing.aliyuncs.com", "eu-central-1": "vpcipam.eu-central-1.aliyuncs.com",
	},
	Untag: vpc.UntagResourcesRequest{}, List: vpc.ListTagResourcesRequest{}, Tag: vpc.TagResourcesRequest{}, Many: vpc.TagManyRequest{}, UntagMany: vpc.UntagManyRequest{},
	Product: "vpcipam", Type: "IPAM", BareRows: true, MaxResources: 20, MaxTagKeys: 20, MaxListResources: 50, MaxTagResources: 20, MaxTags: 20, PageSize: 50,
	MaxKey: 64, UntagKeys: true, Charset: true, Unselected: servicetest.WhenDocumented,
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

func TestCodes(t *testing.T) { servicetest.Codes(t, vpc.Service, vpc.CodeIllegalParamTagValue) }
