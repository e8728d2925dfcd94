package untagotel_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagotel"
	"github.com/untag-go/untag/untagtest"
)

// TestEarlierHooks runs hooks that a Config has already inside the span.
func TestEarlierHooks(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	cloud := newCloud()
	cloud.Inject(untagtest.Fault{Calls: 1, Code: untag.CodeInternalError})
	config := cloud.Config()
	config.Retry.BaseDelay = 1
	var order []string
	var outer trace.Span
	note := func(format string, args ...any) { order = append(order, fmt.Sprintf(format, args...)) }
	type key struct{}
	config.OnCall = func(ctx context.Context, call untag.Call) (context.Context, func(error)) {
		outer = trace.SpanFromContext(ctx)
		note("call of %d, span %t", call.Resources, outer.IsRecording())
		return context.WithValue(ctx, key{}, "mine"), func(err error) { note("end %v, span %t", err, outer.IsRecording()) }
	}
	config.OnAttempt = func(ctx context.Context, attempt untag.Attempt) {
		note("attempt %d, %v, in span %t, %d recorded", attempt.Number, ctx.Value(key{}), trace.SpanFromContext(ctx) == outer, len(c.spans.Ended()))
	}
	before := config
	instrumented := c.telemetry().Instrument(config)
	require.NoError(t, untagTag(t.Context(), t, instrumented, "i-1"))
	assert.Equal(t, []string{
		"call of 1, span true",
		"attempt 1, mine, in span true, 0 recorded",
		"attempt 2, mine, in span true, 1 recorded",
		"end <nil>, span true",
	}, order)
	assert.False(t, outer.IsRecording(), "the span ends last")
	assert.EqualValues(t, 2, attributesOf(c.call().Attributes())["untag.attempt.count"])
	assert.Equal(t, before.Region, instrumented.Region, "all else stays")
	assert.Equal(t, before.HTTPClient, instrumented.HTTPClient)
}

// TestEarlierHookMayReturnNothing: nil for the context and nil for the function are allowed.
func TestEarlierHookMayReturnNothing(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	config := newCloud().Config()
	config.OnCall = func(context.Context, untag.Call) (context.Context, func(error)) { return nil, nil }
	require.NoError(t, untagTag(t.Context(), t, c.telemetry().Instrument(config), "i-1"))
	require.Len(t, c.attempts(), 1)
	assert.Equal(t, c.call().SpanContext(), c.attempts()[0].Parent())
}

// TestEarlierHookMayLoseTheContext: the attempts are then spans of their own, and nothing is lost of the metrics.
func TestEarlierHookMayLoseTheContext(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	config := newCloud().Config()
	config.OnCall = func(context.Context, untag.Call) (context.Context, func(error)) { return context.Background(), nil }
	require.NoError(t, untagTag(t.Context(), t, c.telemetry().Instrument(config), "i-1"))
	require.Len(t, c.attempts(), 1)
	assert.False(t, c.attempts()[0].Parent().IsValid())
	assert.Equal(t, "done", attributesOf(c.call().Attributes())["untag.outcome"])
	assert.EqualValues(t, 1, c.metrics()["untag.attempt.duration"][0].count)
}

// TestTwoTelemetries on one Config, of two backends perhaps: the second is around the first, and each sees everything.
func TestTwoTelemetries(t *testing.T) {
	t.Parallel()
	first, second := newCollector(t), newCollector(t)
	config := second.telemetry().Instrument(first.telemetry().Instrument(newCloud().Config()))
	require.NoError(t, untagTag(t.Context(), t, config, "i-1"))
	assert.Equal(t, second.call().SpanContext(), first.call().Parent())
	for _, c := range []*collector{first, second} {
		got := attributesOf(c.call().Attributes())
		assert.EqualValues(t, 1, got["untag.attempt.count"])
		assert.NotEmpty(t, got["alibaba_cloud.request_id"])
		assert.Len(t, c.attempts(), 1)
		assert.EqualValues(t, 1, c.metrics()["rpc.client.call.duration"][0].count)
	}
}

// TestGlobalProviders may be set after New. It is not parallel: they are global.
func TestGlobalProviders(t *testing.T) {
	if _, ok := otel.GetTracerProvider().(*sdktrace.TracerProvider); ok {
		t.Skip("set by an earlier run in this process: only the first one that is set reaches what was made before")
	}
	telemetry, err := untagotel.New(untagotel.Config{})
	require.NoError(t, err)
	config := telemetry.Instrument(newCloud().Config())
	require.NoError(t, untagTag(t.Context(), t, config, "i-1"), "as long as there are none, nothing is exported")

	c := newCollector(t)
	otel.SetTracerProvider(c.config.TracerProvider)
	otel.SetMeterProvider(c.config.MeterProvider)
	require.NoError(t, untagTag(t.Context(), t, config, "i-2"))
	assert.Len(t, c.calls(), 1)
	assert.Len(t, c.attempts(), 1)
	assert.EqualValues(t, 1, c.metrics()["rpc.client.call.duration"][0].count)
}

// TestTimes: an attempt is reported when it is over, and its span has the times that it had. The span and the metric of
// a call agree to the nanosecond.
func TestTimes(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	config := c.telemetry().Instrument(untag.Config{})
	ctx, done := config.OnCall(t.Context(), untag.Call{Resources: 1})
	start := time.Now().Add(-time.Hour)
	config.OnAttempt(ctx, untag.Attempt{Number: 1, Start: start, Duration: time.Minute})
	done(nil)
	require.Len(t, c.attempts(), 1)
	assert.Equal(t, start, c.attempts()[0].StartTime())
	assert.Equal(t, start.Add(time.Minute), c.attempts()[0].EndTime())
	assert.Equal(t, time.Minute, c.metrics()["untag.attempt.duration"][0].sum)
	span, recorded := c.call(), c.collect()
	i := slices.IndexFunc(recorded.Metrics, func(m metricdata.Metrics) bool { return m.Name == "rpc.client.call.duration" })
	data, ok := recorded.Metrics[i].Data.(metricdata.Histogram[float64])
	require.True(t, ok)
	assert.InDelta(t, span.EndTime().Sub(span.StartTime()).Seconds(), data.DataPoints[0].Sum, 1e-12)
}

// TestErrorText is what the caller sees, word for word, when it is asked for.
func TestErrorText(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	c.config.ErrorText = true
	cloud := newCloud()
	cloud.Inject(untagtest.Fault{Code: untag.CodeForbiddenRAM})
	err := untagTag(t.Context(), t, c.telemetry().Instrument(cloud.Config()), "i-1")
	require.ErrorIs(t, err, untag.ErrPermissionDenied)
	assert.Equal(t, codes.Error, c.call().Status().Code)
	assert.Equal(t, err.Error(), c.call().Status().Description)
	assert.Equal(t, err.Error(), c.attempts()[0].Status().Description)
}

// brokenMeter refuses one instrument.
type brokenMeter struct{ noop.MeterProvider }

func (brokenMeter) Meter(string, ...metric.MeterOption) metric.Meter { return refusingMeter{} }

type refusingMeter struct{ noop.Meter }

func (refusingMeter) Int64Counter(name string, _ ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	if name == "untag.run.resources" {
		return nil, assert.AnError
	}
	return noop.Int64Counter{}, nil
}

func TestNewSaysWhatTheMeterSays(t *testing.T) {
	t.Parallel()
	telemetry, err := untagotel.New(untagotel.Config{MeterProvider: brokenMeter{}})
	require.ErrorIs(t, err, assert.AnError)
	assert.Nil(t, telemetry)
}
