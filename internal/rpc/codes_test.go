package rpc

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

// TestCodesThatPass tells refusals for the moment only from mistakes that sound like them.
func TestCodesThatPass(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		code   string
		want   Verdict
	}{
		{400, "Throttling", throttled},
		{400, "Request.Throttling", throttled},
		{400, "ServiceThrottling", throttled},
		{400, "Rejected.Throttling.User", throttled},
		{403, "OperationDenied.Throttling", throttled},
		{503, "ThrottlingException", throttled},
		{400, "request.throttled", throttled},
		{400, "THROTTLING", throttled},
		{400, "ONS_SYSTEM_FLOW_CONTROL", throttled},
		{400, "FlowControl", throttled},
		{400, "Request.FlowControlled", throttled},
		{400, "TooManyRequests", throttled},
		{400, "ExceedRateLimit", throttled},
		{400, "QpsLimitExceeded", throttled},
		{400, "RequestThrottle", throttled},
		{400, "throttle.user", throttled},
		{400, "FlowLimited", throttled},
		{400, "RateLimited", throttled},
		{400, "Rate.Exceeded", throttled},
		{400, "TooManyRequest", throttled},
		{400, "QpsExceeded", throttled},
		{400, "ExceedQps", throttled},
		{400, "RequestTooFrequently", throttled},
		{400, "OperateTooFrequent", throttled},
		{400, "SlowDown", throttled},
		{429, "", throttled},
		{429, "InvalidParameter", throttled},
		{429, "SignatureDoesNotMatch", throttled},

		{400, "SystemBusy", outage},
		{400, "ServiceBusy", outage},
		{403, "OperationBusy", outage},
		{400, "System.Busy", outage},
		{400, "SYSTEM_BUSY", outage},
		{400, "SYSTEMBUSY", outage},
		{400, "systembusy", outage},
		{400, "InProcess", outage},
		{400, "RequestBeingProcessed", outage},
		{400, "ConflictingOperation", outage},
		{400, "OPERATIONCONFLICT", outage},
		{400, "OperationConflicted", outage},
		{400, "Conflict", outage},
		{400, "TryLockFail", outage},
		{400, "OptimisticLock", outage},
		{400, "ServerError", outage},
		{400, "Timeout", outage},
		{400, "BackendTimeout", outage},
		{400, "RequestTimedOut", outage},
		{400, "RequestTimeOut", outage},
		{400, "IdempotenceProcessing", outage},
		{400, "LastTokenProcessing", outage},
		{400, "OperationFailed.LastTokenProcessing", outage},
		{400, "ConcurrentCallNotSupported", outage},
		{403, "OperationDenied.Concurrent", outage},
		{400, "OperationConflict", outage},
		{403, "InvalidOperation.Conflict", outage},
		{400, "TaskConflict", outage},
		{400, "Operation.Conflict", outage},
		{409, "ResourceConflict", outage},
		{409, "Conflict", outage},
		{409, "Who.Knows", outage},
		{409, "", outage},
		{400, "ServiceIsConfiguring", outage},
		{400, "BackendServer.configuring", outage},
		{400, "ScalingActivityInProgress", outage},
		{400, "DiscoveryInProgress", outage},
		{400, "OperationFailed.ResourceGroupStatusCheckFail", outage},
		{400, "Service.Unavailable", outage},
		{400, "InternalServerError", outage},
		{400, "RequestTimeout", outage},
		{425, "Odd", outage},

		{403, "Param.Conflict", mistake},
		{409, "Param.Conflict", mistake},
		{400, "DuplicatedParam.TagKey", ofTags},
		{400, "DuplicatedParam.ResourceId", mistake},
		{409, "ExceedLimit.Filter", mistake},
		{409, "InvalidParameter.MatchType", mistake},
		{400, "ParameterConflict", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{409, "ParameterConflict", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "InvalidParameter.Conflict", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "InvalidParameter.Concurrency", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "UnsupportedTimeout", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "TimeoutOutOfRange", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{403, "SessionTimeout", Verdict{untag.ErrPermissionDenied, ScopeUnclear}},
		{400, "UnknownParameter.Busy", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "Unsupported.Throttle", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "InstanceNotReady", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{423, "ResourceLocked", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "NotBusy.SystemBusy", outage},
		{403, "NoPermission.TagResources", Verdict{untag.ErrPermissionDenied, ScopeUnclear}},
		{400, "InvalidTagResourceType", Verdict{untag.ErrInvalidParameter, ScopeRequest}},
		{400, "InvalidParameter.TagOwnerUid", Verdict{untag.ErrInvalidParameter, ScopeRequest}},
		{400, "NotBusy", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "InstanceNotProcessing", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "InvalidTimeout", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "QuotaConflict", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "CidrConflict", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{404, "ResourceNotFound.system-busy", Verdict{untag.ErrNotFound, ScopeResource}},
		{400, "RateLimit.NotFound", Verdict{untag.ErrNotFound, ScopeUnclear}},
		{409, "InvalidDisk.NotFound", Verdict{untag.ErrNotFound, ScopeUnclear}},
		{409, "EntityAlreadyExists", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "RouterEntryConflict.Duplicated", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "BusinessError", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{400, "UnconcurrentThing", Verdict{untag.ErrInvalidParameter, ScopeUnclear}},
		{409, "NoPermission.Operator", Verdict{untag.ErrPermissionDenied, ScopeResource}},
	} {
		t.Run(fmt.Sprintf("%d %s", test.status, test.code), func(t *testing.T) {
			t.Parallel()
			got := new(Service).Classify(test.status, test.code, "")
			assert.Equal(t, test.want.Kind, got.Kind)
			assert.Equal(t, test.want.Scope.String(), got.Scope.String())
		})
	}
}

// TestCodesOfSiblings has the codes of the list and tag operations, and of those that find resources, that the tables of untag
// do not have.
func TestCodesOfSiblings(t *testing.T) {
	t.Parallel()
	notFound := Verdict{untag.ErrNotFound, ScopeRequest}
	for code, want := range map[string]Verdict{
		"InvalidParameter.Tags":            ofTags,
		"InvalidParameter.TagKey":          ofTags,
		"InvalidParameter.TagValue":        ofTags,
		"InvalidParameter.RegionId":        ofRegion,
		"InvalidParameter.NextToken":       mistake,
		"Invalid.NextToken":                mistake,
		"InvalidParamter.NextToken":        mistake, // so spelled
		"InvalidParameter.Key":             ofTags,
		"InvalidParameter.SupportCode":     mistake,
		"InvalidParameter.MaxResults":      mistake,
		"InvalidParameter.Filter.Tag":      mistake,
		"InvalidParameter.Scope":           mistake,
		"MissingParameter.ResourceIdARN":   mistake,
		"MissingParameter.ResourceIdOrTag": mistake,
		"MissingParameter.RemoveNum":       mistake,
		"MissingParameter.Key":             ofTags,
		"MissingParameter.Value":           ofTags,
		"InvalidTag.Mismatch":              ofTags,
		"InvalidTagCount":                  ofTags,
		"InvalidParameter.Tag.1.Value":     ofTags,
		"IllegalParamSize.Tags":            ofTags,
		"MissingParameter.Tags":            ofTags,
		"NumberExceed.ResourceIds":         mistake,
		"MissingParameter.TagOwnerUid":     mistake,
		"PermissionDenied.TagOwnerUid":     forbidden,
		"Forbidden.TagPolicy":              {untag.ErrPermissionDenied, ScopeResource},
		"Missing.Data":                     mistake,
		"NoMatch.RemoveNum":                mistake,
		"Duplicate.TagKey":                 ofTags,
		"NumberExceed.Tags":                ofTags,
		"FuzzyType.NotSupport":             mistake,
		"FuzzyQuery.NotSupport":            mistake,
		"IllegalParam.TagValue":            ofTags,
		"InvalidTagValue.Malformed":        ofTags,
		"NoPermissionKey.Category":         {untag.ErrPermissionDenied, ScopeTags},
		"NoPermission.SystemTag":           {untag.ErrPermissionDenied, ScopeTags},
		"NoPermission.AccountScope":        forbidden,
		"ServiceNotEnabled":                forbidden,
		"MultiAccountServiceNotEnabled":    forbidden,
		"Account.Arrearage":                forbidden,
		"InvalidAccountStatus.NoBalance":   forbidden,
		"MetaTagKeyNotFound":               ofTags,
		"NotExists.Resource":               notFound,
		"InvalidResourceId.NotFound":       {untag.ErrNotFound, ScopeResource},
		"ResourceNotFound.IpamPool":        {untag.ErrNotFound, ScopeResource},
		"InvalidParameter.ResourceId":      ofResource,
		"IncorrectStatus.Vpc":              ofResource,
		"QuotaExceed.Tags":                 {untag.ErrQuotaExceeded, ScopeResource},
		"QuotaExceed.TagsPerResource":      {untag.ErrQuotaExceeded, ScopeResource},
		"OperationDenied.QuotaExceed":      {untag.ErrQuotaExceeded, ScopeResource},
	} {
		for _, status := range []int{400, 403, 404} {
			assert.Equal(t, want, new(Service).Classify(status, code, ""), "%d %s", status, code)
		}
	}
}

func TestWordsOf(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"":                        " ",
		"SystemBusy":              " system busy ",
		"ONS_SYSTEM_FLOW_CONTROL": " ons system flow control ",
		"Param.Conflict":          " param conflict ",
		"RAMUserBusy":             " ram user busy ",
		"a--b.":                   " a b ",
		"InvalidTag; Illegal":     " invalid tag illegal ",
		"键Busy":                   " 键busy ",
		"Http409Conflict":         " http409conflict ",
	} {
		assert.Equal(t, want, wordsOf(code), code)
	}
}
