package untagtest

import (
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

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
	case f.Code == "" && f.Status == 0 && f.RetryAfter == 0 && !f.Reset && !f.Truncate && !f.HTML && f.Page == "":
		return onArrival
	}
	return onAnswer
}

func (f *Fault) matches(in *request) bool {
	return (f.Service == "" || f.Service == in.name()) && (f.Region == "" || f.Region == in.region) &&
		(f.Action == "" || f.Action == in.action) && (!f.Continued || in.value("NextToken") != "") &&
		(f.Page == "" || in.action == "ListTagResources")
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
func (s *faults) draw(p phase, in *request, take func(*Fault) (wanted bool), strike func(Fault)) {
	if s.active[p].Load() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.list[:0]
	for _, f := range s.list {
		switch {
		case f.phase() != p || !f.matches(in) || !take(&f):
		case f.Skip > 0:
			f.Skip--
		case f.Share == 0 || s.random.Float64() < f.Share:
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
func (s *faults) arrival(in *request) (latency, offset time.Duration) {
	s.draw(onArrival, in, func(f *Fault) bool {
		return (f.Latency == 0 || latency == 0) && (f.ClockOffset == 0 || offset == 0)
	}, func(f Fault) {
		latency, offset = latency+f.Latency, offset+f.ClockOffset
	})
	return latency, offset
}

// answer returns the fault that answers a call.
func (s *faults) answer(in *request) (struck Fault, ok bool) {
	s.draw(onAnswer, in, func(*Fault) bool { return !ok }, func(f Fault) { struck, ok = f, true })
	return struck, ok
}

// item returns the reason why one resource of an answer of Tag fails.
func (s *faults) item(in *request) (reason *refusal) {
	s.draw(onItem, in, func(*Fault) bool { return reason == nil }, func(f Fault) {
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
