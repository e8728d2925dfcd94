package untagotel_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagotel"
)

// TestAllocationsOfNothing: where nobody takes telemetry, a call of one attempt costs a few small allocations.
func TestAllocationsOfNothing(t *testing.T) {
	telemetry, err := untagotel.New(untagotel.Config{
		TracerProvider: tracenoop.NewTracerProvider(), MeterProvider: metricnoop.NewMeterProvider(),
	})
	require.NoError(t, err)
	config := telemetry.Instrument(untag.Config{})
	call := untag.Call{Service: untag.ServiceTag, Action: "UntagResources", Region: "cn-hangzhou", Resources: 50}
	attempt := untag.Attempt{
		Service: call.Service, Action: call.Action, Region: call.Region,
		Number: 1, Start: time.Now(), Duration: time.Millisecond, StatusCode: 200, RequestID: "00000000-0000-5000-8000-000000000001",
	}
	parent := context.Background()
	got := testing.AllocsPerRun(1000, func() {
		ctx, done := config.OnCall(parent, call)
		config.OnAttempt(ctx, attempt)
		done(nil)
	})
	t.Log(got)
	assert.LessOrEqual(t, got, 20.0)
}
