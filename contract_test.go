package untag_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// The exported names that programs are compiled against. A change here breaks them.
var (
	_ = untag.Config{
		Region: "", Credentials: untag.CredentialProvider(nil), Endpoint: "", Network: untag.NetworkVPC, Signature: untag.SignatureV1,
		HTTPClient: (*http.Client)(nil), Timeout: time.Duration(0), Retry: untag.Retry{MaxAttempts: 0, BaseDelay: 0, MaxDelay: 0, MaxThrottle: 0},
		Rate: float64(0), Validation: untag.ValidateNone, Logger: (*slog.Logger)(nil),
		OnCall:    func(ctx context.Context, _ untag.Call) (context.Context, func(error)) { return ctx, nil },
		OnAttempt: func(context.Context, untag.Attempt) {}, UserAgent: "",
	}
	_ = []untag.Network{untag.NetworkPublic, untag.NetworkVPC}
	_ = []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1}
	_ = []untag.Validation{untag.ValidateDocumented, untag.ValidateCertain, untag.ValidateNone}
	_ = []string{untag.ServiceTag, untag.ServiceECS, untag.ServiceVPCIPAM, untag.ServiceResourceSharing, untag.Version}
	_ = []error{
		untag.ErrInvalidRequest, untag.ErrInvalidParameter, untag.ErrUnauthenticated, untag.ErrPermissionDenied, untag.ErrNotFound,
		untag.ErrQuotaExceeded, untag.ErrThrottled, untag.ErrUnavailable, untag.ErrClockSkew, untag.ErrPartialFailure,
		untag.ErrOutcomeUnknown, untag.ErrNotAttempted,
	}
	_ func(string, string, string) untag.CredentialProvider = untag.StaticCredentials
	_ func() *http.Transport                                = untag.NewTransport
	_ untag.CredentialProvider                              = credentials.Credential(nil)
	_ error                                                 = &untag.APIError{
		Service: "", Action: "", Region: "", StatusCode: 0, Code: "", Message: "", RequestID: "", HostID: "", Recommend: "",
		RetryAfter: time.Duration(0), AccessDenied: (*untag.AccessDeniedDetail)(nil), Attempts: 0, Kind: error(nil),
	}
	_ error = &untag.ValidationError{Request: "", Problems: []untag.Problem{{Field: "", Value: "", Reason: ""}}}
	_       = untag.Call{Service: "", Action: "", Region: "", Resources: 0}
	_       = untag.Attempt{
		Service: "", Action: "", Region: "", Number: 1, Start: time.Time{}, Duration: 0, Wait: time.Duration(0),
		StatusCode: 0, Code: "", RequestID: "", Err: error(nil),
	}
)

type client[Request, Response, Many any] interface {
	UntagResources(context.Context, Request) (Response, error)
	UntagMany(context.Context, Many) iter.Seq2[string, error]
	CloseIdleConnections()
}

