package untagotel

import (
	"context"
	"errors"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/untag-go/untag"
)

type onAttempt = func(context.Context, untag.Attempt)

// onAttempt returns the hook after every HTTP attempt.
func (t *Telemetry) onAttempt(earlier onAttempt) onAttempt {
	return func(ctx context.Context, info untag.Attempt) {
		defer t.attempted(ctx, info) // also if the other hook panics
		if earlier != nil {
			earlier(ctx, info)
		}
	}
}

// attempted makes the span and the metrics of an attempt that is over.
func (t *Telemetry) attempted(ctx context.Context, info untag.Attempt) {
	info.Code, info.RequestID = codeToken(info.Code), idToken(info.RequestID)
	var common []attribute.KeyValue
	if c, ok := ctx.Value(callKey{t}).(*call); ok {
		common = c.base
		c.attempts = info.Number
		if info.RequestID != "" {
			c.requestID = info.RequestID
		}
	} else { // an earlier hook lost it
		common = base(method(info.Service, info.Action), info.Region)
	}
	reason := errorType(info.Err)
	_, span := t.tracer.Start(ctx, http.MethodPost, ofClient, trace.WithTimestamp(info.Start),
		trace.WithAttributes(semconv.HTTPRequestMethodPost, semconv.CloudRegion(info.Region)))
	if span.IsRecording() {
		t.describeAttempt(span, info, reason)
	}
	span.End(trace.WithTimestamp(info.Start.Add(info.Duration)))

	if t.attemptDuration.Enabled(ctx) {
		attributes := withError(common, reason, info.Code)
		if info.StatusCode != 0 {
			attributes = append(attributes, semconv.HTTPResponseStatusCode(info.StatusCode))
		}
		t.attemptDuration.Record(ctx, info.Duration.Seconds(), metric.WithAttributes(attributes...))
	}
	if errors.Is(info.Err, untag.ErrThrottled) && t.throttles.Enabled(ctx) {
		t.throttles.Add(ctx, 1, metric.WithAttributes(withError(common, "", info.Code)...))
	}
}

func (t *Telemetry) describeAttempt(span trace.Span, info untag.Attempt, reason string) {
	if info.StatusCode != 0 {
		span.SetAttributes(semconv.HTTPResponseStatusCode(info.StatusCode))
	}
	if info.Number > 1 {
		span.SetAttributes(semconv.HTTPRequestResendCount(info.Number - 1))
	}
	if info.RequestID != "" {
		span.SetAttributes(keyRequestID.String(info.RequestID))
	}
	if info.Wait > 0 {
		span.SetAttributes(keyWait.Float64(info.Wait.Seconds()))
	}
	if info.Err != nil {
		span.SetAttributes(withError(nil, reason, info.Code)...)
		span.SetStatus(codes.Error, t.text(info.Err))
	}
}
