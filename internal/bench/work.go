package main

import (
	"fmt"
	"net/http"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bench/floor"
	"github.com/untag-go/untag/internal/signature"
)

const (
	region    = floor.Region
	requestID = floor.RequestID
	action    = "UntagResources"
)

// work is a request that every contestant sends.
type work struct {
	service         string // as the SDK names it
	version         string
	resources, keys []string
	answer          string // the service's, of a success
}

// works are the two requests: a usual one and the largest that ECS takes.
var works = []work{
	{
		service: untag.ServiceTag, version: "2018-08-28", resources: arns(10), keys: keys(3),
		answer: `{"RequestId":"` + requestID + `","FailedResources":{"FailedResource":[]}}`,
	},
	{
		service: untag.ServiceECS, version: "2014-05-26", resources: ids(50), keys: keys(20),
		answer: `{"RequestId":"` + requestID + `"}`,
	},
}

// host is the one of the public endpoint.
func (w work) host() string { return w.service + "." + region + ".aliyuncs.com" }

// query is the canonical query.
func (w work) query() string {
	var q signature.Query
	w.encode(&q)
	return q.String()
}

// encode adds the parameters in the order of their names, by the SDK's encoder.
func (w work) encode(q *signature.Query) {
	q.Add("RegionId", region)
	if w.service == untag.ServiceTag {
		q.AddList("ResourceARN", w.resources)
	} else {
		q.AddList("ResourceId", w.resources)
		q.Add("ResourceType", "instance")
	}
	q.AddList("TagKey", w.keys)
}

func arns(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("arn:acs:ecs:"+region+":1234567890123456:instance/i-bp1%017d", i)
	}
	return list
}

func ids(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("i-bp1%017d", i)
	}
	return list
}

func keys(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("cost-center-%02d", i)
	}
	return list
}

// answerHeader is that of every answer, besides its length. Real answers have more: each header more would cost the
// V3 peer about nineteen allocations, the V1 peer four and the others none.
var answerHeader = http.Header{
	"Date":         {"Mon, 06 May 2024 07:08:09 GMT"},
	"Content-Type": {"application/json;charset=utf-8"},
}

func (w work) String() string {
	resources := "IDs"
	if w.service == untag.ServiceTag {
		resources = "ARNs"
	}
	return fmt.Sprintf("%s, %d %s and %d keys", w.service, len(w.resources), resources, len(w.keys))
}
