package untagtest

import (
	"fmt"
	"slices"
	"time"
)

// Fault is something that goes wrong with calls. It says which calls it strikes, and one thing that happens to them.
//
// Of several faults that give an answer the one that was injected first strikes, and the others wait for the next call, so
// three of one call each are a sequence; latencies and clock offsets likewise. A latency, a clock offset and an answer,
// from one fault or from three, act on a call together.
type Fault struct {
	// Service is that of the calls that it strikes. "": any.
	Service Service
	// Region is that of the calls that it strikes. "": any.
	Region string
	// Action is that of the calls that it strikes, such as "ListTagResources". "": any.
	Action string
	// Continued lets it strike only calls with a NextToken: pages of a list but the first.
	Continued bool
	// Skip is how many matching calls (with Item: resources) pass before the first that it may strike.
	Skip int

	// Calls is how many calls it strikes, the next ones that match; with Item, how many resources. 0: as Share says.
	Calls int
	// Share is the share of all matching calls that it strikes, from 0 to 1, drawn as Seed says. 0, and Calls 0: every
	// call.
	Share float64

	// Code is the error code of an answer that refuses the call. Nothing is changed.
	Code string
	// Status is the HTTP status of the answer with that Code; 0: by the Code. With HTML: the status of the page. Alone:
	// an answer of this status without a body, and nothing is changed.
	Status int
	// Message is the message of the answer with that Code or Item. "": by the code.
	Message string
	// RetryAfter is how long the answer asks to wait, in the header x-acs-retry-after. Without a Code the code is
	// Throttling.User.
	RetryAfter time.Duration
	// Reset breaks the connection, and nothing is changed.
	Reset bool
	// After, with Reset, carries the call out before the connection breaks.
	After bool
	// Truncate carries the call out and cuts the answer in the middle.
	Truncate bool
	// HTML answers with a gateway's page, of status 502 if Status is 0. Nothing is changed.
	HTML bool
	// Item is the code with which a resource that could be untagged is not, and stands in FailedResources. Only Tag
	// answers so.
	Item string

	// Page is what is wrong with the page of a list. The call is carried out.
	Page PageFault

	// Latency is how long the call takes: half of it passes before the call is carried out, half after.
	Latency time.Duration
	// ClockOffset is how far the service's clock is ahead, for its Date header and for judging dates. Negative: behind.
	ClockOffset time.Duration
}

// Inject adds faults. They stay until their Calls are used up, or [Cloud.ClearFaults]. It panics when a fault says
// nothing, or two things at once: of an error answer, Reset, Truncate, HTML, Item and Page a fault has one; Item has no
// Latency and no ClockOffset; ClockOffset stands alone or with Latency; Calls and Share exclude each other.
//
// A call draws Latency and ClockOffset faults when it comes. It draws the others only after its signature, its
// parameters Version, Action and RegionId and its quota were found good: a call that the account refuses by itself uses
// none up. Calls of which the service or region cannot be told match only faults without one.
func (c *Cloud) Inject(injected ...Fault) {
	for i, f := range injected {
		if problem := f.problem(); problem != "" {
			panic(fmt.Sprintf("untagtest: Inject: fault %d %s", i, problem))
		}
	}
	c.faults.add(injected)
}

// ClearFaults ends all faults. What [Cloud.SetQuota], [Cloud.SetWindow] and [Cloud.Deny] set stays.
func (c *Cloud) ClearFaults() { c.faults.clear() }

// Seed starts the random numbers anew from which faults with a Share are drawn. Every [Cloud] starts with the same
// seed, so a sequence of calls meets the same faults each time it is run. Calls at the same time meet them in any
// order.
func (c *Cloud) Seed(seed uint64) { c.faults.seed(seed) }

func (f Fault) problem() string {
	answers := 0
	for _, has := range []bool{f.Code != "" || f.RetryAfter != 0 || f.Status != 0 && !f.HTML, f.Reset, f.Truncate, f.HTML, f.Item != "", f.Page != ""} {
		if has {
			answers++
		}
	}
	_, known := services[f.Service]
	switch {
	case f.Service != "" && !known:
		return fmt.Sprintf("has the unknown service %q", string(f.Service))
	case f.Page != "" && !slices.Contains(pageFaults, f.Page):
		return fmt.Sprintf("has the unknown Page %q", string(f.Page))
	case f.Page != "" && f.Action != "" && f.Action != "ListTagResources":
		return "has a Page, which only ListTagResources answers with"
	case f.Skip < 0:
		return "has a Skip below 0"
	case f.Calls < 0 || f.Share < 0 || f.Share > 1 || f.Share != f.Share:
		return "has Calls below 0 or a Share outside 0 to 1"
	case f.Calls > 0 && f.Share > 0:
		return "has both Calls and Share"
	case answers == 0 && f.Latency == 0 && f.ClockOffset == 0:
		return "has no effect"
	case answers > 1:
		return "has several answers: inject one fault for each"
	case f.ClockOffset != 0 && answers > 0:
		return "has a ClockOffset and an answer: inject one fault for each"
	case f.Item != "" && f.Latency != 0:
		return "has Item and Latency: inject one fault for each"
	case f.Item != "" && f.Service != "" && f.Service != Tag:
		return "has an Item, which only Tag answers with"
	case f.Latency < 0 || f.RetryAfter < 0:
		return "has a negative time"
	case f.After && !f.Reset:
		return "has After without Reset"
	case f.Message != "" && f.Code == "" && f.RetryAfter == 0 && f.Item == "":
		return "has a Message without a Code"
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return "has a Status that is none"
	}
	return ""
}

// PageFault is what can be wrong with a page of ListTagResources. All of it can happen by what the documents say, or has
// happened to users of this or a sibling service.
type PageFault string

// The faults of a page.
const (
	PageSplits         PageFault = "splits"         // ends in the middle of its last resource with two tags or more, which goes on in the next page
	PageRepeatsRow     PageFault = "repeats row"    // the next page begins with the last row of this one; not when it is the only row
	PageRepeatsToken   PageFault = "repeats token"  // NextToken is that of the request; on a first page nothing happens
	PageIgnoresFilter  PageFault = "ignores filter" // resources and tags that the request names are ignored: foreign rows come
	PageWithoutList    PageFault = "without list"   // the field TagResources is missing
	PageWithNullToken  PageFault = "null token"     // at the end, NextToken is null
	PageWithEmptyToken PageFault = "empty token"    // at the end, NextToken is ""
	PageWithoutToken   PageFault = "without token"  // at the end, the field NextToken is missing
)

var pageFaults = []PageFault{
	PageSplits, PageRepeatsRow, PageRepeatsToken, PageIgnoresFilter, PageWithoutList, PageWithNullToken, PageWithEmptyToken, PageWithoutToken,
}
