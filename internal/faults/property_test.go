package faults_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// sent is a request of any of the services, as the account must read it.
type sent struct {
	Region, Type    string
	Resources, Keys []string
	All             bool
}

// operation is one of the four, with what its valid requests are made of.
type operation struct {
	service       untagtest.Service
	resource      string // the name of the list of resources
	mostResources int
	mostKeys      int
	regions       []string // beside those that all services have
	types         []string
	key           func() *rapid.Generator[string]
	call          func(context.Context, untag.Config, sent) error
}

// The regions that all four services have.
var commonRegions = strings.Fields(`ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6
	ap-southeast-7 cn-beijing cn-chengdu cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote cn-qingdao cn-shanghai
	cn-shenzhen cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 us-east-1 us-west-1`)

// What encoders, parsers and canonical queries may stumble over.
var hostileRunes = []rune("aZ09-_.~ +%&=/?:#*'\"<>\\;,@!$()[]{}|^`%2Fé键😀\u00a0\u0301\u202e\u2028\ufeff\ufffd")

// Each test draws from generators of its own: one that is shared writes to itself when it is used first.

func hostileID() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.SampledFrom(hostileRunes), 1, 40, -1)
}

func hostileKey() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.SampledFrom(hostileRunes), 0, 128, -1)
}

func ipamKey() *rapid.Generator[string] {
	return rapid.StringMatching(`([A-Za-z键值][A-Za-z0-9键值._-]{0,63})?`)
}

var operations = []operation{
	{
		service: untagtest.Tag, resource: "ResourceARN", mostResources: tag.MaxResources, mostKeys: tag.MaxTagKeys,
		regions: []string{"cn-hangzhou-finance", "cn-nanjing", "cn-shanghai-finance-1", "me-east-1"}, key: hostileKey,
		call: func(ctx context.Context, config untag.Config, s sent) error {
			c, err := tag.New(config)
			if err != nil {
				return err
			}
			_, err = c.UntagResources(ctx, tag.UntagResourcesRequest{Region: s.Region, ResourceARNs: s.Resources, TagKeys: s.Keys})
			return err
		},
	},
	{
		service: untagtest.ECS, resource: "ResourceId", mostResources: ecs.MaxResources, mostKeys: ecs.MaxTagKeys,
		regions: []string{"cn-hangzhou-finance", "cn-north-2-gov-1", "cn-shenzhen-finance-1", "eu-west-2", "na-south-1"}, key: hostileKey,
		types: []string{"instance", "disk", "snapshot", "image", "securitygroup", "volume", "eni", "ddh", "keypair", "launchtemplate", "command"},
		call: func(ctx context.Context, config untag.Config, s sent) error {
			c, err := ecs.New(config)
			if err != nil {
				return err
			}
			_, err = c.UntagResources(ctx, ecs.UntagResourcesRequest{
				Region: s.Region, ResourceType: ecs.ResourceType(s.Type), ResourceIDs: s.Resources, TagKeys: s.Keys, All: s.All,
			})
			return err
		},
	},
	{
		service: untagtest.VPCIPAM, resource: "ResourceId", mostResources: vpc.MaxResources, mostKeys: vpc.MaxTagKeys,
		regions: []string{"cn-nanjing", "cn-fuzhou", "me-east-1"}, key: ipamKey, types: []string{"IPAM", "IPAMSCOPE", "IPAMPOOL"},
		call: func(ctx context.Context, config untag.Config, s sent) error {
			c, err := vpc.New(config)
			if err != nil {
				return err
			}
			_, err = c.UntagResources(ctx, vpc.UntagResourcesRequest{
				Region: s.Region, ResourceType: vpc.ResourceType(s.Type), ResourceIDs: s.Resources, TagKeys: s.Keys, All: s.All,
			})
			return err
		},
	},
	{
		service: untagtest.ResourceSharing, resource: "ResourceId", mostResources: resourcesharing.MaxResources, mostKeys: resourcesharing.MaxTagKeys,
		regions: []string{"cn-heyuan-acdr-1", "cn-wuhan-lr"}, key: hostileKey, types: []string{"ResourceShare"},
		call: func(ctx context.Context, config untag.Config, s sent) error {
			c, err := resourcesharing.New(config)
			if err != nil {
				return err
			}
			_, err = c.UntagResources(ctx, resourcesharing.UntagResourcesRequest{
				Region: s.Region, ResourceType: resourcesharing.ResourceType(s.Type), ResourceIDs: s.Resources, TagKeys: s.Keys, All: s.All,
			})
			return err
		},
	},
}

