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

// Warning is something to think of before the removal. Kind and the fields that it has, see there, say all that Text does, for
// programs with words of their own.
type Warning struct {
	// Kind is what sort of warning it is.
	Kind WarningKind
	// Key and Region are what it is about, "" if it is about all.
	Key, Region string
	// Field is the value in the Spec that it is about, such as "Tags[2].Value"; "" if it is about the key itself.
	Field string
	// Oddities are what is odd about the key or the value.
	Oddities []Oddity
	// Rule is the name of a rule, and Type a product and a type of its resources, such as "oss/bucket".
	Rule, Type string
	// Reason says in English what keeps a value from being written, such as "has 129 characters, the limit is 128".
	Reason string
	// Missing is the kind of the warnings that may be missing because a check failed.
	Missing WarningKind
	// Err is why the check failed.
	Err error
	// Resources is how many of those found it is about, 0 if it is about none of them in particular. Regions is how many were searched.
	Resources, Regions int
	// Text says in a sentence or two what may happen and what to do, in English. It has no values of tags.
	Text string
}

// WarningKind sorts warnings.
type WarningKind string

// The kinds of warnings, each with the fields that it has.
const (
	WarnNothing       WarningKind = "nothing"       // a key, or a pair, is on nothing: maybe it is misspelt; Key, Field
	WarnSpelling      WarningKind = "spelling"      // a key or a value is spelt as if by mistake; Key, Field, Oddities
	WarnIncomplete    WarningKind = "incomplete"    // a listing did not finish
	WarnUnseen        WarningKind = "unseen"        // what Find cannot see
	WarnEmptyValues   WarningKind = "emptyvalues"   // which empty values Find cannot see
	WarnRegions       WarningKind = "regions"       // regions that Find did not search are not seen; Regions
	WarnInheritance   WarningKind = "inheritance"   // a rule would remove the tag from other resources, too; Key, Region, Rule
	WarnUnsupported   WarningKind = "unsupported"   // a type that is listed and, by the service's own list, not removable; Type, Resources
	WarnNotRestorable WarningKind = "notrestorable" // a tag that could not be written again as it is; Key, Reason, Resources
	WarnPolicies      WarningKind = "policies"      // policies and bills may depend on the tag, which is not checked
	WarnUnchecked     WarningKind = "unchecked"     // a check of the plan failed, so nothing is known of what it is for; Region, Missing, Err
)

// Oddity is what makes a spelling look like a mistake.
type Oddity string

// The oddities of spellings.
const (
	OddSpace     Oddity = "space"     // begins or ends with a space
	OddSeparator Oddity = "separator" // holds a comma or a semicolon, as if it were several
	OddFullWidth Oddity = "fullwidth" // holds full-width characters, which look like others
	OddHidden    Oddity = "hidden"    // holds characters that do not show
)
