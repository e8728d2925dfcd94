package untagtest

import (
	"errors"
	"fmt"
	"strings"
)

// Resource is a resource with its tags.
//
// Product and Type are compared without regard to case. The products with operations of their own are "ecs"; "vpcipam"
// with the types IPAM, IPAMSCOPE, IPAMPOOL and IPAMRESOURCEDISCOVERY; and "resourcesharing" with the type ResourceShare.
// Tag sees these and every other product.
type Resource struct {
	// Product is the service that the resource belongs to, such as "ecs".
	Product string `json:"product"`
	// Region is the region ID, such as "cn-beijing". "": cn-hangzhou.
	Region string `json:"region,omitempty"`
	// Type is the type within the product, such as "instance". "": ResourceShare in the product "resourcesharing",
	// which has no other; elsewhere a mistake.
	Type string `json:"type,omitempty"`
	// ID is compared as it is.
	ID string `json:"id"`
	// Tags are its tags by key. nil: none.
	Tags map[string]string `json:"tags,omitempty"`
	// System are tags that the cloud has set, such as acs:tag:createdby. They are listed, and neither written nor removed.
	// A key stands in one of the two maps only. nil: none.
	System map[string]string `json:"system,omitempty"`
}

// ARN returns the resource's name as the Tag service takes it, with the account number of [NewCloud] and with Product and
// Type in lower case. [Cloud.ARN] has the number of another account.
func (r Resource) ARN() string { return r.key().arn(accountID) }

// String is ARN.
func (r Resource) String() string { return r.ARN() }

// ARN returns the name of one of the account's resources: the one that the Tag service lists.
func (c *Cloud) ARN(r Resource) string { return r.key().arn(c.number) }

// problem says why a resource cannot be put.
func (r Resource) problem() error {
	if k := r.key(); k.product == "" || k.kind == "" || k.id == "" {
		return errors.New("a Resource without Product, Type or ID: " + r.ARN())
	}
	for key := range r.System {
		if _, both := r.Tags[key]; both {
			return fmt.Errorf("a Resource with the key %q in Tags and in System: %s", key, r.ARN())
		}
	}
	return nil
}

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
	if t := aliases[product]; t != nil && isWord(t.kinds, kind) {
		product = string(t.name)
	}
	return identity{product, region, kind, id}
}

func (i identity) arn(account string) string {
	return "arn:acs:" + i.product + ":" + i.region + ":" + account + ":" + i.kind + "/" + i.id
}

// scope is the identity without the ID.
func (i identity) scope() identity {
	i.id = ""
	return i
}