// drawRequest draws a valid request.
func (o operation) drawRequest(t *rapid.T) sent {
	s := sent{Region: rapid.SampledFrom(slices.Concat(commonRegions, o.regions)).Draw(t, "region")}
	if o.types != nil {
		s.Type = rapid.SampledFrom(o.types).Draw(t, "type")
		s.All = rapid.Bool().Draw(t, "all")
	}
	id := hostileID().Filter(func(id string) bool { return id != "*" }) // the account takes it for no resource
	if o.service == untagtest.Tag {
		id = arnOf(s.Region)
	}
	s.Resources = drawList(t, "resources", id, o.mostResources, rapid.ID[string])
	if s.All {
		return s
	}
	allowed := o.key().Filter(func(key string) bool {
		return !strings.HasPrefix(key, "acs:") && !strings.HasPrefix(key, "aliyun") && !strings.Contains(key, "http://") && !strings.Contains(key, "https://")
	})
	s.Keys = rapid.SliceOfNDistinct(allowed, 1, drawMost(t, "keys", o.mostKeys), rapid.ID[string]).Draw(t, "keys")
	return s
}

// drawMost draws how long a list may become: as long as it may be in one of three requests.
func drawMost(t *rapid.T, name string, most int) int {
	return rapid.SampledFrom([]int{1, 3, most}).Draw(t, "most "+name)
}

// drawList draws a list of different elements, which has its greatest length often.
func drawList(t *rapid.T, name string, element *rapid.Generator[string], most int, same func(string) string) []string {
	most = drawMost(t, name, most)
	least := rapid.SampledFrom([]int{1, most}).Draw(t, "least "+name)
	return rapid.SliceOfNDistinct(element, least, most, same).Draw(t, name)
}

// arnOf draws an ARN of a product that the account does not know the types of.
func arnOf(region string) *rapid.Generator[string] {
	account := untagtest.NewCloud().AccountID()
	plain := func(part string) bool { return strings.Trim(part, "*/") != "" && !strings.Contains(part, "/") }
	return rapid.Custom(func(t *rapid.T) string {
		return tag.ARN{
			Product:      rapid.StringMatching(`oss|slb-?[a-z0-9_]{0,5}`).Draw(t, "product"),
			Region:       rapid.SampledFrom([]string{"", "*", region}).Draw(t, "region"),
			Account:      rapid.SampledFrom([]string{"", "*", account}).Draw(t, "account"),
			ResourceType: hostileID().Filter(plain).Draw(t, "type"),
			ResourceID:   hostileID().Filter(func(id string) bool { return strings.Trim(id, "*/") != "" }).Draw(t, "ID"),
		}.String()
	})
}

// lastSent keeps the last request as it went out.
type lastSent struct {
	http.RoundTripper
	request *http.Request
	body    string
}

func (w *lastSent) RoundTrip(r *http.Request) (*http.Response, error) {
	w.request, w.body = r, ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		w.body = string(data)
		r.Body = io.NopCloser(strings.NewReader(w.body))
	}
	return w.RoundTripper.RoundTrip(r)
}

