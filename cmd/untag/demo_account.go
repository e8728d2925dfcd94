package main

import (
	"fmt"
	"time"

	"github.com/untag-go/untag/untagtest"
)

// untagRes is a resource of the account in memory.
type untagRes = untagtest.Resource

// demoAccount is an account in memory whose resources follow from their number, so that the end of the demo can be judged.
type demoAccount struct {
	cloud *untagtest.Cloud
	n     int
}

const (
	demoResources = 110_000
	demoOther     = "someone-else" // the value that somebody sets after the removal
	demoLate      = "changed-late" // the value that somebody sets before it
)

var (
	demoKeys    = []string{"env", "owner"}
	demoRegions = []string{"cn-hangzhou", "cn-shanghai", "cn-beijing", "ap-southeast-1", "eu-central-1", "us-east-1"}
	demoShares  = []uint64{28, 48, 66, 81, 92, 100} // percent, added up
	demoKinds   = [][2]string{{"ecs", "instance"}, {"ecs", "disk"}, {"rds", "dbinstance"}, {"slb", "instance"}, {"vpc", "vpc"}, {"oss", "bucket"}}
	demoEnvs    = []string{"dev", "test", "staging", "prod"}
)

// What happens to a resource of the demo besides.
type fate int

const (
	ordinary fate = iota
	bare          // it never had the keys
	changed       // somebody changes a value after it was found and before it is removed
	released      // it is released in between
	stripped      // somebody takes the key off in between
	locked        // the account refuses to untag it
	retagged      // somebody sets another value after the removal
)

// fateOf draws what happens to a resource from its number.
func fateOf(i int) fate {
	switch {
	case i%11 == 4:
		return bare
	case i%250 == 7:
		return changed
	case i%733 == 5:
		return released
	case i%911 == 3:
		return stripped
	case i%1499 == 10:
		return locked
	case i%1201 == 17:
		return retagged
	}
	return ordinary
}

// resource is the resource of a number, as it is at first.
func (a *demoAccount) resource(i int) untagtest.Resource {
	mix := uint64(i+1) * 0x9e3779b97f4a7c15 >> 33 //nolint:gosec // a number of the demo
	region, kind := 0, demoKinds[mix/100%uint64(len(demoKinds))]
	for mix%100 >= demoShares[region] {
		region++
	}
	r := untagtest.Resource{
		Product: kind[0], Region: demoRegions[region], Type: kind[1], ID: fmt.Sprintf("%s-%07d", kind[1][:1], i),
		Tags: map[string]string{"name": fmt.Sprintf("resource %d", i)},
	}
	if fateOf(i) != bare {
		r.Tags["env"] = demoEnvs[mix/1000%4]
		r.Tags["owner"] = fmt.Sprintf("team-%02d", mix/4000%40)
	}
	return r
}

// newDemoAccount fills the account. Calls are throttled, take a while, and some of them break.
func newDemoAccount(n int) *demoAccount {
	a := &demoAccount{cloud: untagtest.NewCloud(), n: n}
	a.cloud.KeepCalls(0)
	batch := make([]untagtest.Resource, 0, 1000)
	for i := range n {
		if batch = append(batch, a.resource(i)); len(batch) == cap(batch) {
			a.cloud.Put(batch...)
			batch = batch[:0]
		}
	}
	a.cloud.Put(batch...)
	a.cloud.SetActionQuota(untagtest.Tag, "UntagResources", 90, 20)
	a.cloud.SetActionQuota(untagtest.Tag, "TagResources", 90, 20)
	a.cloud.Inject(
		untagtest.Fault{Service: untagtest.Tag, Latency: 5 * time.Millisecond},
		untagtest.Fault{Service: untagtest.Tag, Share: 0.010, Code: "ServiceUnavailable"},
		untagtest.Fault{Service: untagtest.Tag, Share: 0.005, Reset: true},
		untagtest.Fault{Service: untagtest.Tag, Action: "UntagResources", Share: 0.005, Reset: true, After: true},
		untagtest.Fault{Service: untagtest.Tag, Share: 0.003, HTML: true},
		untagtest.Fault{Service: untagtest.Tag, Action: "UntagResources", Share: 0.003, Truncate: true},
	)
	return a
}

// each calls do with every resource of a fate, and counts them.
func (a *demoAccount) each(f fate, do func(untagtest.Resource)) (n int) {
	for i := range a.n {
		if fateOf(i) == f {
			do(a.resource(i))
			n++
		}
	}
	return n
}

// interfere does what others do between the search and the removal.
func (a *demoAccount) interfere() (counts map[fate]int) {
	return map[fate]int{
		changed:  a.each(changed, func(r untagtest.Resource) { a.cloud.Edit(r, func(tags map[string]string) { tags["env"] = demoLate }) }),
		released: a.each(released, func(r untagtest.Resource) { a.cloud.Remove(r) }),
		stripped: a.each(stripped, func(r untagtest.Resource) { a.cloud.Edit(r, func(tags map[string]string) { delete(tags, "owner") }) }),
		locked:   a.each(locked, func(r untagtest.Resource) { a.cloud.Deny("NoPermission.Operator", 0, r) }),
	}
}

// retag does what others do after the removal.
func (a *demoAccount) retag() int {
	return a.each(retagged, func(r untagtest.Resource) {
		a.cloud.Edit(r, func(tags map[string]string) { tags["env"] = demoOther })
	})
}

// carriers counts the resources that carried a key when the removal began.
func (a *demoAccount) carriers() (n int) {
	for i := range a.n {
		if f := fateOf(i); f != bare && f != released {
			n++
		}
	}
	return n
}

// carrying counts the resources that carry one of the keys.
func (a *demoAccount) carrying() (n int) {
	for i := range a.n {
		r := a.resource(i)
		tags, _ := a.cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		if tags["env"]+tags["owner"] != "" {
			n++
		}
	}
	return n
}