var (
	_ client[tag.UntagResourcesRequest, tag.UntagResourcesResponse, tag.UntagManyRequest]                                     = (*tag.Client)(nil)
	_ client[ecs.UntagResourcesRequest, ecs.UntagResourcesResponse, ecs.UntagManyRequest]                                     = (*ecs.Client)(nil)
	_ client[vpc.UntagResourcesRequest, vpc.UntagResourcesResponse, vpc.UntagManyRequest]                                     = (*vpc.Client)(nil)
	_ client[resourcesharing.UntagResourcesRequest, resourcesharing.UntagResourcesResponse, resourcesharing.UntagManyRequest] = (*resourcesharing.Client)(nil)

	_ func(untag.Config) (*tag.Client, error)             = tag.New
	_ func(untag.Config) (*ecs.Client, error)             = ecs.New
	_ func(untag.Config) (*vpc.Client, error)             = vpc.New
	_ func(untag.Config) (*resourcesharing.Client, error) = resourcesharing.New

	_ interface{ Validate() error } = tag.UntagResourcesRequest{Region: "", ResourceARNs: []string{}, TagKeys: []string{}}
	_ interface{ Validate() error } = ecs.UntagResourcesRequest{Region: "", ResourceType: ecs.ResourceType(""), ResourceIDs: []string{}, TagKeys: []string{}, All: false}
	_ interface{ Validate() error } = vpc.UntagResourcesRequest{Region: "", ResourceType: vpc.ResourceType(""), ResourceIDs: []string{}, TagKeys: []string{}, All: false}
	_ interface{ Validate() error } = resourcesharing.UntagResourcesRequest{Region: "", ResourceType: resourcesharing.ResourceType(""), ResourceIDs: []string{}, TagKeys: []string{}, All: false}

	_ error                         = tag.ResourceError{ResourceARN: "", Code: tag.CodeDuplicateTagKey, Message: "", RequestID: "", Kind: nil}
	_ error                         = &tag.PartialError{Region: "", RequestID: "", Total: 0, Failed: []tag.ResourceError{}}
	_ fmt.Stringer                  = tag.ARN{Product: "", Region: "", Account: "", ResourceType: "", ResourceID: ""}
	_ func(string) (tag.ARN, error) = tag.ParseARN
	_                               = tag.UntagResourcesResponse{RequestID: "", Failed: []tag.ResourceError{}}
	_                               = ecs.UntagResourcesResponse{RequestID: ""}
	_                               = vpc.UntagResourcesResponse{RequestID: ""}
	_                               = resourcesharing.UntagResourcesResponse{RequestID: ""}
	_                               = tag.UntagManyRequest{Region: "", ResourceARNs: iter.Seq[string](nil), TagKeys: []string{}, Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil)}
	_                               = ecs.UntagManyRequest{Region: "", ResourceType: "", ResourceIDs: iter.Seq[string](nil), TagKeys: []string{}, All: false, Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil)}
	_                               = vpc.UntagManyRequest{Region: "", ResourceType: "", ResourceIDs: iter.Seq[string](nil), TagKeys: []string{}, All: false, Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil)}
	_                               = resourcesharing.UntagManyRequest{Region: "", ResourceType: "", ResourceIDs: iter.Seq[string](nil), TagKeys: []string{}, All: false, Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil)}
	_ string                        = ecs.CodeInvalidResourceIDNotFound // compares with APIError.Code as it is
)

var (
	_                                                                                  = journal.Plan{Service: "", Action: "", Account: "", Region: "", ResourceType: "", TagKeys: []string{}, All: false}
	_                                                                                  = journal.Entry{Time: time.Time{}, Resource: "", Code: "", Message: "", RequestID: "", Done: false}
	_ func(string, journal.Plan) (*journal.Journal, error)                             = journal.Open
	_ func(*journal.Journal, iter.Seq[string]) iter.Seq[string]                        = (*journal.Journal).Pending
	_ func(*journal.Journal, iter.Seq2[string, error]) iter.Seq2[string, error]        = (*journal.Journal).Record
	_ func(*journal.Journal) iter.Seq2[journal.Entry, error]                           = (*journal.Journal).Entries
	_ func(*journal.Journal) error                                                     = (*journal.Journal).Err
	_ func(*journal.Journal) error                                                     = (*journal.Journal).Close
	_ error                                                                            = &journal.CorruptError{Line: 1}
	_                                                                                  = []untagtest.Service{untagtest.Tag, untagtest.ECS, untagtest.VPCIPAM, untagtest.ResourceSharing}
	_                                                                                  = untagtest.Resource{Product: "", Region: "", Type: "", ID: "", Tags: map[string]string{}}
	_ http.Handler                                                                     = (*untagtest.Cloud)(nil)
	_                                                                                  = untagtest.Fault{Service: untagtest.Tag, Region: "", Calls: 1, Code: "", Status: 0, Latency: 0, Reset: false, Truncate: false, HTML: false, ClockOffset: 0, RetryAfter: 0}
	_                                                                                  = untagtest.Fault{Share: 0.5}
	_ func(*untagtest.Cloud) untag.Config                                              = (*untagtest.Cloud).Config
	_ func(*untagtest.Cloud, string, string, string)                                   = (*untagtest.Cloud).AllowKey
	_ func(*untagtest.Cloud)                                                           = (*untagtest.Cloud).AllowAnyResource
	_ func(*untagtest.Cloud, ...untagtest.Resource)                                    = (*untagtest.Cloud).Put
	_ func(*untagtest.Cloud, string, string, string, string) (map[string]string, bool) = (*untagtest.Cloud).Tags
	_ func(*untagtest.Cloud, untagtest.Service, float64, int)                          = (*untagtest.Cloud).SetQuota
	_ func(*untagtest.Cloud, ...untagtest.Fault)                                       = (*untagtest.Cloud).Inject
	_ func(*untagtest.Cloud) int                                                       = (*untagtest.Cloud).CallCount
	_ func(*untagtest.Cloud) []untagtest.Call                                          = (*untagtest.Cloud).Calls
)

