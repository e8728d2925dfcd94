package faults_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// regionFault is what can be wrong with a whole region, and lasts.
type regionFault struct {
	name   string
	fate   *fate // of every call
	inject untagtest.Fault
	works  bool // its resources are done all the same
	forAll bool // by its code it is one for all regions; one alone is not believed
	lasts  bool // its calls are repeated until the run ends
}

func always(code string, status int) *fate {
	return &fate{name: "always " + code, refusal: true, mayEnd: true, doubt: slices.Contains(momentary, code), do: func(_ *troubledWire, c *wireCall) (*http.Response, error) {
		return forged(c, status, "application/json", fmt.Sprintf(`{"RequestId":"R","Code":%q,"Message":"m"}`, code))
	}}
}

func fateNamed(name string) *fate {
	all := slices.Concat(fates, answerFates)
	return all[slices.IndexFunc(all, func(f *fate) bool { return f.name == name })]
}

var regionStrikes = []regionFault{
	{name: "a clock that is an hour ahead", inject: untagtest.Fault{ClockOffset: time.Hour}, works: true},
	{name: "a clock that is an hour behind", inject: untagtest.Fault{ClockOffset: -time.Hour}, works: true},
	{name: "a region that is not known", fate: always("InvalidParameter.RegionId", 400)},
	{name: "a region that the service has not", fate: always("InvalidRegionId.NotFound", 404)},
	{name: "an endpoint of another region", fate: always(untag.CodeUnsupportedEndpoint, 400)},
	{name: "an operation that is not known", fate: always(untag.CodeInvalidActionNotFound, 404)},
	{name: "no permission, to whatever it is", fate: always(untag.CodeForbiddenRAM, 403)},
	{name: "a code that nobody knows", fate: always("SomethingNew", 400)},
	{name: "no permission for the keys", fate: always("NoPermissionKey.Operator", 403), forAll: true},
	{name: "a key that is not known", fate: always(untag.CodeInvalidAccessKeyID, 404), forAll: true},
	{name: "a dead region", fate: fateNamed("the connection is refused")},
	{name: "a host that does not exist", fate: fateNamed("no such host")},
	{name: "a certificate that is not trusted", fate: fateNamed("the certificate is not trusted")},
	{name: "an outage", fate: always(untag.CodeServiceUnavailable, 503)},
	{name: "a gateway that answers pages", fate: fateNamed("a gateway's page")},
	{name: "a firewall that answers pages", fate: fateNamed("a firewall's page")},
	{name: "throttling without end", fate: always(untag.CodeThrottlingUser, 400), lasts: true},
	{name: "every answer is lost", fate: fateNamed("carried out, the answer is lost")},
	{name: "no answer comes", fate: fateNamed("no answer within the time-out")},
	{name: "it blocks for ever", fate: fateNamed("the transport blocks"), lasts: true},
	{name: "slow answers", inject: untagtest.Fault{Latency: 3 * time.Second}, works: true},
	{name: "answers that are too slow", inject: untagtest.Fault{Latency: time.Hour}},
}

// drained is when runs in such worlds are drained: some of the faults last as long as the run does.
const drained = time.Hour

// newRegions makes a run over resources in regions of which one at least is well.
func newRegions(r *rand.Rand) (*scene, map[string]regionFault) {
	s := &scene{
		family: families[0], r: r, cloud: untagtest.NewCloud(), many: true, tags: chance(r, 0.5),
		resources: map[string]untagtest.Resource{}, absent: map[string]bool{}, denied: map[string]bool{},
		sets: map[string][]untag.Tag{"a": {{Key: "a00", Value: "v"}}}, ending: "drain", endsAfter: drained,
	}
	s.cloud.KeepCalls(0)
	s.ask = ask{region: region, tags: s.sets["a"], unordered: chance(r, 0.7)}
	if chance(r, 0.2) {
		s.ask.concurrency = 64
	}
	faults, bad := map[string]regionFault{}, oneOf(r, 0, 0, 0.02)
	believed := false // two regions that say the same end a run
	names := slices.Clone(commonRegions)
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for i, name := range names[:2+r.IntN(4)] {
		if i > 0 && chance(r, 0.8) {
			fault := oneOf(r, regionStrikes...)
			for believed && fault.forAll {
				fault = oneOf(r, regionStrikes...)
			}
			faults[name], believed = fault, believed || fault.forAll
		}
		for n := range oneOf(r, 1, 1, 40, 40, 120, 120, 400) {
			resource := s.product
			resource.ID, resource.Region = fmt.Sprintf("i-%d-%03d", i, n), name
			resource.Tags = map[string]string{keptKey: "1"}
			if !s.tags {
				resource.Tags["a00"] = "1"
			}
			s.resources[resource.ID] = resource
			if s.absent[resource.ID] = chance(r, bad); !s.absent[resource.ID] {
				s.cloud.Put(resource)
			}
			s.input = append(s.input, occurrence{id: resource.ID, set: "a", name: s.name(resource, r.IntN(3))})
		}
	}
	if chance(r, 0.7) {
		r.Shuffle(len(s.input), func(i, j int) { s.input[i], s.input[j] = s.input[j], s.input[i] })
	}
	s.connect()
	for name, fault := range faults {
		s.wire.counts["region: "+fault.name]++
		if fault.fate != nil {
			s.wire.regions[name] = func(*wireCall) *fate { return fault.fate }
			continue
		}
		fault.inject.Region = name
		s.cloud.Inject(fault.inject)
	}
	return s, faults
}

