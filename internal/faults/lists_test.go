package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// unread is a page that each attempt failed to get.
var unread = fails(3, untag.ErrUnavailable)

// ahead is how many resources a list yields when no page after the first ones can be had.
const ahead = pagesAhead * pageSize

// paged is a fault of the pages that the account itself gives.
func paged(f untagtest.PageFault) func(*world) { return inject(untagtest.Fault{Page: f}) }

// otherwise answers with the page that was asked for, in another way.
func otherwise(write func(rw http.ResponseWriter, body string)) func(*world) {
	return answering(func(w *world, rw http.ResponseWriter, r *http.Request) {
		write(rw, w.carriedOut(r).Body.String())
	})
}

// brokenPage breaks the connection inside a page.
func brokenPage(w *world) {
	w.fault = func(rw http.ResponseWriter, r *http.Request) {
		body := w.carriedOut(r).Body.String()
		conn, reset := hijack(rw)
		fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n%s", jsonHead, len(body), body[:len(body)/2])
		time.Sleep(20 * time.Millisecond) // a reset takes back what was not read yet
		reset()
	}
}

// unnamed finds the names of resources in a page.
var unnamed = regexp.MustCompile(`"(ResourceId|ResourceARN)":"[^"]*"`)

// status is the page with another status.
func status(status int) func(*world) {
	return otherwise(func(rw http.ResponseWriter, body string) {
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, body)
	})
}

// broken is a scenario of pages that cannot be had while the fault lasts.
func broken(name string, arrange func(*world)) scenario {
	return scenario{name: name, arrange: arrange, single: unread, rows: ahead, recovers: true}
}

// throttledList bounds how long a page waits.
func throttledList(arrange func(*world)) func(*world) {
	return func(w *world) {
		w.config.Retry.MaxThrottle = 4 * time.Second
		arrange(w)
	}
}

var listFaults = []scenario{
	broken("the answer is lost", breaking(func(io.Writer) {})),
	broken("reset inside the body", brokenPage),
	broken("502, an HTML page", page(http.StatusBadGateway).fault),
	{
		name: "403, an HTML page", arrange: page(http.StatusForbidden).fault,
		single: fails(1, untag.ErrPermissionDenied), rows: ahead,
	},
	broken("truncated JSON in a whole answer", otherwise(func(rw http.ResponseWriter, body string) { _, _ = io.WriteString(rw, body[:len(body)/2]) })),
	broken("202", status(http.StatusAccepted)),
	broken("206", status(http.StatusPartialContent)),
	broken("200 and nothing else", says("")),
	broken("Success is false", says(`{"RequestId":"r-1","Success":false}`)),
	{
		name: "an ErrorResponse of XML in a 200", arrange: says(`<ErrorResponse><Error><Code>NoPermission</Code><Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`),
		single: fails(1, untag.ErrPermissionDenied), rows: ahead,
	},
	{
		name: "an error code in a 200", arrange: says(`{"RequestId":"r-1","Code":"NoPermission","Message":"no"}`),
		single: fails(1, untag.ErrPermissionDenied), rows: ahead,
	},
	broken("a page of 100 MB, in chunks", flood(false, listBound)),
	broken("a gzip bomb, 1000 times its size", otherwise(func(rw http.ResponseWriter, _ string) {
		rw.Header().Set("Content-Encoding", "gzip")
		_, _ = rw.Write(bomb())
	})),
	{
		name: "a slow page, within the time-out", arrange: func(w *world) { w.toxic("latency", "downstream", map[string]any{"latency": 50}) },
		single: succeeds(1), recovers: true,
	},
	{
		name: "a page that does not come within the time-out", timed: true, inexact: true,
		arrange: func(w *world) {
			w.config.Timeout = 4 * time.Second // the pages before this one have to come on a busy machine
			w.fault = func(_ http.ResponseWriter, r *http.Request) { hang(r) }
		},
		single: unread, rows: ahead, recovers: true,
	},
	{
		name: "throttling, which passes after 2 answers", arrange: throttledList(inject(untagtest.Fault{RetryAfter: 5 * time.Millisecond})),
		healAfter: 2, timed: true, inexact: true,
		single: fails(0, untag.ErrThrottled), rows: ahead, recovers: true,
	},
	broken("SystemBusy", refusal(http.StatusBadRequest, "SystemBusy").fault),
	{
		name: "the token of the next page is refused: 403 Invalid.NextToken", arrange: inject(untagtest.Fault{Code: "Invalid.NextToken", Status: http.StatusForbidden, Continued: true}),
		single: succeeds(1), rows: ahead, later: []error{untag.ErrInvalidParameter},
	},
	{
		name: "the key is refused", arrange: refusal(http.StatusNotFound, untag.CodeInvalidAccessKeyID).fault,
		single: fails(1, untag.ErrUnauthenticated), rows: ahead,
	},
	{
		name: "the token of a page that was read before", arrange: paged(untagtest.PageRepeatsToken),
		single: succeeds(1), rows: ahead + pageSize, later: []error{},
	},
	broken("a row that was not asked for", otherwise(func(rw http.ResponseWriter, body string) {
		_, _ = io.WriteString(rw, strings.Replace(body, "i-fault", "i-other", 1))
	})),
	broken("a row without the resource's name", otherwise(func(rw http.ResponseWriter, body string) {
		_, _ = io.WriteString(rw, unnamed.ReplaceAllString(body, `"$1":""`))
	})),
	{name: "a resource that is split over two pages", arrange: paged(untagtest.PageSplits), single: succeeds(1), recovers: true},
	{name: "a row that comes again on the next page", arrange: paged(untagtest.PageRepeatsRow), single: succeeds(1), recovers: true},
	{name: "at the end, NextToken is null", arrange: paged(untagtest.PageWithNullToken), single: succeeds(1), recovers: true},
	{name: "at the end, NextToken is empty", arrange: paged(untagtest.PageWithEmptyToken), single: succeeds(1), recovers: true},
	{name: "at the end, NextToken is missing", arrange: paged(untagtest.PageWithoutToken), single: succeeds(1), recovers: true},
	{
		name: "an unknown field of 1,000 levels", arrange: otherwise(func(rw http.ResponseWriter, body string) {
			_, _ = io.WriteString(rw, `{"A":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+","+strings.TrimPrefix(body, "{"))
		}),
		single: succeeds(1), recovers: true,
	},
}