// TestRoundTripProperty sends valid requests of every kind: the account must accept each and read the very same request, and
// the signature must be the one of these parameters in any order.
func TestRoundTripProperty(t *testing.T) {
	t.Parallel()
	for _, o := range operations {
		t.Run(string(o.service), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				cloud := untagtest.NewCloud()
				cloud.AllowAnyResource()
				cloud.KeepCalls(1)
				token := rapid.SampledFrom([]string{"", sessionToken}).Draw(t, "token")
				cloud.AllowKey(keyID, keySecret, token)
				config := cloud.Config()
				config.Credentials = untag.StaticCredentials(keyID, keySecret, token)
				config.Signature = rapid.SampledFrom([]untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1}).Draw(t, "signature")
				config.Retry.MaxAttempts = 1
				seen := &lastSent{RoundTripper: config.HTTPClient.Transport}
				config.HTTPClient = &http.Client{Transport: seen}
				request := o.drawRequest(t)
				if err := o.call(t.Context(), config, request); err != nil {
					t.Fatalf("%+v: %v", request, err)
				}
				calls := cloud.Calls()
				if n := cloud.CallCount(); n != 1 || calls[0].Verdict != untagtest.VerdictOK || calls[0].Service != o.service {
					t.Fatalf("%d calls, the last one %v", n, calls[0])
				}
				if got := o.decode(t, calls[0].Parameters); !reflect.DeepEqual(got, request) {
					t.Fatalf("the account read %+v\nof %+v", got, request)
				}
				seen.checkSignature(t)
			})
		})
	}
}

// decode reads a request back, and knows every parameter.
func (o operation) decode(t *rapid.T, parameters url.Values) sent {
	s := sent{Region: parameters.Get("RegionId"), Type: parameters.Get("ResourceType"), All: parameters.Get("All") == "true"}
	known := []string{"RegionId", "Action", "Version", "Format", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"}
	if o.types != nil {
		known = append(known, "ResourceType")
	}
	if s.All {
		known = append(known, "All")
	}
	for n := 1; parameters.Has(o.resource + "." + strconv.Itoa(n)); n++ {
		known = append(known, o.resource+"."+strconv.Itoa(n))
		s.Resources = append(s.Resources, parameters.Get(known[len(known)-1]))
	}
	for n := 1; parameters.Has("TagKey." + strconv.Itoa(n)); n++ {
		known = append(known, "TagKey."+strconv.Itoa(n))
		s.Keys = append(s.Keys, parameters.Get(known[len(known)-1]))
	}
	for name, values := range parameters {
		if !slices.Contains(known, name) || len(values) != 1 {
			t.Fatalf("parameter %s is %q", name, values)
		}
	}
	return s
}

// parameter is one pair, not encoded.
type parameter struct{ name, value string }

// canonical is the canonical query of parameters in any order, by the vendor's rules and Go's own encoder.
func canonical(parameters []parameter) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	parameters = slices.SortedFunc(slices.Values(parameters), func(a, b parameter) int { return strings.Compare(a.name, b.name) })
	var pairs []string
	for _, p := range parameters {
		pairs = append(pairs, escape(p.name)+"="+escape(p.value))
	}
	return strings.Join(pairs, "&")
}

// signV1 signs parameters in any order.
func signV1(parameters []parameter, secret string) string {
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	fmt.Fprint(mac, "POST&%2F&"+url.QueryEscape(canonical(parameters))) // a canonical query has no space
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signV3 signs parameters and headers in any order, and returns the Authorization header.
func signV3(parameters []parameter, headers map[string]string, bodyHash, id, secret string) string {
	names := slices.Sorted(maps.Keys(headers))
	lines := []string{"POST", "/", canonical(parameters)}
	for _, name := range names {
		lines = append(lines, name+":"+headers[name])
	}
	text := strings.Join(append(lines, "", strings.Join(names, ";"), bodyHash), "\n")
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "ACS3-HMAC-SHA256\n%x", sha256.Sum256([]byte(text)))
	return "ACS3-HMAC-SHA256 Credential=" + id + ",SignedHeaders=" + strings.Join(names, ";") + ",Signature=" + hex.EncodeToString(mac.Sum(nil))
}

