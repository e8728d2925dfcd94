package tag

import (
	"errors"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/validate"
)

// ARN is an Alibaba Cloud Resource Name, arn:acs:product:region:account:type/id, as Tag's document describes it.
type ARN struct {
	// Product is the service's code, such as "ecs".
	Product string
	// Region is that of the resource. "*" or "": the Region of the request. Another one than that is refused by the
	// service in a call of UntagResources; UntagMany calls the region that the ARN names.
	Region string
	// Account is the number of the main account that owns the resource. "*" or "": the account of the credentials.
	Account string
	// ResourceType is the type within the product, such as "instance".
	ResourceType string
	// ResourceID is the rest, which may hold further slashes and colons.
	ResourceID string
}

const arnPrefix = "arn:acs:"

// ParseARN splits an ARN: into at most six parts at colons, and the last of them at its first slash. Region and account
// may be empty, the other parts may not. [ARN.String] is its inverse. The error is a [*untag.ValidationError] and says
// which part is wrong. ParseARN takes "*" for any part; requests do not take it for product, type or ID, unless
// Config.Validation is [untag.ValidateNone].
func ParseARN(s string) (ARN, error) {
	arn, err := split(s)
	if err != nil {
		return ARN{}, &untag.ValidationError{Request: "ARN", Problems: []untag.Problem{{Value: s, Reason: err.Error()}}}
	}
	return arn, nil
}

// String returns the ARN's text. It checks nothing: what it returns for an ARN that was put together from wrong parts,
// or from none, is refused by the request.
func (a ARN) String() string {
	return arnPrefix + a.Product + ":" + a.Region + ":" + a.Account + ":" + a.ResourceType + "/" + a.ResourceID
}

var (
	errARNEmpty    = errors.New("is empty")
	errARNText     = errors.New("holds a control character or invalid UTF-8")
	errARNPrefix   = errors.New("does not start with arn:acs:") //nolint:revive,staticcheck // the colon is part of the prefix
	errARNParts    = errors.New("has fewer than six parts; the form is arn:acs:product:region:account:type/id")
	errARNProduct  = errors.New("names no product; the form is arn:acs:product:region:account:type/id")
	errARNResource = errors.New("does not end in type/id; the form is arn:acs:product:region:account:type/id")
	errARNWildcard = errors.New("has a wildcard for its product, type or ID; what it would reach is documented nowhere, so name each resource")
)

func split(s string) (ARN, error) {
	var a ARN
	err := a.split(s)
	if err != nil {
		return ARN{}, err
	}
	return a, nil
}

// split fills a in place: fifty ARNs a call, ten words each, are not handed from function to function.
func (a *ARN) split(s string) error {
	if s == "" {
		return errARNEmpty
	}
	if !validate.Text(s) {
		return errARNText
	}
	rest, ok := strings.CutPrefix(s, arnPrefix)
	if !ok {
		return errARNPrefix
	}
	product := strings.IndexByte(rest, ':')
	if product < 0 {
		return errARNParts
	}
	a.Product, rest = rest[:product], rest[product+1:]
	region := strings.IndexByte(rest, ':')
	if region < 0 {
		return errARNParts
	}
	a.Region, rest = rest[:region], rest[region+1:]
	account := strings.IndexByte(rest, ':')
	if account < 0 {
		return errARNParts
	}
	a.Account, rest = rest[:account], rest[account+1:]
	if product == 0 {
		return errARNProduct
	}
	slash := strings.IndexByte(rest, '/')
	if slash <= 0 || slash == len(rest)-1 {
		return errARNResource
	}
	a.ResourceType, a.ResourceID = rest[:slash], rest[slash+1:]
	return nil
}

// parse is split for ARNs that are to be sent: it refuses wildcards.
func (a *ARN) parse(s string) error {
	if err := a.split(s); err != nil {
		return err
	}
	if a.Product == "*" || isWildcard(a.ResourceType) || isWildcard(a.ResourceID) {
		return errARNWildcard
	}
	return nil
}

// parseListed is parse for ARNs that are to be listed, whose ID may be "*".
func (a *ARN) parseListed(s string) error {
	if err := a.split(s); err != nil {
		return err
	}
	if a.Product == "*" || isWildcard(a.ResourceType) || a.ResourceID != "*" && isWildcard(a.ResourceID) {
		return errARNWildcard
	}
	return nil
}

// checkARNs checks the ARNs of a request for one region, which lists, or writes. many says what to do about other regions.
func checkARNs(check *validate.Check, arns []string, region string, lists bool, many string) {
	var parts ARN
	for i, arn := range arns {
		var err error
		if lists {
			err = parts.parseListed(arn)
		} else {
			err = parts.parse(arn)
		}
		switch {
		case err == nil && !openPart(parts.Region, region):
			check.Documented(validate.Index("ResourceARNs", i), arn, "is in the region "+parts.Region+", not in "+region+", which is called; "+many)
		case err == nil:
		case arn == "":
			check.Unsafe(validate.Index("ResourceARNs", i), arn, err.Error())
		default:
			check.Certain(validate.Index("ResourceARNs", i), arn, err.Error())
		}
	}
}

// isWildcard reports whether s, which is not empty, is made of asterisks and slashes alone.
func isWildcard(s string) bool {
	return (s[0] == '*' || s[0] == '/') && strings.Trim(s, "*/") == ""
}
