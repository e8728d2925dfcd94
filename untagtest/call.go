package untagtest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What became of a call, as [Call.Verdict] says it. A call that was refused has the error code as its verdict.
const (
	VerdictOK                  = "OK"                  // carried out
	VerdictPartialFailure      = "PartialFailure"      // Tag: carried out, some resources failed
	VerdictReset               = "Reset"               // an injected fault broke the connection, nothing was changed
	VerdictResetAfterEffect    = "ResetAfterEffect"    // an injected fault broke the connection after the call was carried out
	VerdictTruncated           = "Truncated"           // an injected fault cut the answer, that of a refusal too
	VerdictHTML                = "HTML"                // a page of a gateway, nothing was changed
	VerdictBare                = "Bare"                // an injected fault answered with a status and no body, nothing was changed
	VerdictCanceled            = "Canceled"            // the caller's context ended first, nothing was changed
	VerdictCanceledAfterEffect = "CanceledAfterEffect" // the caller's context ended after the call was carried out
)

const keptCalls = 10_000

// Call is one HTTP request that the account got. It holds no key, no token and no signature.
type Call struct {
	// Time is when it came.
	Time time.Time
	// Service is the service that was called, "" if it could not be told.
	Service Service
	// Action and Region are what the request says, "" if it says nothing.
	Action, Region string
	// Method is that of HTTP.
	Method string
	// Form says whether parameters stood in a form body.
	Form bool
	// SignatureVersion is "V3", "V1", "BEARERTOKEN", or "" for a request with none.
	SignatureVersion string
	// Parameters are those of query and form under their names on the wire, such as "TagKey.1", without those that
	// authenticate.
	Parameters url.Values
	// Verdict is what became of it: an error code or one of the Verdict constants.
	Verdict string
	// Status is the HTTP status, 0 if no answer left.
	Status int
	// RequestID is that of the answer, "" if it had none.
	RequestID string
}

// String describes the call in one line: service, action, region, signature, number of parameters, verdict, status and
// request ID.
func (c Call) String() string {
	return fmt.Sprintf("%s %s in %q (%s, %d parameters): %s, HTTP %d, request ID %q",
		c.Service, c.Action, c.Region, c.SignatureVersion, len(c.Parameters), c.Verdict, c.Status, c.RequestID)
}

// CallCount returns how many calls came so far, with those that are still being answered. [Cloud.KeepCalls] does not
// change it.
func (c *Cloud) CallCount() int { return int(c.calls.count.Load()) }

// Calls returns the last 10,000 calls that are over, or as many as [Cloud.KeepCalls] set, in the order in which they
// ended.
func (c *Cloud) Calls() []Call { return c.calls.list() }

// KeepCalls sets how many calls [Cloud.Calls] returns at most, 10,000 at first, and forgets those it has. 0: none. A
// test of memory that makes many calls sets it low: a call of 50 ARNs is kept in about 5 KB. It panics when n is
// negative.
func (c *Cloud) KeepCalls(n int) {
	if n < 0 {
		panic("untagtest: KeepCalls of a negative number")
	}
	c.calls.keep(n)
}

// recorder is a ring of the last calls. Parameters are kept as they came and taken apart when they are asked for.
type recorder struct {
	count atomic.Int64
	mu    sync.Mutex
	max   int
	next  int // where the next record goes once the ring is full
	ring  []record
}

type record struct {
	Call
	query, form string
}

// record is what is known of a call before it is over. Names that are parts of a long query are cloned.
func (in *request) record() *record {
	rec := &record{
		Call: Call{
			Time: in.arrival, Service: in.name(), Action: strings.Clone(in.action), Region: strings.Clone(in.region),
			Method: in.http.Method, Form: len(in.form) > 0, SignatureVersion: in.scheme,
		},
		query: in.http.URL.RawQuery,
	}
	if len(in.form) > 0 {
		rec.form = string(in.body)
	}
	return rec
}

// full is the call with its parameters.
func (rec *record) full() Call {
	c := rec.Call
	c.Parameters = parametersOf(rec.query, rec.form)
	return c
}

// finish keeps the record of a call that is over, and shows it to the hook.
func (c *Cloud) finish(rec *record) {
	c.calls.add(*rec)
	if after := c.hooks.after.Load(); after != nil {
		(*after)(rec.full())
	}
}

func newRecorder() *recorder { return &recorder{max: keptCalls} }

func (r *recorder) keep(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.max, r.next, r.ring = n, 0, nil
}

func (r *recorder) add(rec record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.max == 0:
	case len(r.ring) < r.max:
		r.ring = append(r.ring, rec)
	default:
		r.ring[r.next] = rec
		r.next = (r.next + 1) % r.max
	}
}

func (r *recorder) list() []Call {
	r.mu.Lock()
	records := slices.Concat(r.ring[r.next:], r.ring[:r.next])
	r.mu.Unlock()
	calls := make([]Call, len(records))
	for i, rec := range records {
		calls[i] = rec.full()
	}
	return calls
}

func parametersOf(sources ...string) url.Values {
	values := url.Values{}
	for _, source := range sources {
		pairs, _ := parsePairs(source)
		for _, p := range pairs {
			switch p.name {
			case "AccessKeyId", "SecurityToken", "BearerToken", "Signature":
			default:
				values.Add(p.name, p.value)
			}
		}
	}
	return values
}
