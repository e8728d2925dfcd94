package faults_test

import (
	"io"
	"net/http"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// refusing refuses the requests that write a value.
func refusing(value, code string) func(*world) {
	return answering(func(w *world, rw http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.RawQuery, value) {
			w.cloud.ServeHTTP(rw, r)
			return
		}
		rw.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(rw, refusal(http.StatusBadRequest, code).body)
	})
}

// quota lets one resource have as many tags as it may.
func quota(w *world) {
	w.onStrike = append(w.onStrike, func() {
		full := resource(1)
		full.Tags["full"] = "1"
		w.cloud.Put(full)
		w.cloud.Choose(untagtest.Choices{TagsPerResource: len(full.Tags)})
	})
}

// policy lets tags have some values only.
func policy(values ...string) func(*world) {
	return func(w *world) {
		w.onStrike = append(w.onStrike, func() { w.cloud.Restrict(untagtest.TagPolicy{Key: written, Values: values}) })
	}
}

var writeFaults = []scenario{
	{
		name: "reset before the headers, nothing was done",
		arrange: answering(func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			_, reset := hijack(rw)
			reset()
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{name: "reset before the headers, the request was carried out", arrange: breaking(func(io.Writer) {}), single: lost, bulk: all(unknown), recovers: true},
	{name: "502, an HTML page", arrange: page(http.StatusBadGateway).fault, single: lost, bulk: all(unknown), recovers: true},
	{name: "truncated JSON in a whole answer", arrange: instead(success[:20]), single: lost, bulk: all(unknown), recovers: true},
	{name: "202", arrange: answer{status: http.StatusAccepted, body: success, carried: true}.fault, single: lost, bulk: all(unknown), recovers: true},
	{name: "Success is false", arrange: says(`{"RequestId":"r-1","Success":false}`), single: lost, bulk: all(unknown), recovers: true},
	{
		name: "one answer is lost, then 403 Forbidden.RAM", arrange: losing(refusal(http.StatusForbidden, "Forbidden.RAM").fault), permanent: true, concurrency: 1,
		single: fails(2, untag.ErrPermissionDenied, untag.ErrOutcomeUnknown), bulk: tally{unknown: 50, refused: 1, notAttempted: 69},
	},
	flooded("throttling", refusal(http.StatusBadRequest, untag.CodeThrottlingUser)),
	busy("OperationConflict", refusal(http.StatusConflict, "OperationConflict")),
	busyItems("SystemBusy"),
	busyItems("OperationConflict"),
	busyItems("Throttling.User"),
	{
		name: "a tag policy does not allow the values", arrange: policy("others"), permanent: true, concurrency: 1,
		single: fails(1, untag.ErrPermissionDenied), bulk: all(refused),
	},
	{
		name: "a tag policy does not allow the second value", arrange: policy(firstValue), permanent: true, concurrency: 1,
		single: succeeds(1), bulk: tally{done: 60, refused: 60},
	},
	{
		name: "one resource has all the tags that it may have", only: untag.ServiceECS, arrange: quota, permanent: true, concurrency: 1,
		single: fails(1, untag.ErrQuotaExceeded), bulk: tally{done: 119, refused: 1},
	},
	{
		name: "one resource has all the tags that it may have", only: untag.ServiceTag, arrange: quota, permanent: true, concurrency: 1,
		single: fails(1, untag.ErrPartialFailure, untag.ErrQuotaExceeded), bulk: tally{done: 119, refused: 1},
	},
	{
		name: "the first value is refused with InvalidTagValue.Malformed", arrange: refusing(firstValue, "InvalidTagValue.Malformed"), permanent: true, concurrency: 1,
		single: fails(1, untag.ErrInvalidParameter), bulk: tally{done: 60, refused: 60},
	},
	{
		name: "the second value is refused with InvalidParameter.TagValue", arrange: refusing(secondValue, "InvalidParameter.TagValue"), permanent: true, concurrency: 1,
		single: succeeds(1), bulk: tally{done: 60, refused: 60},
	},
	{
		name: "both values are refused with NoPermissionKey.Operator", arrange: refusing(written, "NoPermissionKey.Operator"), permanent: true, concurrency: 1,
		single: fails(1, untag.ErrPermissionDenied), bulk: all(refused),
	},
	{
		name: "the key of the account is refused", arrange: refusal(http.StatusNotFound, untag.CodeInvalidAccessKeyID).fault,
		single: fails(1, untag.ErrUnauthenticated), bulk: tally{refused: 50, notAttempted: 70},
	},
}
