package rpc

import (
	"strings"
	"unicode"

	"github.com/untag-go/untag"
)

// Rule gives every code of a pattern one verdict. "Name" is that code alone, "Name*" every code that begins so, "*Name*"
// every code that holds it, and "…two words" every code in which these words follow each other: "operation conflict" is in
// OperationConflict, InvalidOperation.Conflict and OPERATION_CONFLICT, not in Param.Conflict nor in
// OperationConflicting. Words that are denied do not count: NotBusy.
type Rule struct {
	Verdict
	Codes []string
}

func (r Rule) matches(code, words string) bool {
	for _, pattern := range r.Codes {
		name, open := strings.CutSuffix(pattern, "*")
		part, inside := strings.CutPrefix(name, "*")
		phrase, spoken := strings.CutPrefix(pattern, "…")
		switch {
		case spoken && says(words, phrase):
			return true
		case inside && strings.Contains(code, part):
			return true
		case open && !inside && strings.HasPrefix(code, name):
			return true
		case code == pattern:
			return true
		}
	}
	return false
}

// says reports whether the words have the phrase, and do not deny it.
func says(words, phrase string) bool {
	return strings.Contains(strings.ReplaceAll(words, " not "+phrase+" ", " "), " "+phrase+" ")
}

// The verdicts of the table.
var (
	throttled  = Verdict{untag.ErrThrottled, ScopeWait}
	outage     = Verdict{untag.ErrUnavailable, ScopeRetry}
	mistake    = Verdict{untag.ErrInvalidParameter, ScopeRequest}
	forbidden  = Verdict{untag.ErrPermissionDenied, ScopeRequest}
	ofResource = Verdict{untag.ErrInvalidParameter, ScopeResource}
	ofTags     = Verdict{untag.ErrInvalidParameter, ScopeTags}
	ofRegion   = Verdict{untag.ErrInvalidParameter, ScopeRegion}
)

