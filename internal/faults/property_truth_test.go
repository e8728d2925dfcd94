package faults_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// occurrence is one element of an input, or one name of a single call.
type occurrence struct {
	name      string
	id        string // "": malformed
	set       string // which tags it gets; all get the same in a run that removes
	claimed   bool   // it has an outcome
	err       error
	malformed bool
	at        time.Time // when it was yielded
}

// scene is a world that a seed makes: an account, a wire to it, a client, and what is asked of it.
type scene struct {
	family
	r      *rand.Rand
	cloud  *untagtest.Cloud
	wire   *troubledWire
	config untag.Config
	ask    ask

	tags, many bool // what is asked: TagResources or UntagResources, a bulk run or one call
	resources  map[string]untagtest.Resource
	absent     map[string]bool
	denied     map[string]bool
	vanishing  map[string]time.Duration // when somebody releases it
	sets       map[string][]untag.Tag
	input      []occurrence

	long       string // the end of all IDs
	read       int    // of the input
	pause      time.Duration
	inputErr   error
	inputDies  int // before this element; 0: never
	ending     string
	endsAfter  time.Duration
	breakAfter int
	byDeadline bool          // ctx ends by its deadline
	slow       time.Duration // how long the loop takes for some of the pairs

	mu      sync.Mutex
	ended   atomic.Int64 // when ending came, by time.Time.UnixNano; 0: it did not
	died    []string     // what did not return
	creds   bool         // the credentials went bad
	brief   bool         // OnCall gave a call less time
	asked   int
	release chan struct{}
	hookErr error // what the end of OnCall got
	hooked  bool

	hookBlocks bool // what is to die in a hook blocks instead

	last     *occurrence // the last pair
	late     bool        // something came after it
	outcomes []occurrence
	failed   []tag.ResourceError
	panicked any
	returned bool
	finished time.Time
	hung     bool
}

func newScene(r *rand.Rand) *scene {
	s := &scene{
		family: families[r.IntN(len(families))], r: r, cloud: untagtest.NewCloud(), tags: chance(r, 0.5), many: chance(r, 0.7),
		resources: map[string]untagtest.Resource{}, absent: map[string]bool{}, denied: map[string]bool{}, sets: map[string][]untag.Tag{},
		vanishing: map[string]time.Duration{}, release: make(chan struct{}),
	}
	if chance(r, 0.4) {
		s.family = families[0]
	}
	s.cloud.KeepCalls(0)
	s.cloud.Seed(r.Uint64())
	s.cloud.Choose(untagtest.Choices{TagsPerResource: -1})
	s.drawResources()
	s.drawInput()
	s.drawWire()
	s.drawEnd()
	s.drawConfig()
	return s
}

func (s *scene) drawResources() {
	r := s.r
	n, keys := oneOf(r, 1, 2, 5, 12), oneOf(r, 1, 2, s.keys)
	if s.many {
		n, keys = oneOf(r, 1, 3, 20, 60, 130, 260), oneOf(r, 1, 1, 2, s.keys+1, 2*s.keys+3)
	}
	if !s.many {
		n = min(n, s.perCall)
	}
	s.ask.region = region
	for _, set := range []string{"a", "b"} {
		for i := range keys {
			s.sets[set] = append(s.sets[set], untag.Tag{Key: fmt.Sprintf("%s%02d", set, i), Value: "v"})
		}
	}
	if s.ask.all = !s.tags && s.service != untagtest.Tag && chance(r, 0.15); s.ask.all {
		s.sets["a"] = nil
	}
	s.ask.tags = s.sets["a"]
	if chance(r, 0.15) {
		s.long = strings.Repeat("x", 120) // fewer go into a query
	}
	bad := oneOf(r, 0, 0, 0.03, 0.3)
	for i := range n {
		resource := s.product
		resource.ID, resource.Region = s.idAt(i), s.regions[0]
		if s.many {
			resource.Region = oneOf(r, s.regions...)
		}
		resource.Tags = map[string]string{keptKey: "1"}
		if !s.tags {
			for _, t := range s.sets["a"] {
				resource.Tags[t.Key] = "1"
			}
		}
		s.resources[resource.ID] = resource
		switch {
		case chance(r, bad):
			s.absent[resource.ID] = true
		default:
			s.cloud.Put(resource)
			switch {
			case chance(r, bad/2):
				s.vanishing[resource.ID] = oneOf(r, time.Millisecond, 20*time.Millisecond, 100*time.Millisecond, time.Second)
			case chance(r, bad):
				s.denied[resource.ID] = true
				s.cloud.Deny(oneOf(r, "NoPermission.Operator", "IncorrectInstanceStatus", "InvalidResourceId.NotSupported"), 0, resource)
			}
		}
	}
}

