package faults_test

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// refusal is an error answer of the service. Nothing is changed.
func refusal(status int, code string) answer {
	return answer{
		status: status, header: http.Header{"Content-Type": {"application/json"}},
		body: `{"RequestId":"r-1","Code":"` + code + `","Message":"no"}`,
	}
}

// hinted is a refusal with the header that asks to wait.
func hinted(a answer) answer {
	a.header.Set("X-Acs-Retry-After", "5")
	return a
}

// says is an answer of status 200, and nothing is changed.
func says(body string) func(*world) { return answer{status: http.StatusOK, body: body}.fault }

// busy is a scenario of a refusal of calls that passes by itself.
func busy(name string, a answer) scenario {
	return scenario{name: name, arrange: a.fault, single: lost, bulk: all(unknown), recovers: true}
}

// flooded is a scenario of a refusal for the number of calls.
func flooded(name string, a answer) scenario {
	return scenario{
		name:      name + "; it passes after 4 answers, or the user ends the bulk run after 6",
		arrange:   patient(a.fault),
		healAfter: 4, cancelAfter: 6, timed: true, inexact: true,
		single: fails(0, untag.ErrThrottled), bulk: refusedByStorm, recovers: true,
	}
}

// busyItems is a scenario of two resources that an answer of Tag refuses, three times in all.
func busyItems(code string) scenario {
	return scenario{
		name: "two resources of an answer are refused with " + code + ", and then not",
		only: untag.ServiceTag, permanent: true,
		arrange: inject(untagtest.Fault{Item: code, Calls: 3}), single: succeeds(0), bulk: all(done),
	}
}

var passingRefusals = []scenario{
	busy("SystemBusy", refusal(http.StatusBadRequest, "SystemBusy")),
	busy("IdempotenceProcessing", refusal(http.StatusForbidden, "IdempotenceProcessing")),
	busy("ConcurrentCallNotSupported", refusal(http.StatusBadRequest, "ConcurrentCallNotSupported")),
	busy("OperationFailed.ResourceGroupStatusCheckFail", refusal(http.StatusBadRequest, "OperationFailed.ResourceGroupStatusCheckFail")),
	busy("OperationConflict", refusal(http.StatusForbidden, "OperationConflict")),
	busy("409 and a code that nobody knows", refusal(http.StatusConflict, "Tag.BeingWritten")),
	flooded("429 and a code that nobody knows", refusal(http.StatusTooManyRequests, "SlowDown")),
	flooded("ONS_SYSTEM_FLOW_CONTROL", refusal(http.StatusBadRequest, "ONS_SYSTEM_FLOW_CONTROL")),
	flooded("Rejected.Throttling.User", refusal(http.StatusForbidden, "Rejected.Throttling.User")),
	flooded("x-acs-retry-after beside a code that nobody knows", hinted(refusal(http.StatusBadRequest, "SomethingNew"))),
	busyItems("SystemBusy"),
	busyItems("IdempotenceProcessing"),
	busyItems("OperationConflict"),
	busyItems("ONS_SYSTEM_FLOW_CONTROL"),
	{
		name: "every resource of every answer is refused with SystemBusy",
		only: untag.ServiceTag, arrange: inject(untagtest.Fault{Item: "SystemBusy"}), permanent: true,
		single: fails(3, untag.ErrPartialFailure), bulk: all(unknown),
	},
	{
		name: "Account.Arrearage", arrange: refusal(http.StatusBadRequest, "Account.Arrearage").fault,
		single: fails(1, untag.ErrPermissionDenied), bulk: tally{refused: 50, notAttempted: 70},
	},
}

