package faults_test

import (
	"net/http"
	"sync"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// inject is a fault of the account itself.
func inject(f untagtest.Fault) func(*world) {
	return func(w *world) {
		w.onStrike = append(w.onStrike, func() { w.cloud.Inject(f) })
		w.onHeal = append(w.onHeal, w.cloud.ClearFaults)
	}
}

// patient bounds how long throttling may hold a single call.
func patient(arrange func(*world)) func(*world) {
	return func(w *world) {
		w.config.Retry.MaxThrottle = 8 * time.Second
		arrange(w)
	}
}

// refusedByStorm is a bulk run whose user gave up: the call that was throttled is refused, the others were never made.
var refusedByStorm = tally{refused: 50, notAttempted: 70}

var storms = []scenario{
	{name: "500 InternalError", arrange: inject(untagtest.Fault{Code: "InternalError"}), single: lost, bulk: all(unknown), recovers: true},
	{name: "503 ServiceUnavailable", arrange: inject(untagtest.Fault{Code: "ServiceUnavailable"}), single: lost, bulk: all(unknown), recovers: true},
	{name: "504 without a body", arrange: inject(untagtest.Fault{Status: http.StatusGatewayTimeout}), single: lost, bulk: all(unknown), recovers: true},
	{
		name: "500, 502, 503, 504 in turn, the requests carried out",
		arrange: func(w *world) {
			statuses := []int{500, 502, 503, 504}
			var mu sync.Mutex
			n := 0
			w.fault = func(rw http.ResponseWriter, r *http.Request) {
				w.carriedOut(r)
				mu.Lock()
				defer mu.Unlock()
				rw.WriteHeader(statuses[n%len(statuses)])
				n++
			}
		},
		healAfter: 2,
		single:    lost, bulk: all(unknown), recovers: true,
	},
	{
		name:      "throttling with a hint; it passes after 4 answers, or the user ends the bulk run after 6",
		arrange:   patient(inject(untagtest.Fault{RetryAfter: 5 * time.Millisecond})),
		healAfter: 4, cancelAfter: 6,
		timed: true, inexact: true, // a single call is given up after MaxThrottle
		single: fails(0, untag.ErrThrottled), bulk: refusedByStorm, recovers: true,
	},
	{
		name:      "throttling without a hint; it passes after 4 answers, or the user ends the bulk run after 6",
		arrange:   patient(inject(untagtest.Fault{Code: "Throttling.Api"})),
		healAfter: 4, cancelAfter: 6,
		timed: true, inexact: true,
		single: fails(0, untag.ErrThrottled), bulk: refusedByStorm, recovers: true,
	},
	{
		name:      "429, an HTML page; it passes after 4 answers, or the user ends the bulk run after 6",
		arrange:   patient(page(http.StatusTooManyRequests).fault),
		healAfter: 4, cancelAfter: 6,
		timed: true, inexact: true,
		single: fails(0, untag.ErrThrottled), bulk: refusedByStorm, recovers: true,
	},
	{
		name: "throttling of five resources inside an answer",
		only: untag.ServiceTag, permanent: true,
		arrange: inject(untagtest.Fault{Item: "Throttling.User", Calls: 5}),
		single:  succeeds(0), bulk: all(done),
	},
}

// stamped refuses for the time, with a Date header as it is told.
func stamped(date time.Duration, header http.Header) func(*world) {
	return answering(func(_ *world, rw http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			rw.Header()[name] = values
		}
		rw.Header().Set("Date", time.Now().Add(date).UTC().Format(http.TimeFormat))
		rw.WriteHeader(http.StatusBadRequest)
		_, _ = rw.Write([]byte(`{"RequestId":"r-1","Code":"InvalidTimeStamp.Expired","Message":"Specified time stamp or date value is expired."}`))
	})
}

var clockFaults = []scenario{
	{
		name: "the local clock is 20 minutes behind", permanent: true,
		arrange: inject(untagtest.Fault{ClockOffset: 20 * time.Minute}),
		single:  succeeds(2), bulk: all(done),
	},
	{
		name: "the local clock is 20 minutes ahead", permanent: true,
		arrange: inject(untagtest.Fault{ClockOffset: -20 * time.Minute}),
		single:  succeeds(2), bulk: all(done),
	},
	{
		name:    "refused for its time by a service whose clock agrees",
		arrange: stamped(0, nil),
		single:  fails(1, untag.ErrClockSkew), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name:    "refused for its time, with a Date that comes from a cache",
		arrange: stamped(20*time.Minute, http.Header{"Age": {"1200"}}),
		single:  fails(1, untag.ErrClockSkew), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name:    "a nonce that the service has seen",
		arrange: inject(untagtest.Fault{Code: "SignatureNonceUsed"}),
		single:  fails(3, untag.ErrUnauthenticated, untag.ErrOutcomeUnknown), bulk: tally{unknown: 50, notAttempted: 70}, recovers: true,
	},
}