// connect makes the wire, the client and the input.
func (s *scene) connect() {
	s.release = make(chan struct{})
	s.ask.input = func(yield func(string, []untag.Tag) bool) {
		for _, o := range s.input {
			s.read++
			if !yield(o.name, s.sets["a"]) {
				return
			}
		}
	}
	s.wire = &troubledWire{
		account: s.cloud.Config().HTTPClient.Transport, latency: 50 * time.Millisecond, release: s.release, intact: s.intact,
		rand: rand.New(rand.NewPCG(s.r.Uint64(), 1)), regions: map[string]func(*wireCall) *fate{},
		nonces: map[string]bool{}, ghosts: map[string]int{}, doubted: map[string]bool{}, refused: map[string]bool{}, counts: map[string]int{},
	}
	s.config = s.cloud.Config()
	s.config.HTTPClient = &http.Client{Transport: s.wire}
	s.config.Timeout = 10 * time.Second
}

// alone is the same run without the regions that are not well.
func (s *scene) alone(faults map[string]regionFault) *scene {
	other := &scene{
		family: s.family, r: s.r, cloud: untagtest.NewCloud(), many: true, tags: s.tags, resources: s.resources, absent: s.absent, denied: s.denied,
		sets: s.sets, ask: s.ask,
	}
	other.cloud.KeepCalls(0)
	for _, o := range s.input {
		resource := s.resources[o.id]
		if _, bad := faults[resource.Region]; bad {
			continue
		}
		other.input = append(other.input, o)
		if !s.absent[o.id] {
			other.cloud.Put(resource)
		}
	}
	other.connect()
	return other
}

// TestRegionsProperty makes runs over regions that fail in all ways: one that is well does all its work, in about the time
// that it takes alone.
func TestRegionsProperty(t *testing.T) {
	eachSeed(t, func(t *testing.T, r *rand.Rand) (map[string]int, error) {
		s, faults := newRegions(r)
		reference := s.alone(faults)
		begin := time.Now()
		if err := reference.play(t.Context()); err != nil {
			return nil, fmt.Errorf("alone: %w", err)
		}
		needs := reference.finished.Sub(begin)
		begin = time.Now()
		err := s.play(t.Context())
		if err == nil {
			err = s.checkRegions(faults, begin, needs)
		}
		if err != nil {
			err = fmt.Errorf("%w\nalone it takes %v; %+v\n%s\n%s", err, needs, s.wire.counts, s, strings.Join(s.wire.log, "\n"))
		}
		return s.wire.counts, err
	})
}

func (s *scene) checkRegions(faults map[string]regionFault, begin time.Time, needs time.Duration) error {
	lasts := slices.ContainsFunc(slices.Collect(maps.Values(faults)), func(f regionFault) bool { return f.lasts })
	if s.last != nil && !lasts {
		return fmt.Errorf("nothing ended the run, and its last pair says %w", s.last.err)
	}
	// A region that has never answered waits up to a second for the verdict of another one that is asked.
	most := 2*needs + time.Duration(1+len(faults))*time.Second
	for _, o := range s.input {
		fault, bad := faults[s.resources[o.id].Region]
		if s.absent[o.id] || bad && !fault.works {
			continue
		}
		if o.err != nil {
			return fmt.Errorf("%s in a region with %q is not done: %w", o.name, fault.name, o.err)
		}
		if took := o.at.Sub(begin); !bad && s.ask.unordered && s.ask.concurrency == 0 && took > most {
			return fmt.Errorf("%s is in a region that is well, and took %v", o.name, took)
		}
	}
	return nil
}
