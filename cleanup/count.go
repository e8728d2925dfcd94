package cleanup

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/untag-go/untag"
)

const topValues = 1000

// Plan says what Remove would do. It sends reads only: who the credentials belong to, and what the service says of rules and
// types. It can be called as often as needed, and goes through everything that was found.
func (j *Job) Plan(ctx context.Context) (Plan, error) {
	release, err := j.begin()
	if err != nil {
		return Plan{}, err
	}
	defer release()
	if j.course.find.round == 0 {
		return Plan{}, order("nothing was searched yet; Find comes first")
	}
	who, err := j.cloud.identify(ctx, j.header.Account)
	if err != nil {
		return Plan{}, err
	}
	c := newCounter(j)
	defer c.close()
	if err := c.count(ctx); err != nil {
		return Plan{}, err
	}
	p := Plan{Identity: who, AccountAsked: j.header.Asked, Complete: j.course.find.ended}
	if err := c.fill(&p); err != nil {
		return Plan{}, err
	}
	if p.Unfinished, err = j.unfinished(); err != nil {
		return Plan{}, err
	}
	p.Warnings = slices.Concat(j.nothingFound(&p), spelling(j.spec), j.incomplete(&p), j.rules(ctx, c), j.unsupported(ctx, c), c.notRestorable(), j.unseen(), policies())
	return p, nil
}

// counter goes through what was found once.
type counter struct {
	j         *Job
	resources int
	tags      int
	regions   map[string]*Count
	services  map[string]*Count
	keys      map[string]*Count
	pairs     *tally
	lots      map[lot]int // resources by what one removing call can have together
	sets      *tally      // and by what one restoring call can
	types     map[typeIn]int
	lossy     map[loss]int
}

// lot is what calls of Remove can have together.
type lot struct {
	place
	keys string
}

// typeIn is a type of a product.
type typeIn struct{ service, resourceType string }

// loss is why tags of a key could not be restored.
type loss struct{ key, reason string }

func newCounter(j *Job) *counter {
	return &counter{
		j: j, regions: make(map[string]*Count), services: make(map[string]*Count), keys: make(map[string]*Count),
		pairs: newTally(j.dir.Temp), lots: make(map[lot]int), sets: newTally(j.dir.Temp), types: make(map[typeIn]int),
		lossy: make(map[loss]int),
	}
}

func (c *counter) close() {
	c.pairs.close()
	c.sets.close()
}

func (c *counter) count(ctx context.Context) error {
	regions, err := c.j.settled()
	if err != nil {
		return err
	}
	var buffer []byte
	for _, r := range regions {
		for found, err := range r.rows() {
			if err != nil {
				return err
			}
			if c.resources%1024 == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			c.add(&found, r.name)
			for _, p := range found.Pairs {
				buffer = appendText(appendText(buffer[:0], p[0]), p[1])
				if err := c.pairs.add(buffer); err != nil {
					return err
				}
			}
			via := found.restoredBy()
			buffer = appendText(appendText(appendText(buffer[:0], r.name), via.service), via.resourceType)
			for _, p := range found.Pairs {
				buffer = appendText(appendText(buffer, p[0]), p[1])
			}
			if err := c.sets.add(buffer); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *counter) add(found *row, region string) {
	c.resources++
	c.tags += len(found.Pairs)
	service, resourceType, _ := found.split()
	c.types[typeIn{service, strings.ToLower(resourceType)}]++
	bump(c.regions, region, len(found.Pairs))
	bump(c.services, service, len(found.Pairs))
	for _, p := range found.Pairs {
		bump(c.keys, p[0], 1)
	}
	c.lots[lot{place{region, found.route()}, strings.Join(keysOf(found.Pairs), "\x00")}]++
}

func bump(counts map[string]*Count, name string, tags int) {
	count := counts[name]
	if count == nil {
		count = &Count{Name: name}
		counts[name] = count
	}
	count.Resources++
	count.Tags += tags
}

func sorted(counts map[string]*Count) []Count {
	all := make([]Count, 0, len(counts))
	for _, c := range counts {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Resources, a.Resources), strings.Compare(a.Name, b.Name))
	})
	return all
}

