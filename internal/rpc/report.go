package rpc

import (
	"context"
	"log/slog"

	"github.com/untag-go/untag"
)

// report tells the hook and the log of an attempt.
func (s *series) report(ctx context.Context, a *attempt, n next) {
	logger, hook := s.config.Logger, s.config.OnAttempt
	if logger == nil && hook == nil {
		return
	}
	info := untag.Attempt{
		Service: s.service.Name, Action: s.call.Operation.Action, Region: s.name,
		Number: s.number, Start: a.start, Duration: a.duration, StatusCode: a.status, RequestID: a.reply.RequestID,
		Credentials: s.keys.source,
	}
	if n.again {
		info.Wait = max(n.wait, n.hold)
	}
	switch {
	case a.err != nil:
		own := *a.err // the call's error is still being written to
		own.Attempts = s.number
		info.Err, info.Code, info.RequestID = &own, own.Code, own.RequestID
	case a.failure != nil:
		outcome := untag.ErrNotAttempted
		switch {
		case a.sent && s.call.Operation.Reads:
			outcome = nil
		case a.sent:
			outcome = untag.ErrOutcomeUnknown
		}
		info.Err = &untag.CallError{
			Service: s.service.Name, Action: s.call.Operation.Action, Region: s.name,
			Attempts: s.number, Kind: a.kind, Outcome: outcome, Err: a.failure,
		}
	}
	if hook != nil {
		hook(ctx, info)
	}
	if logger != nil {
		logAttempt(ctx, logger, info, n.again)
	}
}

// logAttempt writes an attempt's record: at info level when the call is repeated, else at debug level.
func logAttempt(ctx context.Context, logger *slog.Logger, info untag.Attempt, repeated bool) {
	level, message := slog.LevelDebug, "call attempt"
	if repeated {
		level, message = slog.LevelInfo, "call repeated"
	}
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("service", info.Service), slog.String("action", info.Action), slog.String("region", info.Region),
		slog.Int("attempt", info.Number), slog.Duration("duration", info.Duration), slog.Int("status", info.StatusCode),
		slog.String("request_id", info.RequestID),
	}
	if repeated {
		attrs = append(attrs, slog.Duration("wait", info.Wait))
	}
	if info.Code != "" {
		attrs = append(attrs, slog.String("code", info.Code))
	}
	if info.Err != nil {
		attrs = append(attrs, slog.String("error", info.Err.Error()))
	}
	logger.LogAttrs(ctx, level, message, attrs...)
}
