package untagtest

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// Resource is a resource with its tags.
//
// Product and Type are compared without regard to case. The products with an operation of their own are "ecs"; "vpcipam"
// with the types IPAM, IPAMSCOPE and IPAMPOOL; and "resourcesharing" with the type ResourceShare. Tag sees these and every
// other product.
type Resource struct {
	// Product is the service that the resource belongs to, such as "ecs".
	Product string
	// Region is the region ID, such as "cn-beijing". "": cn-hangzhou.
	Region string
	// Type is the type within the product, such as "instance". "": ResourceShare in the product "resourcesharing",
	// which has no other; elsewhere a mistake.
	Type string
	// ID is compared as it is.
	ID string
	// Tags are its tags by key. nil: none.
	Tags map[string]string
}

// ARN returns the resource's name as the Tag service takes it, with the number of the account and with Product and Type
// in lower case.
func (r Resource) ARN() string {
	k := r.key()
	return "arn:acs:" + k.product + ":" + k.region + ":" + accountID + ":" + k.kind + "/" + k.id
}

// String is ARN.
func (r Resource) String() string { return r.ARN() }

// identity is what a resource is found by: all but the ID in the one spelling that the store uses.
type identity struct{ product, region, kind, id string }

func (r Resource) key() identity {
	region, kind := r.Region, r.Type
	if region == "" {
		region = defaultRegion
	}
	if kind == "" && strings.EqualFold(r.Product, string(ResourceSharing)) {
		kind = shareType
	}
	return newIdentity(r.Product, region, kind, r.ID)
}

func newIdentity(product, region, kind, id string) identity {
	product, kind = strings.ToLower(product), strings.ToLower(kind)
	// The document of VPC IPAM names its resources acs:vpc:…:ipam/… in its table of permissions.
	if product == "vpc" && (kind == "ipam" || kind == "ipamscope" || kind == "ipampool") {
		product = string(VPCIPAM)
	}
	return identity{product, region, kind, id}
}

// store holds the resources. One lock suffices: a call holds it for a few microseconds, and has to hold it as a whole,
// because a call that fails must change nothing.
type store struct {
	any     atomic.Bool
	mu      sync.RWMutex
	tags    map[identity]map[string]string
	denied  map[identity]refusal
	kinds   map[identity]struct{} // product and kind of every resource that was ever put
	regions map[string]struct{}
}

func newStore() *store {
	return &store{
		tags:    map[identity]map[string]string{},
		denied:  map[identity]refusal{},
		kinds:   map[identity]struct{}{},
		regions: map[string]struct{}{},
	}
}

func (s *store) put(resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		k := r.key()
		if k.product == "" || k.kind == "" || k.id == "" {
			panic("untagtest: Put of a Resource without Product, Type or ID: " + r.ARN())
		}
		s.tags[k] = maps.Clone(r.Tags)
		s.kinds[identity{product: k.product, kind: k.kind}] = struct{}{}
		s.kinds[identity{product: k.product, kind: r.Type}] = struct{}{}
		s.regions[k.region] = struct{}{}
	}
}

func (s *store) remove(resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		delete(s.tags, r.key())
	}
}

func (s *store) deny(reason refusal, resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		s.denied[r.key()] = reason
	}
}

func (s *store) allow(resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		delete(s.denied, r.key())
	}
}

func (s *store) get(r Resource) (map[string]string, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	tags, ok := s.tags[r.key()]
	if ok && tags == nil {
		tags = map[string]string{}
	}
	return maps.Clone(tags), ok
}

func (s *store) size() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.tags)
}

// hasKind tells whether a resource of this product and kind was ever put, with the kind in this spelling or in lower case.
func (s *store) hasKind(product, kind string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.kinds[identity{product: product, kind: kind}]
	return ok
}

func (s *store) hasRegion(region string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.regions[region]
	return ok
}

// untagAll removes keys, or all tags when all is set, from every resource, or from none if one of them is dead or denied.
func (s *store) untagAll(resources []identity, keys []string, all bool, dead *refusal) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		if reason := s.refuses(r, dead); reason != nil {
			return reason
		}
	}
	for _, r := range resources {
		s.untag(r, keys, all)
	}
	return nil
}

// untagEach removes keys from every resource that is neither dead nor denied nor spoiled, and returns the reason of each other.
func (s *store) untagEach(resources []identity, keys []string, dead *refusal, spoiled func() *refusal) []*refusal {
	var reasons []*refusal
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range resources {
		reason := s.refuses(r, dead)
		if reason == nil {
			reason = spoiled()
		}
		if reason == nil {
			s.untag(r, keys, false)
			continue
		}
		if reasons == nil {
			reasons = make([]*refusal, len(resources))
		}
		reasons[i] = reason
	}
	return reasons
}

func (s *store) refuses(r identity, dead *refusal) *refusal {
	if len(s.denied) > 0 {
		if reason, ok := s.denied[r]; ok {
			return &reason
		}
	}
	if len(s.tags) > 0 {
		if _, ok := s.tags[r]; ok {
			return nil
		}
	}
	// No document gives "*" a meaning as an ID, and it would be a dangerous one.
	if s.any.Load() && r.id != "" && r.id != "*" {
		return nil
	}
	return dead
}

func (s *store) untag(r identity, keys []string, all bool) {
	if len(s.tags) == 0 {
		return
	}
	tags := s.tags[r]
	if all {
		clear(tags)
	}
	for _, k := range keys {
		delete(tags, k)
	}
}