func (s *scene) idAt(i int) string { return fmt.Sprintf("i-%03d%s", i, s.long) }

func (s *scene) drawInput() {
	r := s.r
	twice := oneOf(r, 0, 0, 0.1, 0.7)
	add := func(id string, spelling int) {
		o := occurrence{id: id, set: "a", name: s.name(s.resources[id], spelling)}
		if s.tags && s.many && chance(r, 0.2) {
			o.set = "b"
		}
		s.input = append(s.input, o)
	}
	for i := range len(s.resources) {
		id := s.idAt(i)
		add(id, oneOf(r, 0, 0, 0, 1, 2, 3))
		for chance(r, twice) && (s.many || s.service == untagtest.Tag && len(s.input) < s.perCall) {
			add(id, r.IntN(4))
		}
	}
	if s.many && chance(r, 0.3) {
		for range 1 + r.IntN(3) {
			s.input = append(s.input, occurrence{name: oneOf(r, s.malforms...), set: "a", malformed: true})
		}
	}
	r.Shuffle(len(s.input), func(i, j int) { s.input[i], s.input[j] = s.input[j], s.input[i] })
	if !s.many { // a single call names each only once
		var names []string
		s.input = slices.DeleteFunc(s.input, func(o occurrence) bool {
			again := slices.Contains(names, o.name)
			names = append(names, o.name)
			return again
		})
		for _, o := range s.input {
			s.ask.names = append(s.ask.names, o.name)
		}
		return
	}
	s.ask.concurrency, s.ask.unordered = oneOf(r, 0, 0, 1, 2, 8, 64), chance(r, 0.4)
	if chance(r, 0.1) {
		s.inputErr = errors.New("the file broke off")
	}
	if chance(r, 0.05) {
		s.inputDies = 1 + r.IntN(len(s.input))
	}
	if chance(r, 0.2) {
		s.pause = oneOf(r, time.Millisecond, 20*time.Millisecond)
	}
	if chance(r, 0.1) {
		s.slow = oneOf(r, 10*time.Millisecond, 10*time.Second)
	}
	s.ask.inputErr = func() error { return s.inputErr }
	s.ask.input = func(yield func(string, []untag.Tag) bool) {
		for i, o := range s.input {
			if i+1 == s.inputDies {
				s.dies("the input")
			}
			if s.pause > 0 && i%10 == 0 {
				time.Sleep(s.pause)
			}
			s.read++
			if !yield(o.name, s.sets[o.set]) {
				return
			}
		}
	}
}