// checkSignature signs the request again, from its parameters in an order of chance.
func (w *lastSent) checkSignature(t *rapid.T) {
	form, err := url.ParseQuery(w.body)
	if err != nil {
		t.Fatal(err)
	}
	got := w.request.Header.Get("Authorization")
	if got == "" {
		if got = form.Get("Signature"); got == "" || w.request.URL.RawQuery != "" {
			t.Fatalf("no signature, or a query: %q", w.request.URL.RawQuery)
		}
		form.Del("Signature")
		if want := signV1(shuffled(t, form), keySecret); got != want {
			t.Fatalf("signature V1 is %s, not %s", got, want)
		}
		return
	}
	query, err := url.ParseQuery(w.request.URL.RawQuery)
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{"host": w.request.Host}
	for name, values := range w.request.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-acs-") || name == "content-type" {
			headers[name] = values[0]
		}
	}
	hash := sha256.Sum256([]byte(w.body))
	if want := signV3(shuffled(t, query), headers, hex.EncodeToString(hash[:]), keyID, keySecret); got != want {
		t.Fatalf("signature V3 is %s, not %s", got, want)
	}
}

func shuffled(t *rapid.T, values url.Values) []parameter {
	var all []parameter
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all = append(all, parameter{name, values.Get(name)})
	}
	if len(all) == 0 {
		return nil
	}
	return rapid.Permutation(all).Draw(t, "order")
}

// TestSignatureProperty adds parameters in any order: canonical query and signatures are those of the SDK's encoder.
func TestSignatureProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		region, values := hostileID().Draw(t, "region"), rapid.SliceOfN(hostileKey(), 0, 120)
		resources, keys := values.Draw(t, "resources"), values.Draw(t, "keys")
		id, secret := hostileID().Draw(t, "key ID"), rapid.StringN(1, 100, -1).Draw(t, "secret")
		parameters := []parameter{{"RegionId", region}}
		query := signature.NewQuery()
		defer query.Free()
		query.Add("RegionId", region)
		for _, list := range []struct {
			name   string
			values []string
		}{{"ResourceId", resources}, {"TagKey", keys}} {
			query.AddList(list.name, list.values)
			for i, value := range list.values {
				parameters = append(parameters, parameter{list.name + "." + strconv.Itoa(i+1), value})
			}
		}
		one, other := rapid.Permutation(parameters).Draw(t, "one order"), rapid.Permutation(parameters).Draw(t, "another order")
		if a, b := canonical(one), canonical(other); a != b || a != query.String() {
			t.Fatalf("%s\n%s\n%s", a, b, query)
		}

		system := []signature.Pair{{Name: "AccessKeyId", Value: id}, {Name: "Format", Value: "JSON"}, {Name: "ResourceId", Value: "x"}, {Name: "Version", Value: "1"}}
		merged := query.AppendMerged(nil, system)
		for _, pair := range system {
			parameters = append(parameters, parameter{pair.Name, pair.Value})
		}
		signer := signature.NewSigner(id, secret)
		got, _ := signer.V1(nil, http.MethodPost, merged)
		if want := signV1(rapid.Permutation(parameters).Draw(t, "order of V1"), secret); got != want {
			t.Fatalf("signature V1 is %s, not %s", got, want)
		}

		headers := []signature.Header{{Name: "host", Value: "h"}, {Name: "x-acs-action", Value: "A"}, {Name: "x-acs-security-token", Value: "t"}}
		unordered := map[string]string{}
		for _, h := range headers {
			unordered[h.Name] = h.Value
		}
		got, _ = signer.V3(nil, signature.Request{
			Method: http.MethodPost, Query: query.Bytes(), Headers: headers, BodyHash: signature.EmptyBodyHash,
		})
		if want := signV3(one, unordered, signature.HashBody(nil), id, secret); got != want {
			t.Fatalf("signature V3 is %s, not %s", got, want)
		}
	})
}
