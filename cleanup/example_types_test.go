package cleanup_test

import (
	"errors"
	"fmt"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

func ExampleSpec_Validate() {
	fmt.Println(cleanup.Spec{Tags: []untag.Tag{{Key: "team", Value: "blue"}, {Key: "team", Value: "red"}}}.Validate())
	fmt.Println(cleanup.Spec{Keys: []string{"acs:tag:createdby"}}.Validate())
	// Output:
	// <nil>
	// invalid Spec: Keys[0] "acs:tag:createdby" starts with "acs:" or "aliyun": tags of the cloud's own can be read, and neither removed nor written
}

// Println calls String.
func ExampleResource_String() {
	fmt.Println(cleanup.Resource{Service: "ecs", Account: "1234567890123456", Region: "cn-hangzhou", Type: "instance", ID: "i-1"})
	// Output: cn-hangzhou ecs/instance/i-1
}

// Println calls String.
func ExampleState_String() {
	for _, state := range []cleanup.State{cleanup.Removed, cleanup.AlreadyGone, cleanup.Unknown, cleanup.StillListed} {
		fmt.Println(state)
	}
	// Output:
	// removed
	// already_gone
	// unknown
	// still_listed
}

func ExampleState_MarshalText() {
	text, err := cleanup.Kept.MarshalText()
	fmt.Println(string(text), err)
	var state cleanup.State
	fmt.Println(state.UnmarshalText(text), state == cleanup.Kept)
	// Output:
	// kept <nil>
	// <nil> true
}

func ExampleState_UnmarshalText() {
	var state cleanup.State
	fmt.Println(state.UnmarshalText([]byte("restored")), state)
	fmt.Println(state.UnmarshalText([]byte("lost")))
	// Output:
	// <nil> restored
	// cleanup: unknown state
}

// Println calls Error, and errors.Is finds the kind by Unwrap.
func ExampleAccountError() {
	var err error = &cleanup.AccountError{Want: "42", Have: "43"}
	fmt.Println(err)
	fmt.Println(errors.Is(err, untag.ErrPermissionDenied))
	// Output:
	// the job is one of account 42, and the credentials are those of account 43
	// true
}

// Println calls Error, which calls that of the first ListingError; errors.Is finds the kinds by Unwrap.
func ExampleIncompleteError() {
	var err error = &cleanup.IncompleteError{
		Listings: []cleanup.ListingError{{Service: untag.ServiceECS, Region: "cn-hangzhou", Type: "disk", Key: "team", Err: untag.ErrPermissionDenied}},
		More:     2,
	}
	fmt.Println(err)
	fmt.Println(errors.Is(err, cleanup.ErrIncomplete), errors.Is(err, untag.ErrPermissionDenied))
	// Output:
	// 3 listings did not finish; the first: ecs in cn-hangzhou, type disk, key "team": permission denied
	// true true
}

func ExampleCorruptError() {
	err := error(&cleanup.CorruptError{Path: "job/acts.cn-hangzhou.log", Line: 7, Reason: "does not match its checksum"})
	fmt.Println(err)
	// Output: job/acts.cn-hangzhou.log line 7: does not match its checksum; keep the file, and take it from a copy
}