// fill puts the counts into a plan.
func (c *counter) fill(p *Plan) error {
	p.Resources, p.Tags = c.resources, c.tags
	p.Regions, p.Services, p.Keys = sorted(c.regions), sorted(c.services), sorted(c.keys)
	most := top{most: topValues}
	for pair, err := range c.pairs.all() {
		if err != nil {
			return err
		}
		t := texts{b: []byte(pair.key)}
		if out, fell := most.add(ValueCount{untag.Tag{Key: t.text(), Value: t.text()}, pair.count}); fell {
			p.OtherValues++
			p.OtherTags += out.Resources
		}
	}
	p.Values = most.heap
	slices.SortFunc(p.Values, func(a, b ValueCount) int {
		if less(b, a) {
			return -1
		}
		return 1
	})
	removing, verifying := make(map[place]*load), make(map[place]*load)
	for l, n := range c.lots {
		limits := limitsOf(l.via)
		calls := ceil(n, limits.untagResources) * ceil(strings.Count(l.keys, "\x00")+1, limits.untagKeys)
		at(removing, l.place).add(calls, calls)
		at(verifying, l.place).add(2*ceil(n, limits.listResources), 0)
	}
	restoring, err := c.restores()
	if err != nil {
		return err
	}
	p.Remove = cost(removing, func(l limits) float64 { return l.untagRate })
	p.Verify = cost(verifying, func(limits) float64 { return 0 })
	p.Restore = cost(restoring, func(l limits) float64 { return l.tagRate })
	return nil
}

// restores counts the calls of Restore, and what it could not write.
func (c *counter) restores() (map[place]*load, error) {
	all := make(map[place]*load)
	for set, err := range c.sets.all() {
		if err != nil {
			return nil, err
		}
		t := texts{b: []byte(set.key)}
		where := place{t.text(), route{t.text(), t.text()}}
		var pairs []pair
		for len(t.b) > 0 {
			pairs = append(pairs, pair{t.text(), t.text()})
		}
		limits := limitsOf(where.via)
		calls := ceil(set.count, limits.tagResources) * ceil(len(pairs), limits.tagPairs)
		at(all, where).add(calls, calls)
		for _, p := range pairs {
			if reason := notWritable(where.via, p); reason != "" {
				c.lossy[loss{p[0], reason}] += set.count
			}
		}
	}
	return all, nil
}

// load is the calls of a step in a region and a service.
type load struct{ reads, writes int }

func (l *load) add(reads, writes int) {
	l.reads += reads
	l.writes += writes
}

func at(loads map[place]*load, where place) *load {
	if loads[where] == nil {
		loads[where] = new(load)
	}
	return loads[where]
}

// quotaShare is how much of a published quota clients use by default, see untag.Config.Rate.
const quotaShare = 0.95

// cost adds up the calls. Reads and writes of a service in a region go at the same time, and so do regions; services and types
// one after another.
func cost(loads map[place]*load, writeRate func(limits) float64) Cost {
	var total Cost
	longest := make(map[route]float64) // seconds
	for _, where := range slices.Collect(maps.Keys(loads)) {
		l, limits := loads[where], limitsOf(where.via)
		total.Calls += l.reads + l.writes
		seconds := 0.0
		for _, part := range [...]struct {
			calls int
			rate  float64
		}{{l.reads, limits.listRate}, {l.writes, writeRate(limits)}} {
			if part.rate == 0 {
				total.NoQuota += part.calls
				continue
			}
			seconds = math.Max(seconds, float64(part.calls)/(part.rate*quotaShare))
		}
		longest[where.via] = math.Max(longest[where.via], seconds)
	}
	for _, seconds := range longest {
		total.Time += time.Duration(seconds * float64(time.Second))
	}
	return total
}

func ceil(n, size int) int { return (n + size - 1) / size }
