package cleanup

import (
	"time"

	"github.com/untag-go/untag"
)

// Plan says what Remove would do, what that and its undoing would cost, and what to think of before. [Job.Plan] makes it.
type Plan struct {
	// Identity is who will act: that of the credentials.
	Identity Identity
	// AccountAsked says that whoever made the job named the account, rather than take that of the credentials.
	AccountAsked bool
	// Complete says that every listing of Find came to its end.
	Complete bool
	// Unfinished has the listings that failed, the first 100 of them.
	Unfinished []ListingError
	// Resources and Tags are how many were found. One tag is one key of one resource.
	Resources, Tags int
	// Regions, Services and Keys count them by region, by product and by key, the most first.
	Regions, Services, Keys []Count
	// Values are the most frequent pairs, at most 1,000, the most first.
	Values []ValueCount
	// OtherValues is how many pairs there are beside those, and OtherTags how many tags have them.
	OtherValues, OtherTags int
	// Remove, Verify and Restore are what the steps cost at least.
	Remove, Verify, Restore Cost
	// Warnings are what to think of before the removal.
	Warnings []Warning
}

// Identity is who credentials belong to, as STS has it (GetCallerIdentity).
type Identity struct {
	// Account is the number of the account.
	Account string
	// Type is "Account", "RAMUser" or "AssumedRoleUser".
	Type string
	// ARN names the account, the user or the role, with its session.
	ARN string
	// UserID is the ID of the RAM user or the number of the account; "" for a role.
	UserID string
}

// Count is how many resources and tags there are of a name.
type Count struct {
	// Name is that of a region, a product or a key.
	Name string
	// Resources and Tags are how many there are. One tag is one key of one resource.
	Resources, Tags int
}

// ValueCount is how many resources have a tag.
type ValueCount struct {
	// Tag is the pair.
	Tag untag.Tag
	// Resources is how many have it.
	Resources int
}

// Cost is what a step takes at least.
type Cost struct {
	// Calls is the number of calls, those that read included, with full batches and nothing repeated.
	Calls int
	// Time is how long the calls take at 95 % of the published quotas, with all regions side by side. It is a lower bound:
	// operations without a published quota (UntagResources of Tag, all of ECS) count for nothing.
	Time time.Duration
	// NoQuota is how many of the calls are of operations without a published quota.
	NoQuota int
}

// Warning is something to think of before the removal.
type Warning struct {
	// Kind is what sort of warning it is.
	Kind WarningKind
	// Key and Region are what it is about, "" if it is about all.
	Key, Region string
	// Resources is how many of those found it is about, 0 if it is about none of them in particular.
	Resources int
	// Text says in a sentence or two what may happen and what to do. It has no values of tags.
	Text string
}

// WarningKind sorts warnings.
type WarningKind string

// The kinds of warnings.
const (
	WarnNothing       WarningKind = "nothing"       // a key, or a pair, is on nothing: maybe it is misspelt
	WarnSpelling      WarningKind = "spelling"      // a key has outer spaces, a comma or full-width letters, which is easily a mistake
	WarnIncomplete    WarningKind = "incomplete"    // a listing did not finish
	WarnUnseen        WarningKind = "unseen"        // what Find cannot see
	WarnInheritance   WarningKind = "inheritance"   // a rule would remove the tag from other resources, too
	WarnUnsupported   WarningKind = "unsupported"   // a type that is listed and, by the service's own list, not removable
	WarnNotRestorable WarningKind = "notrestorable" // a tag that could not be written again as it is
	WarnPolicies      WarningKind = "policies"      // policies and bills may depend on the tag, which is not checked
	WarnUnchecked     WarningKind = "unchecked"     // a check of the plan failed, so nothing is known of what it is for
)