// Package journal: entries, lists as values, and TagMany.
var (
	_ func(string, error) journal.Entry = journal.EntryOf
	_ interface {
		Pending() iter.Seq[string]
		PendingTags() iter.Seq2[string, []untag.Tag]
		Record(results iter.Seq2[string, error], before func() error) iter.Seq2[string, error]
		Open() int
		Refused() []journal.Entry
		MarshalJSON() ([]byte, error)
		UnmarshalJSON(data []byte) error
	} = (*journal.Slice)(nil)
	_ func(journal.Plan, []string) *journal.Slice                       = journal.NewSlice
	_ func(journal.Plan, iter.Seq2[string, []untag.Tag]) *journal.Slice = journal.NewTagSlice
	_ interface {
		PendingTags(in iter.Seq2[string, []untag.Tag]) iter.Seq2[string, []untag.Tag]
		RecordTags(results iter.Seq2[string, error]) iter.Seq2[string, error]
		Summary() (journal.Summary, error)
	} = (*journal.Journal)(nil)
	_ = []error{journal.ErrLocked, journal.ErrOtherSlice, &journal.PlanError{Path: "", Recorded: journal.Plan{}, Wanted: journal.Plan{}, Fields: []string{}}}
)

func TestLimitsOfTheOperations(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{50, 50, 20, 20}, []int{tag.MaxResources, ecs.MaxResources, vpc.MaxResources, resourcesharing.MaxResources})
	require.Equal(t, []int{10, 20, 20, 20}, []int{tag.MaxTagKeys, ecs.MaxTagKeys, vpc.MaxTagKeys, resourcesharing.MaxTagKeys})
	require.InDelta(t, 300.0/60, vpc.PublishedRate, 0)
	require.InDelta(t, 20.0, resourcesharing.PublishedRate, 0)
}