// rules is the table of the error codes, first match first. Where they come from: [gate] the gateway's error page and posts
// of its bodies; [op] the error tables of the operations' documents, list, tag and untag; [cores] what the vendor's SDK
// cores and command line repeat; [tools] what the vendor's infrastructure tools, which call hundreds of operations,
// repeat until it passes; [words] none of these: the code says so itself.
var rules = []Rule{
	// Refused for the moment only. Flow control of any service has the word in its code [cores].
	{throttled, []string{
		untag.CodeThrottling + "*", "*Throttling*", "…throttling", // [gate, cores] Rejected.Throttling, Request.Throttling, ServiceThrottling
		"…flow control", "…flow controlled", "…flow limit", "…flowcontrol", // [tools] ONS_SYSTEM_FLOW_CONTROL
		"…throttled", "…throttle", "…flow limited", "…rate limit", "…rate limited", "…rate exceeded", "RequestLimitExceeded*", // [words]
		"…qps limit", "…qps limited", "…qps exceeded", "…exceed qps", "…frequency limit", "…exceed frequency", // [words]
		"…too many requests", "…too many request", "…too many calls", "…too frequent", "…too frequently", "…slow down", // [words]
	}},
	{outage, []string{
		untag.CodeServiceUnavailable + "*", untag.CodeInternalError + "*", // [gate]
		"…service unavailable", "…internal error", "…internal failure", "…system error", "UnknownError", // [tools]
		"…server error", "…server unavailable", "…system unavailable", "…system failure", "Unavailable", "…overload", "…overloaded", // [words]
		"Timeout", "…request timeout", "…request timed out", "…request time out", "…service timeout", "…backend timeout", // [words]
		"…gateway timeout", "…operation timeout", // [words] of nothing else: a resource, a session or a parameter may have a timeout
	}},
	{outage, []string{
		"…busy", "…systembusy", // [tools] SystemBusy, ServiceBusy, OperationBusy
		"…processing", "…in process", "…being processed", // [tools] IdempotenceProcessing, LastTokenProcessing
		"…concurrent", "…concurrency", "…concurrently", // [tools] ConcurrentCallNotSupported
		"…operation conflict", "…task conflict", "…request conflict", "…status conflict", "…state conflict", "…lock conflict",
		"…action conflict", "…update conflict", "…write conflict", "…version conflict", "…transaction conflict", // [tools] OperationConflict, TaskConflict
		"…operation conflicts", "…operation conflicted", "…operationconflict", "…conflicting operation", "Conflict", // [words]
		"…configuring", "…is stopping", "…in progress", // [tools] ServiceIsConfiguring, ScalingActivityInProgress
		"OperationFailed.ResourceGroupStatusCheckFail", // [tools]
		"…try again", "…try later", "…retry later", "…please retry", "…need retry", "…temporarily", // [words]
		"…lock failed", "…lock fail", "…lock failure", "…optimistic lock", "…dead lock", "…deadlock", // [words]
	}},

	// The credentials and the account.
	{Verdict{untag.ErrUnauthenticated, ScopeRequest}, []string{
		untag.CodeSignatureDoesNotMatch, untag.CodeIncompleteSignature, untag.CodeSignatureNonceUsed,
		"InvalidAccessKeyId*", "InvalidSecurityToken*", untag.CodeMissingSecurityToken, // [gate]
	}},
	{Verdict{untag.ErrClockSkew, ScopeRequest}, []string{"InvalidTimeStamp*", untag.CodeIllegalTimestamp}},   // [gate]; see read for a timestamp that is missing
	{forbidden, []string{"…arrearage", "…overdue", "InvalidAccountStatus*"}},                                 // [gate] Account.Arrearage, InvalidAccountStatus.NotEnoughBalance
	{forbidden, []string{"ServiceNotEnabled", "MultiAccountServiceNotEnabled", "NoPermission.AccountScope"}}, // [op] Resource Center, which must be switched on

	// One of the resources.
	{Verdict{untag.ErrNotFound, ScopeResource}, []string{"InvalidResourceId.NotFound", "ResourceNotFound*"}}, // [op]
	{ofResource, []string{
		"InvalidResourceId.NotSupported", "InvalidResourceARN*", "Invalid.ResourceIdARN", "InvalidParameter.ResourceId", // [op]
		"IncorrectInstanceStatus", "IncorrectStatus*", // [tools]
	}},
	{Verdict{untag.ErrPermissionDenied, ScopeResource}, []string{"NoPermission.Operator", "…tag policy"}},     // [op, words] a tag policy is one for types
	{Verdict{untag.ErrQuotaExceeded, ScopeResource}, []string{"QuotaExceed*", "OperationDenied.QuotaExceed"}}, // [op] tags of the resource

	// The tags and keys. What says how the request is written, or what it lacks beside them, is the request's.
	{forbidden, []string{"PermissionDenied.*"}}, // [op]
	{mistake, []string{
		"InvalidTag;*", "MissingParameter.TagOwner*", "InvalidTagOwner*", "InvalidParameter.TagOwner*", // [op, tools] "Flat format is required"
		"InvalidTagResource*", "InvalidTagged*", "InvalidParameter.TagResource*", "MissingParameter.TagResource*", "NumberExceed.TagResource*", // [words]
	}},
	{Verdict{untag.ErrPermissionDenied, ScopeTags}, []string{"NoPermissionKey.*", "NoPermission.SystemTag"}}, // [op]
	{ofTags, []string{
		"*TagKey*", "*TagValue*", "InvalidTag*", "InvalidParameter.Tag*", "IllegalParam.Tag*", "IllegalParamSize.Tag*", "DuplicatedParam.Tag*",
		"Duplicate.Tag*", "NumberExceed.Tag*", "Missing.Tag*", "MissingParameter.Tag*", // [op]
		"InvalidParameter.Key", "InvalidParameter.Value", "MissingParameter.Key", "MissingParameter.Value", // [op, words]
	}},

	// The region, and the request.
	{ofRegion, []string{"InvalidRegionId*", "InvalidParameter.RegionId", "Invalid.RegionId", untag.CodeUnsupportedEndpoint}}, // [op, gate, tools]
	{Verdict{untag.ErrNotFound, ScopeRequest}, []string{"NotExists.*"}},                                                      // [op] Resource Center
	{mistake, []string{
		"Param.*", "DuplicatedParam*", // [op]
		"Duplicate.*", "Missing*", "NumberExceed.*", "IllegalParamSize.*", // [op]
		"InvalidParameter.SupportCode",
		"InvalidParameter.MaxResults", "InvalidParameter.MatchType", "InvalidParameter.Filter*", "InvalidParameter.Scope", "ExceedLimit.*",
		"*.NextToken", "FuzzyType.NotSupport", "FuzzyQuery.NotSupport", "NoMatch.RemoveNum",
		"InvalidResourceType*", "IllegalParam.ResourceType", "InvalidParameter.ResourceType",
		untag.CodeInvalidAPINotFound, untag.CodeInvalidActionNotFound, untag.CodeInvalidProductNotFound, untag.CodeInvalidProtocolNeedSSL, // [gate]
	}},
	{Verdict{untag.ErrPermissionDenied, ScopeUnclear}, []string{"Forbidden*", "NoPermission", "NoPermission.Tag"}}, // [gate, op]: "the specified resource, or this API"
}

// wordsOf returns the words of a code in lower case, with a space before, between and after them: " idempotence processing ".
func wordsOf(code string) string {
	var b strings.Builder
	b.WriteByte(' ')
	runes := []rune(code)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			if !strings.HasSuffix(b.String(), " ") {
				b.WriteByte(' ')
			}
			continue
		}
		starts := unicode.IsUpper(r) && i > 0 &&
			(unicode.IsLower(runes[i-1]) || unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts && !strings.HasSuffix(b.String(), " ") {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	if !strings.HasSuffix(b.String(), " ") {
		b.WriteByte(' ')
	}
	return b.String()
}

// spoken returns the words by which a code may be told, none if it blames the request: InvalidParameter.Concurrency is no
// refusal that passes, nor is Param.Conflict or Lock.NotFound.
func spoken(code string) string {
	words := wordsOf(code)
	for _, first := range [...]string{
		" illegal ", " missing ", " param ", " parameter ", " params ", " parameters ", " duplicate ", " duplicated ", " number exceed ", " exceed limit ",
		" bad ", " malformed ", " unknown ", " unsupported ",
	} {
		if strings.HasPrefix(words, first) {
			return ""
		}
	}
	if strings.HasPrefix(words, " invalid ") && !strings.Contains(words, " operation ") && !strings.Contains(words, " status ") && !strings.Contains(words, " state ") {
		return ""
	}
	last := code[strings.LastIndexByte(code, '.')+1:]
	for _, word := range [...]string{"Malformed", "Format", "NotFound", "NotExist", "Duplicate", "AlreadyExist"} {
		if strings.HasPrefix(last, word) {
			return ""
		}
	}
	if strings.Contains(words, " already exist") || strings.Contains(words, " not found ") || strings.Contains(words, " not exist") {
		return ""
	}
	return words
}
