package untagotel_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// None of these may show in anything that is exported.
const (
	hiddenID       = "LTAI5tCanaryKeyIdZx81QwEr"
	hiddenSecret   = "CanarySecret/Ty77+UiOp=AsDf"
	hiddenToken    = "CAISCanaryToken%41/GhJk+Lz99=="
	hiddenKey      = "canary-tag-key"
	hiddenResource = "i-canary0resource"
)

// wire notes what goes over the wire, and fails or answers as the test has it.
type wire struct {
	http.RoundTripper
	mu         sync.Mutex
	signatures []string
	requests   []string // URLs, queries and nonces
	fail       func(*http.Request) error
	codes      []string // error codes to answer with
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	w.signatures = append(w.signatures, signature)
	w.requests = append(w.requests, r.Header.Get("X-Acs-Signature-Nonce"), r.URL.RawQuery, r.URL.String())
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if form, err := url.ParseQuery(string(body)); err == nil {
			w.signatures = append(w.signatures, form.Get("Signature"))
			w.requests = append(w.requests, form.Get("SignatureNonce"), string(body))
		}
	}
	code := ""
	if len(w.codes) > 0 {
		code, w.codes = w.codes[0], w.codes[1:]
	}
	w.mu.Unlock()
	if w.fail != nil {
		return nil, w.fail(r)
	}
	if code != "" {
		body, _ := json.Marshal(map[string]string{"Code": code, "Message": quoting(r), "RequestId": code, "HostId": r.Host, "Recommend": r.URL.String()})
		return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body))), Request: r}, nil
	}
	return w.RoundTripper.RoundTrip(r)
}

// quoting is a text with everything in it that a careless peer could quote.
func quoting(r *http.Request) string {
	return fmt.Sprintf("%s %s %s %s %s %s %v", r.URL, hiddenID, hiddenSecret, hiddenToken, hiddenKey, hiddenResource, r.Header)
}

// careless are the ways in which answers and failures may quote what they should not.
var careless = map[string]func(*untagtest.Cloud, *wire){
	"success": func(*untagtest.Cloud, *wire) {},
	"refusal": func(cloud *untagtest.Cloud, _ *wire) {
		cloud.Inject(untagtest.Fault{Code: untag.CodeForbiddenRAM, Message: hiddenKey + hiddenSecret})
	},
	"throttling": func(cloud *untagtest.Cloud, _ *wire) {
		cloud.Inject(untagtest.Fault{Code: untag.CodeThrottlingUser, Message: hiddenResource})
	},
	"partial failure": func(cloud *untagtest.Cloud, _ *wire) {
		cloud.Inject(untagtest.Fault{Item: "NoPermission.Operator", Message: hiddenKey})
	},
	"missing": func(cloud *untagtest.Cloud, _ *wire) {
		cloud.Remove(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: hiddenResource})
	},
	"lost answer": func(cloud *untagtest.Cloud, _ *wire) { cloud.Inject(untagtest.Fault{Reset: true, After: true}) },
	"a page":      func(cloud *untagtest.Cloud, _ *wire) { cloud.Inject(untagtest.Fault{HTML: true}) },
	"cut off":     func(cloud *untagtest.Cloud, _ *wire) { cloud.Inject(untagtest.Fault{Truncate: true}) },
	"codes": func(_ *untagtest.Cloud, w *wire) {
		w.codes = slices.Repeat([]string{
			hiddenResource, hiddenKey, "https://" + hiddenResource + "?" + hiddenKey, hiddenSecret, hiddenToken, hiddenID,
		}, 4)
	},
	"transport": func(_ *untagtest.Cloud, w *wire) {
		w.fail = func(r *http.Request) error {
			return &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New(quoting(r))}
		}
	},
}

// TestNothingLeaks makes every sort of answer and failure quote everything, and looks at all that is exported.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	for name, prepare := range careless {
		for _, signature := range []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1} {
			for _, text := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %v, text %t", name, signature, text), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						cloud := newCloud()
						cloud.AllowKey(hiddenID, hiddenSecret, hiddenToken)
						cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: hiddenResource, Tags: map[string]string{hiddenKey: "x"}})
						config := cloud.Config()
						w := &wire{RoundTripper: config.HTTPClient.Transport}
						prepare(cloud, w)
						config.HTTPClient = &http.Client{Transport: w}
						config.Credentials = untag.StaticCredentials(hiddenID, hiddenSecret, hiddenToken)
						config.Signature = signature
						c := newCollector(t)
						c.config.ErrorText = text
						untagAll(t, c, config)
						assertHidden(t, c.everything(), w, text)
					})
				})
			}
		}
	}
}

