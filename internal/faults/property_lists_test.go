package faults_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// listing is a world in which resources are listed.
type listing struct {
	*scene
	wanted   map[string]map[string]string // the tags of those that are asked for, by ID
	pages    []untagtest.PageFault
	struck   bool // a page may be wrong in a way that ends the list
	hidden   bool // rows may be left out in a way that nobody can see
	got      []listed
	err      error
	afterErr bool
}

func newListing(r *rand.Rand) *listing {
	s := &scene{
		family: families[r.IntN(len(families))], r: r, cloud: untagtest.NewCloud(), release: make(chan struct{}),
		resources: map[string]untagtest.Resource{},
	}
	l := &listing{scene: s, wanted: map[string]map[string]string{}}
	s.cloud.KeepCalls(0)
	s.cloud.Seed(r.Uint64())
	s.cloud.Choose(untagtest.Choices{TagsPerResource: -1, PageSize: oneOf(r, 0, 1, 2, 3, 7, 50)})
	byName := chance(r, 0.4)
	s.ask.region = region
	if !byName || chance(r, 0.3) {
		s.ask.tags = []untag.Tag{{Key: "team", Value: "blue"}}
	}
	for i := range oneOf(r, 0, 1, 5, 30, 90) {
		resource := s.product
		resource.ID, resource.Region = fmt.Sprintf("i-%03d", i), region
		resource.Tags = map[string]string{"team": oneOf(r, "blue", "blue", "red")}
		if chance(r, 0.2) {
			resource.Tags = map[string]string{"owner": "me"}
		}
		for n := range r.IntN(5) {
			resource.Tags[fmt.Sprint("k", n)] = fmt.Sprint(r.IntN(3), "v")
		}
		s.resources[resource.ID] = resource
		there := !chance(r, 0.1)
		if there {
			s.cloud.Put(resource)
		}
		asked := !byName || chance(r, 0.7) && len(s.ask.names) < s.perCall
		if asked && byName {
			s.ask.names = append(s.ask.names, s.name(resource, r.IntN(3)))
		}
		if asked && there && (len(s.ask.tags) == 0 || resource.Tags["team"] == "blue") {
			l.wanted[resource.ID] = resource.Tags
		}
	}
	if byName && len(s.ask.names) == 0 {
		s.ask.names = []string{s.name(untagtest.Resource{Product: s.product.Product, Type: s.product.Type, Region: region, ID: "i-none"}, 0)}
	}
	s.drawListWire()
	for chance(r, 0.4) {
		fault := untagtest.Fault{Page: oneOf(r,
			untagtest.PageSplits, untagtest.PageSplits, untagtest.PageRepeatsRow, untagtest.PageRepeatsToken, untagtest.PageIgnoresFilter, untagtest.PageIgnoresFilter,
			untagtest.PageWithoutList, untagtest.PageWithNullToken, untagtest.PageWithEmptyToken, untagtest.PageWithoutToken,
		), Calls: oneOf(r, 1, 2, 5), Skip: r.IntN(3)}
		s.cloud.Inject(fault)
		s.wire.counts["page: "+string(fault.Page)]++
		l.struck = l.struck || slices.Contains([]untagtest.PageFault{untagtest.PageRepeatsToken, untagtest.PageIgnoresFilter}, fault.Page)
		l.hidden = l.hidden || fault.Page == untagtest.PageWithoutList || fault.Page == untagtest.PageIgnoresFilter // a token of another list
		l.pages = append(l.pages, fault.Page)
	}
	if chance(r, 0.2) {
		s.ending = oneOf(r, "ctx", "break")
		s.endsAfter, s.breakAfter = oneOf(r, 0, time.Millisecond, 30*time.Millisecond, 300*time.Millisecond), r.IntN(10)
	}
	return l
}

func (s *scene) drawListWire() {
	r := s.r
	s.wire = &troubledWire{
		account: s.cloud.Config().HTTPClient.Transport, codes: codesOf()[s.folder], latency: oneOf(r, 0, 5*time.Millisecond),
		release: s.release, single: true, rand: rand.New(rand.NewPCG(r.Uint64(), 1)), intact: func([]string) bool { return true },
		share: oneOf(r, 0, 0.05, 0.3, 0.9), budget: oneOf(r, 1, 3, 100),
		nonces: map[string]bool{}, ghosts: map[string]int{}, doubted: map[string]bool{}, refused: map[string]bool{}, counts: map[string]int{},
	}
	for _, f := range slices.Concat(fates, answerFates) {
		if f.reads && !f.blocks && chance(r, 0.5) && (!f.dies || chance(r, 0.2)) {
			s.wire.kinds = append(s.wire.kinds, f)
		}
	}
	s.config = s.cloud.Config()
	s.config.HTTPClient = &http.Client{Transport: s.wire}
	s.config.Timeout = 5 * time.Second
	s.config.Retry = untag.Retry{MaxAttempts: oneOf(r, 0, 1, 2), MaxThrottle: oneOf(r, 0, time.Second, -1)}
	s.config.Signature = oneOf(r, untag.SignatureV3, untag.SignatureV1)
}

