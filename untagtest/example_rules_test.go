package untagtest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/untag-go/untag"
	untagtag "github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// A disk follows its instance: what is removed from the one is gone from the other.
func ExampleInheritance() {
	cloud := untagtest.NewCloud()
	web := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test", "team": "a"}}
	disk := untagtest.Resource{Product: "ecs", Type: "disk", ID: "d-1", Tags: map[string]string{"env": "other", "team": "a"}}
	cloud.Put(web, disk)
	cloud.Inherit(untagtest.Inheritance{Parent: web, Children: []untagtest.Resource{disk}, Keys: []string{"env"}})
	fmt.Println(program(cloud.Config(), "i-1"))
	tags, _ := cloud.Tags("ecs", "", "disk", "d-1")
	fmt.Println(tags)
	// Output:
	// <nil>
	// map[team:a]
}

// A tag policy refuses to write values; to remove a tag it allows.
func ExampleTagPolicy() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "old"}})
	cloud.Restrict(untagtest.TagPolicy{Key: "env", Values: []string{"test", "production"}})
	fmt.Println(program(cloud.Config(), "i-1"))
	// Output: <nil>
}

// A type that lists know is not always one that can be changed.
func ExampleCloud_ListOnly() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "oss", Type: "bucket", ID: "b", Tags: map[string]string{"env": "test"}})
	cloud.ListOnly("oss", "bucket")
	client, err := untagtag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), untagtag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/b"}, TagKeys: []string{"env"},
	})
	var refused *untag.APIError
	fmt.Println(errors.As(err, &refused) && refused.Code == untagtag.CodeInvalidParameterResourceType)
	// Output: true
}

// The third page of a list is refused, and one before it has a row twice.
func ExamplePageFault() {
	cloud := untagtest.NewCloud()
	faults := map[untagtest.PageFault]int{untagtest.PageRepeatsRow: 1}
	for fault, calls := range faults {
		cloud.Inject(untagtest.Fault{Page: fault, Calls: calls})
	}
	cloud.Inject(
		untagtest.Fault{Action: "ListTagResources", Continued: true, Skip: 1, Calls: 1, Code: "Invalid.NextToken", Status: 403},
	)
	fmt.Println(cloud)
	// Output: untagtest.Cloud{resources: 0, keys: 1, faults: 2, calls: 0}
}
