package untagtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
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

	// Latency is how long the call takes: half of it passes before the call is carried out, half after.
	Latency time.Duration
	// ClockOffset is how far the service's clock is ahead, for its Date header and for judging dates. Negative: behind.
	ClockOffset time.Duration
}

// Inject adds faults. They stay until their Calls are used up, or [Cloud.ClearFaults]. It panics when a fault says
// nothing, or two things at once: of an error answer, Reset, Truncate, HTML and Item a fault has one; Item has no
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
	for _, has := range []bool{f.Code != "" || f.RetryAfter != 0 || f.Status != 0 && !f.HTML, f.Reset, f.Truncate, f.HTML, f.Item != ""} {
		if has {
			answers++
		}
	}
	_, known := services[f.Service]
	switch {
	case f.Service != "" && !known:
		return fmt.Sprintf("has the unknown service %q", string(f.Service))
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

// phase is the moment at which a fault is drawn.
type phase int

const (
	onArrival phase = iota // pure latency and clock offsets
	onAnswer
	onItem
)

func (f *Fault) phase() phase {
	switch {
	case f.Item != "":
		return onItem
	case f.Code == "" && f.Status == 0 && f.RetryAfter == 0 && !f.Reset && !f.Truncate && !f.HTML:
		return onArrival
	}
	return onAnswer
}

// refusal is the error answer of a fault with a Code or a RetryAfter.
func (f *Fault) refusal() refusal {
	code := f.Code
	if code == "" {
		code = throttled.code
	}
	return byCode(code, f.Status, f.Message)
}

type faults struct {
	active [onItem + 1]atomic.Int64 // how many faults each phase has, to skip the lock
	mu     sync.Mutex
	list   []Fault
	random *rand.Rand
}

func newFaults() *faults {
	f := new(faults)
	f.seed(1)
	return f
}

func (s *faults) seed(seed uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.random = rand.New(rand.NewPCG(seed, seed))
}

func (s *faults) add(injected []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range injected {
		s.list = append(s.list, f)
		s.active[f.phase()].Add(1)
	}
}

func (s *faults) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = nil
	for i := range s.active {
		s.active[i].Store(0)
	}
}

func (s *faults) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.list)
}

// draw offers each fault of a phase that matches to take, in order. A fault strikes when take wants it and its Calls or
// its Share say so; then it is used up by one.
func (s *faults) draw(p phase, service Service, region string, take func(*Fault) (wanted bool), strike func(Fault)) {
	if s.active[p].Load() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.list[:0]
	for _, f := range s.list {
		matches := f.phase() == p && (f.Service == "" || f.Service == service) && (f.Region == "" || f.Region == region)
		if matches && take(&f) && (f.Share == 0 || s.random.Float64() < f.Share) {
			strike(f)
			if f.Calls == 1 {
				s.active[p].Add(-1)
				continue
			}
			f.Calls = max(f.Calls-1, 0)
		}
		kept = append(kept, f)
	}
	clear(s.list[len(kept):])
	s.list = kept
}

// arrival returns the latency and the clock offset of a call that comes.
func (s *faults) arrival(service Service, region string) (latency, offset time.Duration) {
	s.draw(onArrival, service, region, func(f *Fault) bool {
		return (f.Latency == 0 || latency == 0) && (f.ClockOffset == 0 || offset == 0)
	}, func(f Fault) {
		latency, offset = latency+f.Latency, offset+f.ClockOffset
	})
	return latency, offset
}

// answer returns the fault that answers a call.
func (s *faults) answer(service Service, region string) (struck Fault, ok bool) {
	s.draw(onAnswer, service, region, func(*Fault) bool { return !ok }, func(f Fault) { struck, ok = f, true })
	return struck, ok
}

// item returns the reason why one resource of an answer of Tag fails.
func (s *faults) item(region string) (reason *refusal) {
	s.draw(onItem, Tag, region, func(*Fault) bool { return reason == nil }, func(f Fault) {
		r := byCode(f.Item, 0, f.Message)
		reason = &r
	})
	return reason
}

// byCode completes an error answer of which only the code is given.
func byCode(code string, status int, message string) refusal {
	r := refusal{status, code, message}
	known := refusal{400, code, "The call was refused with the code " + code + " that the test asked for."}
	switch {
	case strings.HasPrefix(code, "Throttling"):
		known.message = throttled.message
	case strings.HasPrefix(code, "ServiceUnavailable"):
		known = refusal{503, code, "The request has failed due to a temporary failure of the server."}
	case code == internalError.code:
		known = internalError
	case code == dead.code:
		known.status, known.message = 404, dead.message
	case strings.HasPrefix(code, "NoPermission"), strings.HasPrefix(code, "Forbidden"):
		known.status = 403
	case strings.HasSuffix(code, ".NotFound"):
		known.status = 404
	}
	if r.status == 0 {
		r.status = known.status
	}
	if r.message == "" {
		r.message = known.message
	}
	return r
}
