package untagotel_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagotel"
	"github.com/untag-go/untag/untagtest"
)

// collector keeps everything that is exported, in memory.
type collector struct {
	t      *testing.T
	spans  *tracetest.SpanRecorder
	tracer *sdktrace.TracerProvider
	reader *sdkmetric.ManualReader
	config untagotel.Config
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{t: t, spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	c.tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(c.spans))
	c.config = untagotel.Config{TracerProvider: c.tracer, MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(c.reader))}
	return c
}

// telemetry returns a Telemetry whose exports c keeps.
func (c *collector) telemetry() *untagotel.Telemetry {
	c.t.Helper()
	telemetry, err := untagotel.New(c.config)
	require.NoError(c.t, err)
	return telemetry
}

// attributes are those of a span or a data point, by key.
type attributes map[string]any

func attributesOf(list []attribute.KeyValue) attributes {
	all := make(attributes, len(list))
	for _, a := range list {
		all[string(a.Key)] = a.Value.AsInterface()
	}
	return all
}

// calls and attempts return the ended spans of either sort, in the order in which they ended.
func (c *collector) calls() []sdktrace.ReadOnlySpan {
	return c.named(func(name string) bool { return name != "POST" })
}

func (c *collector) attempts() []sdktrace.ReadOnlySpan {
	return c.named(func(name string) bool { return name == "POST" })
}

func (c *collector) named(is func(string) bool) []sdktrace.ReadOnlySpan {
	c.t.Helper()
	require.Len(c.t, c.spans.Started(), len(c.spans.Ended()), "every span that began has ended")
	var found []sdktrace.ReadOnlySpan
	for _, span := range c.spans.Ended() {
		if span.InstrumentationScope().Name == untagotel.ScopeName && is(span.Name()) {
			found = append(found, span)
		}
	}
	return found
}

// call returns the span of the only call.
func (c *collector) call() sdktrace.ReadOnlySpan {
	c.t.Helper()
	calls := c.calls()
	require.Len(c.t, calls, 1)
	return calls[0]
}

// point is a data point: a count, or the number and sum of durations.
type point struct {
	count      int64
	sum        time.Duration
	attributes attributes
}

// metrics returns the data points by the name of their metric.
func (c *collector) metrics() map[string][]point {
	c.t.Helper()
	points := make(map[string][]point)
	for _, m := range c.collect().Metrics {
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			require.True(c.t, data.IsMonotonic)
			for _, p := range data.DataPoints {
				points[m.Name] = append(points[m.Name], point{p.Value, 0, attributesOf(p.Attributes.ToSlice())})
			}
		case metricdata.Histogram[float64]:
			for _, p := range data.DataPoints {
				sum := time.Duration(p.Sum * float64(time.Second)).Round(time.Microsecond)
				points[m.Name] = append(points[m.Name], point{int64(p.Count), sum, attributesOf(p.Attributes.ToSlice())})
			}
		default:
			c.t.Fatalf("%s is a %T", m.Name, data)
		}
	}
	return points
}

// collect returns the metrics of the scope; there are none before the first is recorded.
func (c *collector) collect() metricdata.ScopeMetrics {
	c.t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(c.t, c.reader.Collect(context.Background(), &all))
	if len(all.ScopeMetrics) == 0 {
		return metricdata.ScopeMetrics{}
	}
	require.Len(c.t, all.ScopeMetrics, 1)
	return all.ScopeMetrics[0]
}

// outcomes are the data points of a metric of resources, as "outcome error.type" and their number.
func (c *collector) outcomes(metric string) map[string]int64 {
	c.t.Helper()
	counts := make(map[string]int64)
	for _, p := range c.metrics()[metric] {
		key := p.attributes["untag.outcome"].(string)
		if reason, ok := p.attributes["error.type"].(string); ok {
			key += " " + reason
		}
		counts[key] += p.count
	}
	return counts
}

// newCloud is an account with two instances.
func newCloud() *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	for _, id := range []string{"i-1", "i-2"} {
		cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id, Tags: map[string]string{"env": "test"}})
	}
	return cloud
}

func arns(ids ...string) []string {
	all := make([]string, 0, len(ids))
	for _, id := range ids {
		all = append(all, "arn:acs:ecs:cn-hangzhou:*:instance/"+id)
	}
	return all
}

// untagTag removes a tag from instances by way of the Tag service.
func untagTag(ctx context.Context, t *testing.T, config untag.Config, ids ...string) error {
	t.Helper()
	client, err := tag.New(config)
	require.NoError(t, err)
	_, err = client.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: arns(ids...), TagKeys: []string{"env"}})
	return err
}

// untagECS removes a tag from instances by way of ECS.
func untagECS(ctx context.Context, t *testing.T, config untag.Config, ids ...string) error {
	t.Helper()
	client, err := ecs.New(config)
	require.NoError(t, err)
	_, err = client.UntagResources(ctx, ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: ids, TagKeys: []string{"env"},
	})
	return err
}

func assertStatus(t *testing.T, failed bool, code codes.Code, description string) {
	t.Helper()
	want := codes.Unset
	if failed {
		want = codes.Error
	}
	assert.Equal(t, want, code)
	assert.Empty(t, description)
}

// assertAttempts compares the metric of attempts with their spans.
func assertAttempts(t *testing.T, common attributes, spans []attributes, points []point) {
	t.Helper()
	var want, got []attributes
	for _, span := range spans {
		want = append(want, merged(common, pick(span, "error.type", "rpc.response.status_code", "http.response.status_code")))
	}
	for _, p := range points {
		for range p.count {
			got = append(got, p.attributes)
		}
	}
	assert.ElementsMatch(t, want, got)
}

func merged(all ...attributes) attributes {
	sum := make(attributes)
	for _, one := range all {
		for key, value := range one {
			sum[key] = value
		}
	}
	return sum
}

func pick(from attributes, keys ...string) attributes {
	picked := make(attributes)
	for _, key := range keys {
		if value, ok := from[key]; ok {
			picked[key] = value
		}
	}
	return picked
}