// Package cleanup.
var (
	_ = cleanup.Spec{Keys: []string{}, Tags: []untag.Tag{}, Regions: []string{}, Account: ""}
	_ = cleanup.Resource{Service: "", Account: "", Region: "", Type: "", ID: "", ARN: ""}
	_ = cleanup.Found{Resource: cleanup.Resource{}, Tags: []untag.Tag{}}
	_ = cleanup.Result{Resource: cleanup.Resource{}, Keys: []string{}, State: cleanup.Removed, Tags: []untag.Tag{}}
	_ = []cleanup.State{
		cleanup.Pending, cleanup.Removed, cleanup.AlreadyGone, cleanup.Changed, cleanup.Refused, cleanup.Unknown, cleanup.NotAttempted,
		cleanup.Gone, cleanup.StillListed, cleanup.Unverified, cleanup.Restored, cleanup.InPlace, cleanup.Kept, cleanup.NotRestored,
	}
	_ = cleanup.FindOptions{ByType: false, Concurrency: 0, Drain: make(<-chan struct{})}
	_ = cleanup.RemoveOptions{Incomplete: false, Concurrency: 0, Drain: make(<-chan struct{})}
	_ = cleanup.VerifyOptions{Deadline: time.Duration(0), Concurrency: 0, Drain: make(<-chan struct{})}
	_ = cleanup.RestoreOptions{Overwrite: false, Concurrency: 0, Drain: make(<-chan struct{})}
	_ = []error{
		cleanup.ErrLocked, cleanup.ErrNotPrivate, cleanup.ErrNoJob, cleanup.ErrOrder, cleanup.ErrUnasked, cleanup.ErrIncomplete,
		&cleanup.AccountError{Want: "", Have: ""}, &cleanup.CorruptError{Path: "", Line: 0, Reason: ""},
		&cleanup.IncompleteError{Listings: []cleanup.ListingError{{Service: "", Region: "", Type: "", Key: "", Err: error(nil)}}, More: 0},
	}
	_ = cleanup.Plan{
		Identity: cleanup.Identity{Account: "", Type: "", ARN: "", UserID: ""}, AccountAsked: false, Complete: false,
		Unfinished: []cleanup.ListingError{}, Resources: 0, Tags: 0, Regions: []cleanup.Count{{Name: "", Resources: 0, Tags: 0}},
		Services: []cleanup.Count{}, Keys: []cleanup.Count{}, Values: []cleanup.ValueCount{{Tag: untag.Tag{}, Resources: 0}},
		OtherValues: 0, OtherTags: 0, Remove: cleanup.Cost{Calls: 0, Time: time.Duration(0), NoQuota: 0}, Verify: cleanup.Cost{}, Restore: cleanup.Cost{},
		Warnings: []cleanup.Warning{{
			Kind: cleanup.WarnNothing, Key: "", Region: "", Field: "", Oddities: []cleanup.Oddity{}, Rule: "", Type: "", Reason: "",
			Missing: cleanup.WarnUnsupported, Err: error(nil), Regions: 0, Resources: 0, Text: "",
		}},
	}
	_ = []cleanup.WarningKind{
		cleanup.WarnNothing, cleanup.WarnSpelling, cleanup.WarnIncomplete, cleanup.WarnUnseen, cleanup.WarnInheritance,
		cleanup.WarnUnsupported, cleanup.WarnNotRestorable, cleanup.WarnPolicies, cleanup.WarnUnchecked, cleanup.WarnEmptyValues, cleanup.WarnRegions,
	}
	_ = []cleanup.Oddity{cleanup.OddSpace, cleanup.OddSeparator, cleanup.OddFullWidth, cleanup.OddHidden}
	_ = cleanup.Run{Step: "", Began: time.Time{}, Ended: time.Time{}}
	_ = cleanup.Record{
		Resource: cleanup.Resource{}, Key: "", Saved: "", Removed: cleanup.Pending, Verified: cleanup.Pending, Restored: cleanup.Pending,
		State: cleanup.Pending, Restorable: false, Seen: "", Code: "", Message: "", RequestID: "", Time: time.Time{},
	}

	_ func(string, untag.Config, cleanup.Spec) (*cleanup.Job, error) = cleanup.Create
	_ func(string, untag.Config) (*cleanup.Job, error)               = cleanup.Open
	_ func(string) (*cleanup.Job, error)                             = cleanup.Inspect

	_ interface {
		Spec() cleanup.Spec
		Created() time.Time
		Local() bool
		Runs() []cleanup.Run
		Find(context.Context, cleanup.FindOptions) iter.Seq2[cleanup.Found, error]
		Found() iter.Seq2[cleanup.Found, error]
		Plan(context.Context) (cleanup.Plan, error)
		Remove(context.Context, cleanup.RemoveOptions) iter.Seq2[cleanup.Result, error]
		Verify(context.Context, cleanup.VerifyOptions) iter.Seq2[cleanup.Result, error]
		Restore(context.Context, cleanup.RestoreOptions) iter.Seq2[cleanup.Result, error]
		Results() iter.Seq2[cleanup.Result, error]
		Records() iter.Seq2[cleanup.Record, error]
		Close() error
	} = (*cleanup.Job)(nil)
)
