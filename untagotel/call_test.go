package untagotel_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/untag-go/untag"
)

// TestCall makes one call in each way that a call can end, and looks at its span, the spans of its attempts,
// and every metric.
func TestCall(t *testing.T) {
	t.Parallel()
	for _, test := range callTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCollector(t)
				var seen []untag.Attempt
				cloud := newCloud()
				cloud.Inject(test.faults...)
				config := cloud.Config()
				if test.configure != nil {
					test.configure(&config)
				}
				config.OnAttempt = func(_ context.Context, a untag.Attempt) { seen = append(seen, a) }
				ctx, root := c.tracer.Tracer("program").Start(t.Context(), "nightly clean-up")
				if test.context != nil {
					var cancel context.CancelFunc
					ctx, cancel = test.context(ctx)
					defer cancel()
				}
				begin := time.Now()
				service, send := "tag", untagTag
				if test.untag != nil {
					service, send = "ecs", test.untag
				}
				err := send(ctx, t, c.telemetry().Instrument(config), test.resources...)
				elapsed := time.Since(begin)
				root.End()

				common := attributes{"rpc.system.name": "alibaba_cloud", "rpc.method": service + "/UntagResources", "cloud.region": "cn-hangzhou"}
				span := c.call()
				assert.Equal(t, service+"/UntagResources", span.Name())
				assert.Equal(t, trace.SpanKindClient, span.SpanKind())
				assert.Equal(t, root.SpanContext(), span.Parent())
				assert.Equal(t, merged(common, attributes{"untag.resource.count": int64(len(test.resources))}, test.call), attributesOf(span.Attributes()))
				assert.Equal(t, begin, span.StartTime())
				assert.Equal(t, elapsed, span.EndTime().Sub(span.StartTime()))
				assertStatus(t, err != nil, span.Status().Code, span.Status().Description)
				assert.Empty(t, span.Events())
				assert.Equal(t, semconv.SchemaURL, span.InstrumentationScope().SchemaURL)
				assert.Equal(t, untag.Version, span.InstrumentationScope().Version)

				attempts := c.attempts()
				require.Len(t, attempts, len(test.attempts))
				require.Len(t, seen, len(test.attempts))
				for i, attempt := range attempts {
					assert.Equal(t, seen[i].Start, attempt.StartTime())
					assert.Equal(t, seen[i].Duration, attempt.EndTime().Sub(attempt.StartTime()))
					assert.Equal(t, span.SpanContext(), attempt.Parent())
					assert.Equal(t, trace.SpanKindClient, attempt.SpanKind())
					got := attributesOf(attempt.Attributes())
					if test.attempts[i]["untag.attempt.wait"] == anyWait {
						assert.Positive(t, got["untag.attempt.wait"])
						got["untag.attempt.wait"] = anyWait
					}
					assert.Equal(t, merged(attributes{"http.request.method": "POST", "cloud.region": "cn-hangzhou"}, test.attempts[i]), got)
					assertStatus(t, got["error.type"] != nil, attempt.Status().Code, attempt.Status().Description)
					assert.Empty(t, attempt.Events())
				}

				metrics := c.metrics()
				duration := point{1, elapsed.Round(time.Microsecond), merged(common, pick(test.call, "error.type", "rpc.response.status_code"))}
				assert.Equal(t, []point{duration}, metrics["rpc.client.call.duration"])
				assertAttempts(t, common, test.attempts, metrics["untag.attempt.duration"])
				assert.Equal(t, test.outcomes, c.outcomes("untag.call.resources"))
				for _, p := range metrics["untag.call.resources"] {
					assert.Equal(t, merged(common, pick(p.attributes, "untag.outcome", "error.type")), p.attributes)
				}
				throttles := int64(0)
				for _, p := range metrics["untag.throttles"] {
					throttles += p.count
					assert.Equal(t, merged(common, pick(p.attributes, "rpc.response.status_code")), p.attributes)
					assert.Contains(t, p.attributes["rpc.response.status_code"], "Throttling")
				}
				assert.Equal(t, test.throttles, throttles)
			})
		})
	}
}

// TestInvalidRequestIsNoCall: what the SDK refuses by itself is never sent, and is no call to a hook.
func TestInvalidRequestIsNoCall(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	err := untagTag(t.Context(), t, c.telemetry().Instrument(newCloud().Config()))
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	assert.Empty(t, c.calls())
	assert.Empty(t, c.metrics())
}
