package untagotel

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/untag-go/untag"
)

// call is one call under way. Its attempts are made one after another, so it needs no lock.
type call struct {
	untag.Call
	base      []attribute.KeyValue
	start     time.Time
	span      trace.Span
	attempts  int    // that were made
	requestID string // of the last answer that had one
}

// callKey finds the call of a Telemetry in a context. Two of them may instrument one Config.
type callKey struct{ *Telemetry }

type onCall = func(context.Context, untag.Call) (context.Context, func(error))

// onCall returns the hook around every call.
func (t *Telemetry) onCall(earlier onCall) onCall {
	return func(ctx context.Context, info untag.Call) (context.Context, func(error)) {
		ctx, c := t.begin(ctx, info)
		if earlier == nil {
			return ctx, func(err error) { t.end(ctx, c, err) }
		}
		hooked, done := earlier(ctx, info)
		if hooked == nil {
			hooked = ctx
		}
		return hooked, func(err error) {
			defer t.end(ctx, c, err) // also if the other hook panics
			if done != nil {
				done(err)
			}
		}
	}
}

// begin starts the span of a call.
func (t *Telemetry) begin(ctx context.Context, info untag.Call) (context.Context, *call) {
	name := method(info.Service, info.Action)
	c := &call{Call: info, base: base(name, info.Region), start: time.Now()}
	ctx, c.span = t.tracer.Start(ctx, name, ofClient, trace.WithTimestamp(c.start),
		trace.WithAttributes(append(c.base, keyResources.Int(info.Resources))...)) // at once: a sampler sees no others
	return context.WithValue(ctx, callKey{t}, c), c
}

// ofClient is the kind of all spans: the conventions have both a call and each request of it by a client.
var ofClient = trace.WithSpanKind(trace.SpanKindClient)

// end makes the metrics of a call and ends its span. Both have the same duration.
func (t *Telemetry) end(ctx context.Context, c *call, err error) {
	end := time.Now()
	if c.span.IsRecording() || t.callDuration.Enabled(ctx) || t.callResources.Enabled(ctx) {
		t.export(ctx, c, end.Sub(c.start), err)
	}
	c.span.End(trace.WithTimestamp(end))
}

func (t *Telemetry) export(ctx context.Context, c *call, duration time.Duration, err error) {
	result, code := tallyOf(err, c.Action, c.Resources), ""
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		code = codeToken(apiErr.Code)
	}
	t.callDuration.RecordSet(ctx, duration.Seconds(), attribute.NewSet(withError(c.base, result.reason, code)...))
	for g, n := range result.groups {
		if n == 0 { // a list that selects by tags names none
			continue
		}
		t.callResources.Add(ctx, int64(n), metric.WithAttributes(
			withError(append(c.base, keyOutcome.String(g.outcome)), g.errorType, "")...))
	}
	c.span.SetAttributes(keyOutcome.String(result.outcome), keyAttempts.Int(c.attempts))
	if c.requestID != "" {
		c.span.SetAttributes(keyRequestID.String(c.requestID))
	}
	if err == nil {
		return
	}
	c.span.SetAttributes(withError(nil, result.reason, code)...)
	c.span.SetAttributes(keyFailed.Int(result.failed))
	if len(result.codes) > 0 {
		c.span.SetAttributes(keyFailedCodes.StringSlice(result.codes))
	}
	c.span.SetStatus(codes.Error, t.text(err))
}

// text is the description of a failed span.
func (t *Telemetry) text(err error) string {
	if !t.errorText {
		return ""
	}
	return err.Error()
}
