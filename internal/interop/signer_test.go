package interop_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// These tests hold our clients against the vendor's signers. What they send need not be allowed: only the signature counts.

var versions = []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1}

// config signs as it is told for the verifier, and tries once.
func (v *verifier) config(k key, version untag.SignatureVersion) untag.Config {
	return untag.Config{
		Region: region, Credentials: untag.StaticCredentials(k.id, k.secret, k.token), Endpoint: "http://" + v.host, Signature: version,
		Retry: untag.Retry{MaxAttempts: 1}, Rate: -1, Validation: untag.ValidateNone,
	}
}

// ours calls UntagResources of the operation's service.
func ours(ctx context.Context, config untag.Config, r request) error {
	switch r.service {
	case untagtest.Tag:
		c, err := tag.New(config)
		if err != nil {
			return err
		}
		_, err = c.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: r.ids, TagKeys: r.keys})
		return err
	case untagtest.ECS:
		c, err := ecs.New(config)
		if err != nil {
			return err
		}
		_, err = c.UntagResources(ctx, ecs.UntagResourcesRequest{
			ResourceType: ecs.ResourceType(r.resource.Type), ResourceIDs: r.ids, TagKeys: r.keys, All: r.all,
		})
		return err
	case untagtest.VPCIPAM:
		c, err := vpc.New(config)
		if err != nil {
			return err
		}
		_, err = c.UntagResources(ctx, vpc.UntagResourcesRequest{
			ResourceType: vpc.ResourceType(r.resource.Type), ResourceIDs: r.ids, TagKeys: r.keys, All: r.all,
		})
		return err
	default:
		c, err := resourcesharing.New(config)
		if err != nil {
			return err
		}
		_, err = c.UntagResources(ctx, resourcesharing.UntagResourcesRequest{
			ResourceType: resourcesharing.ResourceType(r.resource.Type), ResourceIDs: r.ids, TagKeys: r.keys, All: r.all,
		})
		return err
	}
}

// oursMany calls UntagMany.
func oursMany(t *testing.T, config untag.Config, r request) iter.Seq2[string, error] {
	t.Helper()
	ids := slices.Values(r.ids)
	switch r.service {
	case untagtest.Tag:
		c, err := tag.New(config)
		require.NoError(t, err)
		return c.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: ids, TagKeys: r.keys})
	case untagtest.ECS:
		c, err := ecs.New(config)
		require.NoError(t, err)
		return c.UntagMany(t.Context(), ecs.UntagManyRequest{
			ResourceType: ecs.ResourceType(r.resource.Type), ResourceIDs: ids, TagKeys: r.keys,
		})
	case untagtest.VPCIPAM:
		c, err := vpc.New(config)
		require.NoError(t, err)
		return c.UntagMany(t.Context(), vpc.UntagManyRequest{
			ResourceType: vpc.ResourceType(r.resource.Type), ResourceIDs: ids, TagKeys: r.keys,
		})
	default:
		c, err := resourcesharing.New(config)
		require.NoError(t, err)
		return c.UntagMany(t.Context(), resourcesharing.UntagManyRequest{
			ResourceType: resourcesharing.ResourceType(r.resource.Type), ResourceIDs: ids, TagKeys: r.keys,
		})
	}
}

// eachOurs runs a test for every operation and signature.
func eachOurs(t *testing.T, test func(t *testing.T, o operation, version untag.SignatureVersion)) {
	t.Helper()
	for _, o := range operations {
		for _, version := range versions {
			t.Run(fmt.Sprint(o.service, "/", version), func(t *testing.T) {
				t.Parallel()
				test(t, o, version)
			})
		}
	}
}

// want are the request's parameters as they must arrive.
func (r request) want() map[string]string {
	want := map[string]string{"RegionId": region}
	idName := "ResourceARN"
	if r.service != untagtest.Tag {
		idName, want["ResourceType"] = "ResourceId", r.resource.Type
	}
	for i, id := range r.ids {
		want[idName+"."+strconv.Itoa(i+1)] = id
	}
	for i, name := range r.keys {
		want["TagKey."+strconv.Itoa(i+1)] = name
	}
	if r.all {
		want["All"] = "true"
	}
	return want
}