func assertHidden(t *testing.T, exported string, w *wire, text bool) {
	t.Helper()
	require.Contains(t, exported, "UntagResources", "there is something to look at")
	require.NotEmpty(t, strings.Join(w.signatures, ""))
	hidden := append([]string{hiddenID, hiddenSecret, url.QueryEscape(hiddenSecret), hiddenToken, url.QueryEscape(hiddenToken)}, w.signatures...)
	if !text { // the text may name resources, keys and hosts
		hidden = append(append(hidden, w.requests...), hiddenKey, hiddenResource, "://", "aliyuncs.com")
	}
	for _, secret := range hidden {
		if secret != "" && strings.Contains(exported, secret) {
			t.Errorf("%q was exported", secret)
		}
	}
}

// untagAll makes single calls of two services, and a run, which waits throttling out until its context ends.
func untagAll(t *testing.T, c *collector, config untag.Config) {
	t.Helper()
	telemetry := c.telemetry()
	config = telemetry.Instrument(config)
	byARN, err := tag.New(config)
	require.NoError(t, err)
	byID, err := ecs.New(config)
	require.NoError(t, err)
	ids, keys := []string{hiddenResource, "i-1"}, []string{hiddenKey}
	_, _ = byARN.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: arns(ids...), TagKeys: keys})
	_, _ = byID.UntagResources(t.Context(), ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: ids, TagKeys: keys})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	exhaust(telemetry.Results(ctx, byARN.UntagMany(ctx, tag.UntagManyRequest{
		ResourceARNs: slices.Values(append(arns(ids...), "https://"+hiddenResource)), TagKeys: keys,
	})))
}

// everything is all that was exported, as one text.
func (c *collector) everything() string {
	c.t.Helper()
	var b strings.Builder
	for _, span := range c.spans.Ended() {
		fmt.Fprintln(&b, span.Name(), span.Status().Description, span.Resource(), span.SpanContext().TraceState())
		for _, a := range span.Attributes() {
			fmt.Fprintln(&b, a.Key, a.Value.AsInterface())
		}
		for _, event := range span.Events() {
			fmt.Fprintln(&b, event.Name, event.Attributes)
		}
		for _, link := range span.Links() {
			fmt.Fprintln(&b, link.Attributes)
		}
	}
	metrics := c.collect()
	data, err := json.Marshal(metrics.Metrics)
	require.NoError(c.t, err)
	b.Write(data)
	for _, m := range metrics.Metrics { // and by hand: JSON escapes
		fmt.Fprintln(&b, m.Name, m.Description, m.Unit)
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			for _, p := range data.DataPoints {
				fmt.Fprintln(&b, attributesOf(p.Attributes.ToSlice()))
				for _, e := range p.Exemplars {
					fmt.Fprintln(&b, attributesOf(e.FilteredAttributes))
				}
			}
		case metricdata.Histogram[float64]:
			for _, p := range data.DataPoints {
				fmt.Fprintln(&b, attributesOf(p.Attributes.ToSlice()))
				for _, e := range p.Exemplars {
					fmt.Fprintln(&b, attributesOf(e.FilteredAttributes))
				}
			}
		}
	}
	return b.String()
}

// TestCardinality: metrics have these attributes and no others. A request ID or a resource would make a series of each call.
func TestCardinality(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCollector(t)
		cloud := newCloud()
		cloud.Inject(untagtest.Fault{Calls: 3, Code: untag.CodeThrottlingUser}, untagtest.Fault{Calls: 2, Reset: true})
		untagAll(t, c, cloud.Config())
		allowed := []string{
			"rpc.system.name", "rpc.method", "cloud.region", "error.type", "rpc.response.status_code", "http.response.status_code", "untag.outcome",
		}
		metrics := c.metrics()
		assert.Len(t, metrics, 5)
		for name, points := range metrics {
			for _, p := range points {
				for key := range p.attributes {
					assert.Contains(t, allowed, key, name)
				}
			}
		}
	})
}
