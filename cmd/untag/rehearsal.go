package main

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// simulatedAccount stands for the account in memory in journals and reports.
const simulatedAccount = "simulated"

// rehearsalAccount is an account in memory that has every well-formed resource.
func (o *runOptions) rehearsalAccount() untag.Config {
	cloud := untagtest.NewCloud()
	cloud.KeepCalls(0)
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Latency: 5 * time.Millisecond})
	config := cloud.Config()
	config.Region, config.Rate = o.region, o.rate
	if o.traffic != nil {
		config.OnAttempt = o.traffic.onAttempt
	}
	return config
}

// asOwner makes the account in memory the owner of the user's resources: it has a number of its own, and refuses the ARNs
// of another account as the service does. owner is that account's number; "": that of the first ARN with one.
func asOwner(many untagMany, owner string) untagMany {
	own := untagtest.NewCloud().AccountID()
	return func(ctx context.Context, r request) iter.Seq2[string, error] {
		swap := func(arn string) string {
			parts := strings.SplitN(arn, ":", 6)
			if len(parts) < 6 || parts[4] == "" || parts[4] == "*" {
				return arn
			}
			if owner == "" {
				owner = parts[4]
			}
			switch parts[4] {
			case owner:
				parts[4] = own
			case own:
				parts[4] = owner
			}
			return strings.Join(parts, ":")
		}
		resources := r.resources
		r.resources = func(yield func(string) bool) {
			for arn := range resources {
				if !yield(swap(arn)) {
					return
				}
			}
		}
		return func(yield func(string, error) bool) {
			for arn, err := range many(ctx, r) {
				if !yield(swap(arn), err) {
					return
				}
			}
		}
	}
}
