package interop_test

import (
	"cmp"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/untag-go/untag/untagtest"
)

const (
	region  = "cn-hangzhou"
	account = "1234567890123456"
)

// TestMain removes the proxies of the environment: some of the vendor's clients would reach even a loopback address through them.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		_ = os.Unsetenv(name)
	}
	os.Exit(m.Run())
}

// key is an access key; token is "" for a permanent one.
type key struct{ id, secret, token string }

var (
	permanent = key{"LTAI5tInteropExample0001", "interopSecretInteropSecret0001", ""}
	temporary = key{"STS.NTInteropExample00000002", "interopSecretInteropSecret0002", "CAIS+token/with=signs+of/base64=="}
)

// operation is UntagResources of one of the services, with a resource to call it for.
type operation struct {
	service  untagtest.Service
	product  string // as the vendor's clients name it
	version  string
	resource untagtest.Resource // type and product as the operation names them, with two tags
	dead     string             // the ID of a resource that is not there
	deadCode string
	deadHTTP int // 200: listed in an answer that is a success
}

var operations = []operation{
	{
		service: untagtest.Tag, product: "Tag", version: "2018-08-28",
		resource: untagtest.Resource{Product: "ecs", Region: region, Type: "instance", ID: "i-bp1interop0001"},
		dead:     "i-bp1interopdead", deadCode: "InvalidResourceId.NotFound", deadHTTP: http.StatusOK,
	},
	{
		service: untagtest.ECS, product: "Ecs", version: "2014-05-26",
		resource: untagtest.Resource{Product: "ecs", Region: region, Type: "instance", ID: "i-bp1interop0001"},
		dead:     "i-bp1interopdead", deadCode: "InvalidResourceId.NotFound", deadHTTP: http.StatusNotFound,
	},
	{
		service: untagtest.VPCIPAM, product: "VpcIpam", version: "2023-02-28",
		resource: untagtest.Resource{Product: "vpcipam", Region: region, Type: "IPAMPOOL", ID: "ipam-pool-interop0001"},
		dead:     "ipam-pool-dead", deadCode: "ResourceNotFound.IpamPool", deadHTTP: http.StatusNotFound,
	},
	{
		service: untagtest.ResourceSharing, product: "ResourceSharing", version: "2020-01-10",
		resource: untagtest.Resource{Product: "resourcesharing", Region: region, Type: "ResourceShare", ID: "rs-interop0001"},
		dead:     "rs-dead", deadCode: "InvalidResourceId.NotFound", deadHTTP: http.StatusBadRequest,
	},
}

// id is what the operation calls a resource by.
func (o operation) id(resourceID string) string {
	if o.service == untagtest.Tag {
		return "arn:acs:" + o.resource.Product + ":" + region + ":" + account + ":" + o.resource.Type + "/" + resourceID
	}
	return resourceID
}

// request asks for the tags named keys to be removed from resources with these IDs.
func (o operation) request(keys []string, resourceIDs ...string) request {
	r := request{operation: o, keys: keys}
	for _, id := range resourceIDs {
		r.ids = append(r.ids, o.id(id))
	}
	return r
}

type request struct {
	operation
	ids, keys []string
	all       bool
	action    string         // "": UntagResources
	more      map[string]any // parameters of other actions
}

// fields are the parameters as the vendor's generated clients hand them to their core.
func (r request) fields() map[string]any {
	fields := map[string]any{"RegionId": region}
	if r.service == untagtest.Tag {
		fields["ResourceARN"] = r.ids
	} else {
		fields["ResourceId"] = r.ids
		fields["ResourceType"] = r.resource.Type
	}
	maps.Copy(fields, r.more)
	if len(r.keys) > 0 {
		fields["TagKey"] = r.keys
	}
	if r.all {
		fields["All"] = true
	}
	return fields
}

// actionName is what the request asks for.
func (r request) actionName() string { return cmp.Or(r.action, "UntagResources") }

// newCloud returns an account with a resource for the operation, which has the tags env and team, and the host and port it is served at.
func newCloud(t *testing.T, o operation) (cloud *untagtest.Cloud, host string) {
	t.Helper()
	cloud = untagtest.NewCloud()
	for _, k := range []key{permanent, temporary} {
		cloud.AllowKey(k.id, k.secret, k.token)
	}
	o.resource.Tags = map[string]string{"env": "test", "team": "interop"}
	cloud.Put(o.resource)
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	return cloud, server.Listener.Addr().String()
}

// tags returns what is left of the tags of the operation's resource.
func (o operation) tags(t *testing.T, cloud *untagtest.Cloud) map[string]string {
	t.Helper()
	tags, ok := cloud.Tags(o.resource.Product, region, o.resource.Type, o.resource.ID)
	if !ok {
		t.Fatal("the account lost its resource")
	}
	return tags
}

// hostile are the characters that encodings stumble over.
const hostile = "a b+c*d~e%20f%7Eg%2Bh&i=j?k#l/m\\n\"o'p<q>r,s;t:u@v!w(x)y$z|^`{}[] ключ 标签 é e\u0301 \U0001F600"
