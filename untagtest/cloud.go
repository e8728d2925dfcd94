package untagtest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/untag-go/untag"
)

// Service is a service that the account answers for, by the name that errors, hooks and log records of the SDK give it. But
// for Tag and STS, it is the [Resource] Product of what the service tags. The empty Service means any of them in a [Fault];
// [Cloud.SetQuota] and [Cloud.SetWindow] panic on it.
type Service string

const (
	defaultRegion = "cn-hangzhou"
	accountID     = "1234567890123456"
	testKeyID     = "untagtest-key-id"
	testKeySecret = "untagtest-key-secret"
)

// Cloud is one account with its resources, keys, quotas and faults. Make it with [NewCloud] or [NewAccount]; the zero Cloud
// is of no use. It is safe for concurrent use. All clients that are made from its [Cloud.Config] call the same account.
type Cloud struct {
	number, keyID string
	// All state stands behind pointers, so that a copy is the same account.
	keys      *keyring
	nonces    *nonces
	resources *store
	quotas    *quotas
	faults    *faults
	calls     *recorder
	client    *http.Client
	requests  *atomic.Uint64
	hooks     *hooks
	joined    *atomic.Pointer[[]*Cloud]
}

// NewCloud returns an account without resources, quotas and faults. Its number is 1234567890123456. It knows one access key,
// that of [Cloud.Config].
func NewCloud() *Cloud { return newCloud(accountID, testKeyID) }

// NewAccount is [NewCloud] for an account with a number of its own, so that a program can be tested with several. Each has
// another access key ID; [Cloud.Join] lets one client reach them all. It panics when the number is not of 1 to 20 digits.
func NewAccount(number string) *Cloud {
	if len(number) == 0 || len(number) > 20 || strings.Trim(number, "0123456789") != "" {
		panic(fmt.Sprintf("untagtest: NewAccount of the number %q", number))
	}
	return newCloud(number, testKeyID+"-"+number)
}

func newCloud(number, keyID string) *Cloud {
	c := &Cloud{
		number:    number,
		keyID:     keyID,
		keys:      newKeyring(),
		nonces:    new(nonces),
		resources: newStore(),
		quotas:    newQuotas(),
		faults:    newFaults(),
		calls:     newRecorder(),
		requests:  new(atomic.Uint64),
		hooks:     new(hooks),
		joined:    new(atomic.Pointer[[]*Cloud]),
	}
	c.client = &http.Client{Transport: &transport{c}}
	c.AllowKey(keyID, testKeySecret, "")
	return c
}

// Config returns a configuration that reaches the account in memory, with a key that it knows and the region
// cn-hangzhou. The other fields have their defaults. The caller may change every field; a program that uses another
// client takes HTTPClient and Credentials from it.
//
// In memory the name of the host decides what is called, as it does in the network: tag.cn-beijing.aliyuncs.com is the
// Tag service in cn-beijing, and a host that no service has fails like a name that DNS does not know.
func (c *Cloud) Config() untag.Config {
	return untag.Config{
		Region:      defaultRegion,
		Credentials: untag.StaticCredentials(c.keyID, testKeySecret, ""),
		HTTPClient:  c.client,
	}
}

// AccountID returns the number of the account, as it stands in ARNs and in the answer of GetCallerIdentity.
func (c *Cloud) AccountID() string { return c.number }

// Join makes the clients of [Cloud.Config] and the handler reach other accounts too: a call is answered by the account
// that knows its access key, and counted, throttled and struck by faults there. A key that none knows is refused here.
// It does not make the others reach this one.
func (c *Cloud) Join(others ...*Cloud) {
	var all []*Cloud
	if known := c.joined.Load(); known != nil {
		all = append(all, *known...)
	}
	all = append(all, others...)
	c.joined.Store(&all)
}

// AllowKey makes an access key known. securityToken is the token of temporary (STS) credentials, "" for a permanent
// key. One access key ID may have several tokens; a second secret for the same ID and token replaces the first. Calls
// with a key that is not known are refused with InvalidAccessKeyId.NotFound.
func (c *Cloud) AllowKey(accessKeyID, accessKeySecret, securityToken string) {
	c.keys.allow(accessKeyID, accessKeySecret, securityToken)
}

// ExpireKey ends all credentials known under an access key ID: calls are answered InvalidSecurityToken.Expired, and
// those of a permanent key InvalidAccessKeyId.Inactive. [Cloud.AllowKey] with a new token gives the ID new credentials.
func (c *Cloud) ExpireKey(accessKeyID string) { c.keys.expire(accessKeyID) }

// AllowBearer makes a bearer token known. Calls with a bearer token that is not known are refused with
// InvalidSecurityToken.Malformed, by choice: no document at hand names a code.
func (c *Cloud) AllowBearer(token string) { c.keys.allowBearer(token) }

// AllowAnyResource makes every well-formed resource exist but one with the ID "*": to untag one that was never
// [Cloud.Put] succeeds and leaves nothing in memory, and so does to tag it. Resources that were Put keep their tags, and denied ones stay
// denied. There is no way back.
func (c *Cloud) AllowAnyResource() { c.resources.any.Store(true) }

// Put adds resources with copies of their tags, replacing those that are there. An empty Region is cn-hangzhou; an
// empty Type is ResourceShare in the product "resourcesharing". It panics when a Product, Type or ID is missing. A
// region in which a resource was put is known from then on to every service, with its endpoints.
func (c *Cloud) Put(resources ...Resource) { c.resources.put(resources) }

// Remove takes resources away, as if they had been released. Only Product, Region, Type and ID are read. A resource
// that is not there is no mistake.
func (c *Cloud) Remove(resources ...Resource) { c.resources.remove(resources) }

// Tags returns a copy of the tags of a resource, without those of the system, and whether it was put (and not removed).
// It knows of changes that lists do not show yet. The tags of one that is there are never nil. An empty region is
// cn-hangzhou; product and resourceType are compared without regard to case.
func (c *Cloud) Tags(product, region, resourceType, id string) (map[string]string, bool) {
	return c.resources.get(Resource{Product: product, Region: region, Type: resourceType, ID: id}, false)
}

// SystemTags is [Cloud.Tags] for the tags that the cloud has set.
func (c *Cloud) SystemTags(product, region, resourceType, id string) (map[string]string, bool) {
	return c.resources.get(Resource{Product: product, Region: region, Type: resourceType, ID: id}, true)
}

// Deny makes the account refuse to untag and to tag resources, whether they were Put or not, with a code such as
// NoPermission.Operator, InvalidResourceId.NotSupported or IncorrectInstanceStatus. In Tag the resource is listed under
// FailedResources with that code; in the other services the whole call is refused with it and this HTTP status. status
// 0: by the code. It panics when the code is empty.
func (c *Cloud) Deny(code string, status int, resources ...Resource) {
	if code == "" {
		panic("untagtest: Deny without a code")
	}
	c.resources.deny(byCode(code, status, ""), resources)
}

// Allow takes back what [Cloud.Deny] did to resources. One that was never put does not exist by that.
func (c *Cloud) Allow(resources ...Resource) { c.resources.allow(resources) }

// String says in one line how many resources, keys and faults the account has and how many calls came. It shows nothing
// secret.
func (c Cloud) String() string {
	return fmt.Sprintf("untagtest.Cloud{resources: %d, keys: %d, faults: %d, calls: %d}",
		c.resources.size(), c.keys.size(), c.faults.size(), c.calls.count.Load())
}

// Format writes String for every verb, so that none prints a key.
func (c Cloud) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
