package untagotel

import (
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/untag-go/untag"
)

// ScopeName is the name of the instrumentation scope of every span and metric of this package.
// The scope's version is [untag.Version].
const ScopeName = "github.com/untag-go/untag/untagotel"

// Config says where telemetry goes. The zero value is usable: it goes to the global providers.
type Config struct {
	// TracerProvider takes the spans. nil: the global one, otel.GetTracerProvider, also if it is set after New.
	TracerProvider trace.TracerProvider
	// MeterProvider takes the metrics. nil: the global one, otel.GetMeterProvider, also if it is set after New.
	MeterProvider metric.MeterProvider
	// ErrorText makes the one-line text of an error the status description of its span. The text holds no secret, but it may
	// name resources, tag keys and hosts, and quotes messages of the service. false: the description is empty.
	ErrorText bool
}

// Telemetry makes the spans and metrics. It is immutable and safe for concurrent use; one serves any number of clients.
type Telemetry struct {
	tracer    trace.Tracer
	errorText bool

	callDuration    rpcconv.ClientCallDuration
	attemptDuration metric.Float64Histogram
	throttles       metric.Int64Counter
	callResources   metric.Int64Counter
	runResources    metric.Int64Counter
}

// durationBuckets, in seconds, are those that the semantic conventions advise for calls and requests alike.
var durationBuckets = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// New returns a Telemetry. The error is the meter provider's, when it refuses an instrument.
func New(config Config) (*Telemetry, error) {
	if config.TracerProvider == nil {
		config.TracerProvider = otel.GetTracerProvider()
	}
	if config.MeterProvider == nil {
		config.MeterProvider = otel.GetMeterProvider()
	}
	t := &Telemetry{
		tracer: config.TracerProvider.Tracer(ScopeName,
			trace.WithInstrumentationVersion(untag.Version), trace.WithSchemaURL(semconv.SchemaURL)),
		errorText: config.ErrorText,
	}
	meter := config.MeterProvider.Meter(ScopeName,
		metric.WithInstrumentationVersion(untag.Version), metric.WithSchemaURL(semconv.SchemaURL))
	var errs [5]error
	t.callDuration, errs[0] = rpcconv.NewClientCallDuration(meter)
	t.attemptDuration, errs[1] = meter.Float64Histogram("untag.attempt.duration", metric.WithUnit("s"),
		metric.WithDescription("Duration of HTTP attempts, from sending to the end of the answer."),
		metric.WithExplicitBucketBoundaries(durationBuckets...))
	t.throttles, errs[2] = meter.Int64Counter("untag.throttles", metric.WithUnit("{throttle}"),
		metric.WithDescription("HTTP attempts that the service refused because there were too many calls."))
	t.callResources, errs[3] = meter.Int64Counter("untag.call.resources", metric.WithUnit("{resource}"),
		metric.WithDescription("Resources that calls named, by what became of them in the call."))
	t.runResources, errs[4] = meter.Int64Counter("untag.run.resources", metric.WithUnit("{resource}"),
		metric.WithDescription("Resources of bulk runs, each counted once by its outcome."))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return t, nil
}

// Instrument returns config with hooks that make spans and metrics of every call and every HTTP attempt.
//
// Hooks that config has already are kept and run inside: OnCall is called when the span has begun, with the context that
// holds it, and the function that it returned before the span ends. OnAttempt is called before the attempt is recorded.
func (t *Telemetry) Instrument(config untag.Config) untag.Config {
	config.OnCall = t.onCall(config.OnCall)
	config.OnAttempt = t.onAttempt(config.OnAttempt)
	return config
}