var oddSuccesses = []scenario{
	{name: "Code 200 and Success", arrange: instead(`{"RequestId":"r-1","Code":"200","Success":true}`), single: succeeds(1), bulk: all(done), recovers: true},
	{name: "Code OK", arrange: instead(`{"RequestId":"r-1","Code":"OK","Message":"successful"}`), single: succeeds(1), bulk: all(done), recovers: true},
	{name: "Success is false, and no code", arrange: says(`{"RequestId":"r-1","Success":false,"Message":"no"}`), single: lost, bulk: all(unknown), recovers: true},
	{
		name: "Success is false, and ErrCode", arrange: says(`{"RequestId":"r-1","ErrCode":"NoPermission.SystemTag","Success":"false"}`),
		single: fails(1, untag.ErrPermissionDenied), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name: "ErrorCode in a 200", arrange: says(`{"RequestId":"r-1","ErrorCode":"NoPermission.SystemTag","ErrorMessage":"no"}`),
		single: fails(1, untag.ErrPermissionDenied), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name: "an ErrorResponse of XML in a 200", arrange: says(`<ErrorResponse><Error><Code>NoPermission.SystemTag</Code><Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`),
		single: fails(1, untag.ErrPermissionDenied), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name: "FailedResources of a service that has none", only: untag.ServiceECS,
		arrange: instead(`{"RequestId":"r-1","FailedResources":{"FailedResource":[{"ResourceId":"i-fault0001","Result":{"Code":"X","Message":"no"}}]}}`),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{name: "202", arrange: answer{status: http.StatusAccepted, body: success, carried: true}.fault, single: lost, bulk: all(unknown), recovers: true},
	{name: "206", arrange: answer{status: http.StatusPartialContent, body: success}.fault, single: lost, bulk: all(unknown), recovers: true},
}

// inOther is a fault of the calls of one region of two.
func inOther(f untagtest.Fault) func(*world) {
	f.Region = otherRegion
	return twoRegions(inject(f))
}

var regionFaults = []scenario{
	{
		name: "one region of two answers 400 InvalidParameter.RegionId", regions: true, only: untag.ServiceTag, permanent: true,
		arrange: inOther(untagtest.Fault{Code: "InvalidParameter.RegionId", Status: http.StatusBadRequest}),
		single:  succeeds(1), bulk: tally{done: 60, refused: 50, notAttempted: 10},
	},
	{
		name: "one region of two answers 403 Forbidden.RAM", regions: true, only: untag.ServiceTag, permanent: true,
		arrange: inOther(untagtest.Fault{Code: "Forbidden.RAM", Status: http.StatusForbidden}), concurrency: 1,
		single: succeeds(1), bulk: tally{done: 60, refused: 3, notAttempted: 57},
	},
	{
		name: "one region of two answers 503", regions: true, only: untag.ServiceTag,
		arrange: inOther(untagtest.Fault{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable}),
		single:  succeeds(1), bulk: tally{done: 60, unknown: 60}, permanent: true,
	},
	{
		name: "the clock of one region of two is an hour ahead", regions: true, only: untag.ServiceTag, permanent: true,
		arrange: inOther(untagtest.Fault{ClockOffset: time.Hour}),
		single:  succeeds(1), bulk: all(done),
	},
}

// losing carries out the first request and loses its answer; what follows is another fault.
func losing(then func(*world)) func(*world) {
	return func(w *world) {
		then(w)
		next := w.fault
		var requests atomic.Int32
		w.fault = func(rw http.ResponseWriter, r *http.Request) {
			if requests.Add(1) > 1 {
				next(rw, r)
				return
			}
			w.carriedOut(r)
			_, reset := hijack(rw)
			reset()
		}
	}
}

var lostAnswers = []scenario{
	{
		name: "one answer is lost, then 403, an HTML page", arrange: losing(page(http.StatusForbidden).fault), permanent: true, concurrency: 1,
		single: fails(2, untag.ErrPermissionDenied, untag.ErrOutcomeUnknown), bulk: tally{unknown: 50, notAttempted: 70},
	},
	{
		name: "one answer is lost, then 403 Forbidden.RAM", arrange: losing(refusal(http.StatusForbidden, "Forbidden.RAM").fault), permanent: true, concurrency: 1,
		single: fails(2, untag.ErrPermissionDenied, untag.ErrOutcomeUnknown), bulk: tally{unknown: 50, notAttempted: 70},
	},
	{
		name: "one answer is lost, then the key is refused", arrange: losing(refusal(http.StatusNotFound, untag.CodeInvalidAccessKeyID).fault), permanent: true,
		single: fails(2, untag.ErrUnauthenticated, untag.ErrOutcomeUnknown), bulk: tally{unknown: 50, notAttempted: 70},
	},
	{
		name:    "one answer is lost, then throttling; the user ends the bulk run after 6 answers",
		arrange: patient(losing(refusal(http.StatusBadRequest, untag.CodeThrottlingUser).fault)), permanent: true,
		cancelAfter: 6, timed: true, inexact: true,
		single: fails(0, untag.ErrThrottled, untag.ErrOutcomeUnknown), bulk: tally{unknown: 50, notAttempted: 70},
	},
}
