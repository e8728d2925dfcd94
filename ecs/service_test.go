package ecs_test

import (
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/fixture"
	"github.com/untag-go/untag/internal/servicetest"
)

// The numbers are those of the operations' documents.
var description = servicetest.ByID{
	Name: untag.ServiceECS, New: servicetest.Maker(ecs.New),
	Hosts: map[string]string{
		"cn-hangzhou": "ecs-cn-hangzhou.aliyuncs.com", "cn-beijing": "ecs.cn-beijing.aliyuncs.com", "eu-central-1": "ecs.eu-central-1.aliyuncs.com",
	},
	Untag: ecs.UntagResourcesRequest{}, List: ecs.ListTagResourcesRequest{}, Tag: ecs.TagResourcesRequest{}, Many: ecs.TagManyRequest{}, UntagMany: ecs.UntagManyRequest{},
	Product: "ecs", Type: "instance", MaxResources: 50, MaxTagKeys: 20, MaxListResources: 50, MaxTagResources: 50, MaxTags: 20,
	MaxKey: 128, UntagKeys: true, KeyURL: true, Unselected: servicetest.WhenDocumented, EmptyFilter: servicetest.WhenDocumented,
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

// Param.Conflict is in the vendor's API metadata only.
func TestCodes(t *testing.T) { servicetest.Codes(t, ecs.Service, ecs.CodeParamConflict) }