func TestVendorsSignersSignAsWeDo(t *testing.T) {
	t.Parallel()
	eachOurs(t, func(t *testing.T, o operation, version untag.SignatureVersion) {
		long := make([]string, 20)
		for i := range long {
			long[i] = hostile + strings.Repeat("/long+id", 60) + strconv.Itoa(i)
		}
		all := o.request(nil, "id-1")
		all.all = true
		rows := []struct {
			name string
			r    request
			form bool // in V3
		}{
			{"one", o.request([]string{"env"}, "id-1"), false},
			{"eleven", o.request(strings.Split("k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11", " "), strings.Split("i1 i2 i3 i4 i5 i6 i7 i8 i9 i10 i11", " ")...), false},
			{"hostile", o.request([]string{hostile, "", " ", "a+b", "a b", "~", "*", "%7E"}, hostile, "%2F", "a/b//c", "..", "a&b=c"), false},
			{"long", o.request([]string{hostile}, long...), true},
			{"all", all, false},
		}
		for _, row := range rows {
			if row.r.all && o.service == untagtest.Tag {
				continue
			}
			for _, k := range []key{permanent, temporary} {
				v := newVerifier(t, k)
				require.NoError(t, ours(t.Context(), v.config(k, version), row.r), row.name)
				require.Len(t, v.requests(), 1)
				want := received{version: version.String(), form: row.form || version == untag.SignatureV1, token: k.token, parameters: row.r.want()}
				assert.Equal(t, want, v.requests()[0], row.name)
			}
		}
	})
}

func TestVendorsSignersSignAsWeDoWithOddSecrets(t *testing.T) {
	t.Parallel()
	eachOurs(t, func(t *testing.T, o operation, version untag.SignatureVersion) {
		for i, secret := range oddSecrets() {
			for _, token := range []string{"", "+/=", strings.Repeat("CAIS+/", 400) + "=="} {
				k := key{"LTAI+odd/key=" + strconv.Itoa(i), secret, token}
				v := newVerifier(t, k)
				require.NoError(t, ours(t.Context(), v.config(k, version), o.request([]string{"env"}, "id-1")), "%q", secret)
				assert.Equal(t, token, v.requests()[0].token)
			}
		}
	})
}

func TestVendorsSignersSignAsWeDoInARun(t *testing.T) {
	t.Parallel()
	eachOurs(t, func(t *testing.T, o operation, version untag.SignatureVersion) {
		ids := make([]string, 400)
		for i := range ids {
			ids[i] = "id/" + strconv.Itoa(i) + "+é ~"
		}
		r := o.request([]string{hostile, "b", "a"}, ids...)
		v := newVerifier(t, temporary)
		n := 0
		for id, err := range oursMany(t, v.config(temporary, version), r) {
			require.NoError(t, err)
			require.Equal(t, r.ids[n], id)
			n++
		}
		assert.Equal(t, len(ids), n)
		arrived := map[string]bool{}
		for _, in := range v.requests() {
			for name, value := range in.parameters {
				if strings.HasPrefix(name, "ResourceARN.") || strings.HasPrefix(name, "ResourceId.") {
					arrived[value] = true
				}
			}
		}
		assert.ElementsMatch(t, r.ids, slices.Collect(maps.Keys(arrived)))
	})
}

// tamper changes a request on its way.
type tamper func(r *http.Request)

func (change tamper) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	change(r)
	return http.DefaultTransport.RoundTrip(r)
}

func header(name string, change func(string) string) tamper {
	return func(r *http.Request) { r.Header.Set(name, change(r.Header.Get(name))) }
}

func body(change func(string) string) tamper {
	return func(r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		changed := change(string(text))
		r.ContentLength, r.Body = int64(len(changed)), io.NopCloser(bytes.NewReader([]byte(changed)))
	}
}

func query(change func(string) string) tamper {
	return func(r *http.Request) { r.URL.RawQuery = change(r.URL.RawQuery) }
}

func replace(before, after string) func(string) string {
	return func(s string) string { return strings.Replace(s, before, after, 1) }
}

// flip changes the last digit.
func flip(s string) string {
	last := byte('0')
	if strings.HasSuffix(s, "0") {
		last = '1'
	}
	return s[:len(s)-1] + string(last)
}

// later is a date of the form that both schemes use, a second later.
func later(date string) string {
	at, err := time.Parse("2006-01-02T15:04:05Z", date)
	if err != nil {
		return "no date: " + date
	}
	return at.Add(time.Second).Format("2006-01-02T15:04:05Z")
}

// parameter changes one parameter of a form.
func parameter(name string, change func(string) string) tamper {
	return body(func(form string) string {
		start := strings.Index("&"+form, "&"+name+"=") + len(name) + 1
		end := start + strings.IndexByte(form[start:]+"&", '&')
		return form[:start] + strings.ReplaceAll(change(strings.ReplaceAll(form[start:end], "%3A", ":")), ":", "%3A") + form[end:]
	})
}