// drawWire chooses what can happen to requests: some of the fates, and how often.
func (s *scene) drawWire() {
	r := s.r
	s.wire = &troubledWire{
		account: s.cloud.Config().HTTPClient.Transport, codes: codesOf()[s.folder], latency: oneOf(r, 0, 5*time.Millisecond, 50*time.Millisecond),
		release: s.release, single: !s.many, rand: rand.New(rand.NewPCG(r.Uint64(), 1)),
		share: oneOf(r, 0, 0.05, 0.3, 0.6, 0.95), budget: oneOf(r, 2, 10, 100, 1000), quiet: oneOf(r, 0, 0, 1, 5), intact: s.intact, sendable: map[string]bool{},
		nonces: map[string]bool{}, ghosts: map[string]int{}, doubted: map[string]bool{}, refused: map[string]bool{}, counts: map[string]int{},
	}
	s.wire.over = func() bool {
		ended := s.endedAt()
		return !ended.IsZero() && time.Now().After(ended)
	}
	for _, o := range s.input {
		s.wire.sendable[o.name] = !o.malformed
	}
	likely := oneOf(r, 0.1, 0.3, 0.8)
	for _, f := range slices.Concat(fates, answerFates) {
		if chance(r, likely) && (!f.dies || chance(r, 0.2)) {
			s.wire.kinds = append(s.wire.kinds, f)
		}
	}
	// An account that fails one spelling of a resource does the other one.
	if s.service == untagtest.Tag && chance(r, 0.25) && (s.many || len(s.input) == len(s.resources)) {
		for range 1 + r.IntN(2) {
			code := oneOf(r, s.wire.codes...)
			for looked(code) || code == "" {
				code = oneOf(r, s.wire.codes...)
			}
			if chance(r, 0.3) {
				code = untag.CodeThrottlingUser // is waited out, unlike most
			}
			s.cloud.Inject(untagtest.Fault{Item: code, Calls: oneOf(r, 1, 3, 20)})
			s.wire.counts["failed item: "+code]++
		}
		for id := range s.resources {
			s.wire.doubted[id], s.wire.refused[id] = true, true
		}
	}
}

// intact reports whether nothing has been done yet to any of these resources.
func (s *scene) intact(ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool {
		resource, known := s.resources[id]
		now, ok := s.cloud.Tags(resource.Product, resource.Region, resource.Type, id)
		return known && ok && len(now) != len(resource.Tags)
	})
}

func (s *scene) drawEnd() {
	if !chance(s.r, 0.45) {
		return
	}
	s.ending = "ctx"
	if s.many {
		s.ending = oneOf(s.r, "drain", "ctx", "break")
	}
	s.endsAfter = oneOf(s.r, 0, time.Millisecond, 30*time.Millisecond, 300*time.Millisecond, 3*time.Second, time.Minute)
	s.breakAfter, s.byDeadline = s.r.IntN(len(s.input)), chance(s.r, 0.3)
}

func (s *scene) drawConfig() {
	r := s.r
	blocked := s.many && (s.ending == "drain" || s.ending == "ctx")
	s.wire.kinds = slices.DeleteFunc(s.wire.kinds, func(f *fate) bool { return f.blocks && !blocked })
	s.config = s.cloud.Config()
	s.config.HTTPClient = &http.Client{Transport: s.wire}
	s.config.Timeout = oneOf(r, time.Second, 5*time.Second, 30*time.Second)
	if s.ending == "ctx" && chance(r, 0.2) {
		s.config.Timeout = -1
	}
	s.config.Retry = untag.Retry{
		MaxAttempts: oneOf(r, 0, 0, 1, 2, 8), BaseDelay: oneOf(r, 0, time.Millisecond), MaxThrottle: oneOf(r, 0, 0, 5*time.Second, -1),
	}
	s.config.Rate = oneOf(r, 0, 0, 0, 20.0, -1)
	s.config.Signature = oneOf(r, untag.SignatureV3, untag.SignatureV3, untag.SignatureV1)
	s.drawProvider(blocked)
	s.drawHooks(blocked)
}

func (s *scene) count(what string) {
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	s.wire.counts[what]++
}

// TestTruthProperty makes single calls and bulk runs in worlds in which everything fails, and compares every outcome with the
// account, the time with what the documents say, and what is left with nothing.
func TestTruthProperty(t *testing.T) {
	eachSeed(t, func(t *testing.T, r *rand.Rand) (map[string]int, error) {
		s := newScene(r)
		err := s.play(t.Context())
		if err != nil {
			err = fmt.Errorf("%w\n%s\n%s", err, s, strings.Join(s.wire.log, "\n"))
		}
		return s.wire.counts, err
	})
}
