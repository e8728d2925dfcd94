package untagtest_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// Two accounts behind one HTTP client: the access key decides which of them is called.
func ExampleNewAccount() {
	production, staging := untagtest.NewAccount("1111111111111111"), untagtest.NewAccount("2222222222222222")
	web := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}}
	production.Put(web)
	staging.Put(web)
	production.Join(staging)
	fmt.Println(production.AccountID(), staging.ARN(web))

	config := production.Config()
	config.Credentials = staging.Config().Credentials
	fmt.Println(program(config, "i-1"), production.CallCount(), staging.CallCount())
	// Output:
	// 1111111111111111 arn:acs:ecs:cn-hangzhou:2222222222222222:instance/i-1
	// <nil> 0 1
}

func ExampleCloud_Join() {
	first, second := untagtest.NewCloud(), untagtest.NewAccount("2222222222222222")
	second.AllowKey("example-id", "example-secret", "")
	first.Join(second)
	config := first.Config()
	config.Credentials = untag.StaticCredentials("example-id", "example-secret", "")
	fmt.Println(errors.Is(program(config, "i-1"), untag.ErrNotFound), second.CallCount())
	// Output: true 1
}

func ExampleCloud_ARN() {
	cloud := untagtest.NewAccount("42")
	fmt.Println(cloud.ARN(untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "b"}))
	// Output: arn:acs:oss:cn-beijing:42:bucket/b
}

// A digest before and after shows whether a job has put everything back.
func ExampleCloud_Digest() {
	cloud := untagtest.NewCloud()
	web := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}}
	cloud.Put(web)
	before := cloud.Digest()
	cloud.Edit(web, func(tags map[string]string) { delete(tags, "env") })
	removed := cloud.Digest()
	cloud.Edit(web, func(tags map[string]string) { tags["env"] = "test" })
	fmt.Println(removed == before, cloud.Digest() == before)
	// Output: false true
}

func ExampleCloud_SystemTags() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{
		Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}, System: map[string]string{"acs:tag:createdby": "me"},
	})
	tags, _ := cloud.Tags("ecs", "", "instance", "i-1")
	system, ok := cloud.SystemTags("ecs", "", "instance", "i-1")
	fmt.Println(tags, system, ok)
	// Output: map[env:test] map[acs:tag:createdby:me] true
}

// Somebody else changes a value while a program works.
func ExampleCloud_Edit() {
	cloud := untagtest.NewCloud()
	web := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}}
	cloud.Put(web)
	cloud.Before(func(call untagtest.Call) {
		cloud.Edit(web, func(tags map[string]string) { tags["owner"] = "seen before " + call.Action })
	})
	_ = program(cloud.Config(), "i-1")
	tags, _ := cloud.Tags("ecs", "", "instance", "i-1")
	fmt.Println(tags)
	// Output: map[owner:seen before UntagResources]
}

func ExampleCloud_Before() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Before(func(call untagtest.Call) {
		fmt.Println(call.Action, call.Parameters.Get("ResourceId.1"), call.Verdict == "")
	})
	fmt.Println(program(cloud.Config(), "i-1"))
	// Output:
	// UntagResources i-1 true
	// <nil>
}

func ExampleCloud_After() {
	cloud := untagtest.NewCloud()
	cloud.After(func(call untagtest.Call) { fmt.Println(call.Action, call.Verdict, call.Status) })
	_ = program(cloud.Config(), "i-1")
	// Output: UntagResources InvalidResourceId.NotFound 404
}

func ExampleCloud_SetActionQuota() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.SetQuota(untagtest.ECS, 1, 1)
	cloud.SetActionQuota(untagtest.ECS, "UntagResources", 100, 2)
	config := cloud.Config()
	config.Rate = -1
	for range 2 {
		fmt.Println(program(config, "i-1"))
	}
	// Output:
	// <nil>
	// <nil>
}

func ExampleServices() {
	fmt.Println(untagtest.Services())
	// Output: [ecs resourcesharing sts tag vpcipam]
}

func ExampleCloud_Choose() {
	cloud := untagtest.NewCloud()
	cloud.Choose(untagtest.Choices{PageSize: 2, ListLag: 3 * time.Second, TagsPerResource: 50})
	fmt.Println(cloud)
	// Output: untagtest.Cloud{resources: 0, keys: 1, faults: 0, calls: 0}
}

func ExampleCloud_Load() {
	cloud := untagtest.NewCloud()
	n, err := cloud.Load(strings.NewReader(`
		{"product":"ecs","region":"cn-beijing","type":"instance","id":"i-1","tags":{"env":"test"}}
		{"product":"oss","type":"bucket","id":"b"}
	`))
	fmt.Println(n, err)
	tags, ok := cloud.Tags("ecs", "cn-beijing", "instance", "i-1")
	fmt.Println(tags, ok)
	// Output:
	// 2 <nil>
	// map[env:test] true
}

func ExampleCloud_Dump() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-beijing", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}})
	fmt.Println(cloud.Dump(os.Stdout))
	// Output:
	// {"product":"ecs","region":"cn-beijing","type":"instance","id":"i-1","tags":{"env":"test"}}
	// <nil>
}