// play goes through the list.
func (l *listing) play(ctx context.Context) error {
	c, err := l.open(l.config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if l.ending == "ctx" {
		defer time.AfterFunc(l.endsAfter, func() {
			l.ended.Store(time.Now().UnixNano())
			cancel()
		}).Stop()
	}
	over := make(chan struct{})
	begin := time.Now()
	go func() {
		defer close(over)
		defer func() { l.panicked, l.finished = recover(), time.Now() }()
		for element, err := range c.list(ctx, l.ask) {
			switch {
			case l.err != nil:
				l.afterErr = true
			case err != nil:
				l.err = err
			default:
				l.got = append(l.got, element)
			}
			if l.ending == "break" && len(l.got) > l.breakAfter {
				break
			}
		}
		l.returned = true
	}()
	select {
	case <-over:
	case <-time.After(tooLong):
		return fmt.Errorf("the listing has not ended after %v", tooLong)
	}
	ended := l.endedAt()
	if took := l.finished.Sub(ended); !ended.IsZero() && took > 10*time.Millisecond {
		return fmt.Errorf("it ended %v after its context, of %v", took, l.finished.Sub(begin))
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	return errors.Join(l.check(), errors.Join(l.wire.faulty...))
}

// check compares what was listed with the account.
func (l *listing) check() error {
	if !l.returned && !l.dead() {
		return fmt.Errorf("the listing did not return, and nothing had died: %v", l.panicked)
	}
	seen := map[string]bool{}
	for i, e := range l.got {
		tags, wanted := l.wanted[idOf(e.name)]
		switch {
		case !wanted:
			return fmt.Errorf("%q was listed, and not asked for", e.name)
		case seen[idOf(e.name)] && !l.hidden:
			return fmt.Errorf("%q was listed twice", e.name)
		}
		seen[idOf(e.name)] = true
		got := map[string]string{}
		for _, t := range e.tags {
			if value, has := tags[t.Key]; !has || value != t.Value || got[t.Key] != "" {
				return fmt.Errorf("%q was listed with %v, and has %v", e.name, e.tags, tags)
			}
			got[t.Key] = t.Value
		}
		if part := i == len(l.got)-1 && (l.err != nil || !l.returned || l.ending == "break"); !part && !l.hidden && !maps.Equal(got, tags) {
			return fmt.Errorf("%q was listed with %v only, and has %v", e.name, e.tags, tags)
		}
	}
	troubled := false
	for what, n := range l.wire.counts {
		troubled = troubled || strings.HasPrefix(what, "request: ") && what != "request: passes" && n > 0
	}
	switch {
	case l.afterErr:
		return errors.New("something came after the error")
	case !l.returned, l.ending == "break" && l.err == nil:
		l.wire.counts["list: left"]++
	case l.err == nil && !l.hidden && len(l.got) < len(l.wanted):
		return fmt.Errorf("%d of %d were listed, and no error says why", len(l.got), len(l.wanted))
	case l.err == nil:
		l.wire.counts["list: whole"]++
	case errors.Is(l.err, untag.ErrOutcomeUnknown):
		return fmt.Errorf("a list has no outcome that could be unknown: %w", l.err)
	case !troubled && !l.struck && !l.hidden && l.endedAt().IsZero():
		return fmt.Errorf("nothing was wrong, and the list ended by %w", l.err)
	default:
		l.wire.counts["list: an error after some"]++
		if len(l.got) == 0 {
			l.wire.counts["list: an error at once"]++
		}
	}
	return nil
}

// TestListsProperty goes through lists of which pages are wrong and answers fail: what is listed is true and whole and comes
// once, or there is an error at the end.
func TestListsProperty(t *testing.T) {
	eachSeed(t, func(t *testing.T, r *rand.Rand) (map[string]int, error) {
		l := newListing(r)
		err := l.play(t.Context())
		if err != nil {
			err = fmt.Errorf("%w\n%s: names %s, tags %v; pages %q; ends by %q; got %d of %d\n%s", err, l.service, abbreviated(l.ask.names), l.ask.tags, l.pages, l.ending, len(l.got), len(l.wanted), strings.Join(l.wire.log, "\n"))
		}
		return l.wire.counts, err
	})
}
