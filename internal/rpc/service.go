package rpc

import (
	"github.com/untag-go/untag/internal/endpoint"
	"github.com/untag-go/untag/internal/pace"
)

// Service is one product's API.
type Service struct {
	Name    string // untag.ServiceTag and so on, as errors and hooks name it
	Product string // the first part of its host names: "tag"
	Version string // "2018-08-28"
	Rules   []Rule // what codes mean here and not elsewhere, before the common table, first match first
}

// Operation is one action of a service.
type Operation struct {
	Action  string  // "UntagResources"
	Quota   float64 // published, in calls per second and region; 0: none is
	Reads   bool    // it changes nothing, so that a lost answer leaves no unknown outcome, only untag.ErrUnavailable
	MaxBody int     // bytes of an answer after decompression; 0: MaxWriteBody
}

// The caps of an answer's size, in bytes after decompression.
const (
	MaxWriteBody = 1 << 20  // the largest real one, 50 failed ARNs, has about 20 KB
	MaxListBody  = 64 << 20 // a page of 1,000 resources with 20 tags of three-byte characters needs 16 MiB and more
)

func (o *Operation) maxBody() int {
	if o.MaxBody > 0 {
		return o.MaxBody
	}
	return MaxWriteBody
}

// region is where the calls of one region go. Each endpoint has a clock of its own.
type region struct {
	name   string
	target endpoint.Target
	clock  clock
}

// lane is an operation in a region: what bounds its calls, and the header that they share.
type lane struct {
	*region
	limiter *pace.Limiter
	action  []string
}

type laneKey struct{ region, action string }

// maxRegions bounds the memory that region names of a caller's input can take; there are about fifty real ones.
const maxRegions = 4096

// lane returns where the calls of an operation in a region go, and how fast. The error is a *untag.ValidationError.
func (c *Client) lane(op *Operation, name string) (*lane, error) {
	key := laneKey{name, op.Action}
	c.mu.RLock()
	known := c.lanes[key]
	c.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.lanes[key]; known != nil {
		return known, nil
	}
	r := c.regions[name]
	if r == nil {
		target, err := c.targetOf(name)
		if err != nil {
			return nil, invalidRegion(name, err)
		}
		if len(c.regions) >= maxRegions { // calls under way keep theirs
			clear(c.regions)
			clear(c.lanes)
		}
		r = &region{name: name, target: target}
		c.regions[name] = r
	}
	fresh := &lane{r, pace.New(c.rate(op)), []string{op.Action}}
	c.lanes[key] = fresh
	return fresh, nil
}
