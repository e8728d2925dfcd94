package cleanup

import (
	"context"
	"errors"
	"log/slog"

	"github.com/untag-go/untag"
)

// quiet keeps values of tags out of what a job's calls log and tell to hooks: a service that refuses a value may quote it. Of
// the calls that carry values, the service's messages are left out; codes and request IDs stay.
func quiet(config untag.Config) untag.Config {
	if config.Logger != nil {
		config.Logger = slog.New(quietHandler{config.Logger.Handler()})
	}
	if hook := config.OnAttempt; hook != nil {
		config.OnAttempt = func(ctx context.Context, a untag.Attempt) {
			if hasValues(a.Action) {
				a.Err = withoutMessage(a.Err)
			}
			hook(ctx, a)
		}
	}
	if hook := config.OnCall; hook != nil {
		config.OnCall = func(ctx context.Context, c untag.Call) (context.Context, func(error)) {
			own, done := hook(ctx, c)
			if done == nil || !hasValues(c.Action) {
				return own, done
			}
			return own, func(err error) { done(withoutMessage(err)) }
		}
	}
	return config
}

// hasValues reports whether the requests of an action carry values of tags.
func hasValues(action string) bool { return action == "ListTagResources" || action == "TagResources" }

// withoutMessage returns err without the service's words, if it has some.
func withoutMessage(err error) error {
	switch own := err.(type) { //nolint:errorlint // a client's errors are one of these, or one within the other
	case *untag.APIError:
		clean := *own
		clean.Message = ""
		return &clean
	case *untag.CallError:
		clean := *own
		clean.Err = withoutMessage(own.Err)
		return &clean
	}
	if _, ok := errors.AsType[*untag.APIError](err); ok { // that of resources in an answer of Tag
		return &discreetError{text: "refused for some resources", kinds: kindsOf(err)}
	}
	return err
}

// quietHandler leaves the text of an error out of a record that has its code.
type quietHandler struct{ slog.Handler }

// Handle passes a record on.
func (h quietHandler) Handle(ctx context.Context, r slog.Record) error {
	action, code := "", false
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "action":
			action = a.Value.String()
		case "code":
			code = true
		}
		return true
	})
	if !code || !hasValues(action) {
		return h.Handler.Handle(ctx, r)
	}
	clean := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "error" {
			clean.AddAttrs(a)
		}
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

// WithAttrs keeps the handler.
func (h quietHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quietHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the handler.
func (h quietHandler) WithGroup(name string) slog.Handler {
	return quietHandler{h.Handler.WithGroup(name)}
}