// The check can fail: whatever is changed of what is signed, the vendor's signers notice.
func TestVendorsSignersNoticeChanges(t *testing.T) {
	t.Parallel()
	const otherHost = "example.com"
	rows := map[untag.SignatureVersion][]struct {
		name   string
		long   bool
		change tamper
	}{
		untag.SignatureV3: {
			{"a resource", false, query(replace("id-1", "id-2"))},
			{"another parameter", false, query(func(s string) string { return s + "&TagKey.9=x" })},
			{"no parameter", false, query(func(string) string { return "" })},
			{"the host", false, func(r *http.Request) { r.Host = otherHost }},
			{"the action", false, header("X-Acs-Action", replace("Untag", "Tag"))},
			{"the version", false, header("X-Acs-Version", flip)},
			{"the date", false, header("X-Acs-Date", later)},
			{"the nonce", false, header("X-Acs-Signature-Nonce", flip)},
			{"the token", false, header("X-Acs-Security-Token", flip)},
			{"no token", false, func(r *http.Request) { r.Header.Del("X-Acs-Security-Token") }},
			{"another header", false, header("X-Acs-Other", flip0)},
			{"the signature", false, header("Authorization", flip)},
			{"the signed headers", false, header("Authorization", replace("host;", ""))},
			{"a body", false, func(r *http.Request) {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader("TagKey.9=x")), 10
			}},
			{"the body", true, body(replace("id-1", "id-2"))},
			{"the body's hash", true, header("X-Acs-Content-Sha256", flip)},
			{"the body's type", true, header("Content-Type", func(s string) string { return s + ";charset=utf-8" })},
			{"from body to query", true, func(r *http.Request) {
				text, _ := io.ReadAll(r.Body)
				r.URL.RawQuery, r.Body, r.ContentLength = string(text), http.NoBody, 0
			}},
		},
		untag.SignatureV1: {
			{"a resource", false, body(replace("id-1", "id-2"))},
			{"another parameter", false, body(func(s string) string { return s + "&TagKey.9=x" })},
			{"the action", false, parameter("Action", replace("Untag", "Tag"))},
			{"the version", false, parameter("Version", flip)},
			{"the date", false, parameter("Timestamp", later)},
			{"the nonce", false, parameter("SignatureNonce", flip)},
			{"the token", false, parameter("SecurityToken", flip)},
			{"the format", false, parameter("Format", replace("JSON", "XML"))},
			{"the signature", false, parameter("Signature", func(s string) string { return "A" + s })},
			{"no signature", false, parameter("Signature", func(string) string { return "" })},
		},
	}
	for version, changes := range rows {
		for _, row := range changes {
			t.Run(version.String()+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				for _, o := range operations {
					r := o.request([]string{"env"}, "id-1")
					if row.long {
						r = o.request([]string{"env"}, "id-1", strings.Repeat("long", 2500))
					}
					v := newVerifier(t, temporary)
					config := v.config(temporary, version)
					config.HTTPClient = &http.Client{Transport: tamper(func(*http.Request) {})}
					require.NoError(t, ours(t.Context(), config, r), "unchanged")

					config.HTTPClient = &http.Client{Transport: row.change}
					requireRefused(t, ours(t.Context(), config, r), o)
					require.Len(t, v.requests(), 2)
					assert.Error(t, v.requests()[1].problem)
				}
			})
		}
	}
}

func flip0(s string) string { return s + "0" }

func TestVendorsSignersNoticeOtherSecrets(t *testing.T) {
	t.Parallel()
	eachOurs(t, func(t *testing.T, o operation, version untag.SignatureVersion) {
		v := newVerifier(t, permanent)
		other := permanent
		other.secret += "x"
		requireRefused(t, ours(t.Context(), v.config(other, version), o.request([]string{"env"}, "id-1")), o)
		assert.ErrorContains(t, v.requests()[0].problem, "signs otherwise")
	})
}

func requireRefused(t *testing.T, err error, o operation) {
	t.Helper()
	require.ErrorIs(t, err, untag.ErrUnauthenticated)
	var own *untag.APIError
	require.ErrorAs(t, err, &own)
	require.Equal(t, "SignatureDoesNotMatch", own.Code)
	require.Equal(t, string(o.service), own.Service)
}
