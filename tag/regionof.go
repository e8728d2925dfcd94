package tag

import (
	"github.com/untag-go/untag"
)

// RegionOf returns the region that UntagMany and TagMany call for an ARN: its own, or Config.Region if it has "*" or
// nothing for it. The error is a [*untag.ValidationError] of an ARN that they do not send: a malformed one, or one that
// names no region if the Config does not either. A program that lists resources in one region and changes their tags
// later needs no guess: it notes the region of the list beside each ARN, as a service that is deployed centrally may list
// ARNs of other regions.
func (c *Client) RegionOf(arn string) (string, error) {
	place := c.place(arn, c.calls.Region(""))
	if place.Reason != "" {
		return "", &untag.ValidationError{Request: "ARN", Problems: []untag.Problem{{Value: arn, Reason: place.Reason}}}
	}
	return place.Region, nil
}
