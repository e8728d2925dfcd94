package untagtest

import "sync/atomic"

// hooks are functions of a test.
type hooks struct{ before, after atomic.Pointer[func(Call)] }

// Before sets a function that is called before each call that is carried out, when its signature, quota and faults are
// behind it and its parameters and resources are not: at the last moment at which somebody else can change a tag unseen.
// The Call has no verdict yet. nil: none. The function runs on the goroutine of the call, at the same time as for others,
// and may use the Cloud.
func (c *Cloud) Before(f func(Call)) { c.hooks.before.Store(hook(f)) }

// After sets a function that is called when a call is over, refused and broken ones too, right before its answer leaves.
// The Call is complete, and stands in [Cloud.Calls] already. nil: none. It runs as that of [Cloud.Before] does.
func (c *Cloud) After(f func(Call)) { c.hooks.after.Store(hook(f)) }

func hook(f func(Call)) *func(Call) {
	if f == nil {
		return nil
	}
	return &f
}
