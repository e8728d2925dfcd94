package untag_test

import (
	"fmt"

	"github.com/untag-go/untag"
)

func ExampleTag() {
	fmt.Printf("%+v\n", untag.Tag{Key: "env", Value: "prod"})
	// Output:
	// {Key:env Value:prod System:false}
}

func ExampleTagFilter() {
	fmt.Printf("%+v\n", []untag.TagFilter{{Key: "env", AnyValue: true}, {Key: "team", Value: "a"}})
	// Output:
	// [{Key:env Value: AnyValue:true} {Key:team Value:a AnyValue:false}]
}
