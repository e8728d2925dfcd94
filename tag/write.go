package tag

import (
	"context"
	"errors"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// write is a call that changes the tags of resources. Those that an answer refuses for the moment only, because they are
// busy or throttled, go again by themselves, as a call that was refused so would within the bounds of Config.Retry.
type write struct {
	region string
	total  int
	arns   []string    // to be sent
	keys   []string    // to be removed, or
	tags   []untag.Tag // to be written

	query   *signature.Query
	settled []failure // that do not go again
	left    []failure // of the last answer, and the others
	again   []string  // the ARNs of left
}

// do makes the call. failed beside a *PartialError are its resources; beside another error, all is zero.
func (w *write) do(ctx context.Context, calls *rpc.Client, operation *rpc.Operation) (requestID string, failed []ResourceError, err error) {
	w.query, w.total = w.encode(), len(w.arns)
	defer func() { w.query.Free() }()
	reply, err := calls.Do(ctx, rpc.Call{
		Operation: operation, Region: w.region, Resources: w.total, Query: w.query, Answer: answerOf(operation), Rest: w,
	})
	partial, partly := errors.AsType[*PartialError](err)
	switch {
	case partly:
		return reply.RequestID, partial.Failed, err
	case err != nil:
		return "", nil, err
	}
	return reply.RequestID, nil, nil
}

func (w *write) encode() *signature.Query {
	if w.tags != nil {
		return TagResourcesRequest{w.region, w.arns, w.tags}.encode()
	}
	return UntagResourcesRequest{w.region, w.arns, w.keys}.encode()
}

// Left keeps the failures of an answer and tells whether some of them may be mended by another attempt.
func (w *write) Left(reply rpc.Reply) rpc.Scope {
	w.left = nil
	scope, again := rpc.ScopeUnclear, []string(nil)
	for _, failed := range reply.Answer.(*answer).classify(reply) { //nolint:forcetypeassert // newAnswer's
		arn, known := w.sent(failed.ResourceARN)
		if passes := failed.scope == rpc.ScopeWait || failed.scope == rpc.ScopeRetry; !passes || !known {
			w.settled = append(w.settled, failed)
			continue
		}
		w.left = append(w.left, failed)
		if !slices.Contains(again, arn) { // an answer may name a resource once for each key
			again = append(again, arn)
		}
		if scope != rpc.ScopeRetry {
			scope = failed.scope
		}
	}
	w.again = again
	return scope
}

// sent returns the ARN of the request that an answer means, if it means one alone.
func (w *write) sent(answered string) (arn string, known bool) {
	n := 0
	for _, sent := range w.arns {
		if sent == answered {
			return sent, true
		}
		if sameResource(sent, answered) {
			arn = sent
			n++
		}
	}
	return arn, n == 1
}

// Next returns the call for the resources that are left.
func (w *write) Next(call rpc.Call) rpc.Call {
	w.arns = w.again
	w.query.Free()
	w.query = w.encode()
	call.Query, call.Resources = w.query, len(w.arns)
	return call
}

// Verdict is the error of a call that left resources undone, nil if there are none.
func (w *write) Verdict(reply rpc.Reply) error {
	if len(w.settled)+len(w.left) == 0 {
		return nil
	}
	failed := make([]ResourceError, 0, len(w.settled)+len(w.left))
	for _, f := range w.settled {
		failed = append(failed, f.ResourceError)
	}
	for _, f := range w.left {
		if reply.Lost { // or by an attempt after the answer
			f.Kind = untag.ErrOutcomeUnknown
		}
		failed = append(failed, f.ResourceError)
	}
	return &PartialError{Region: w.region, RequestID: reply.RequestID, Total: w.total, Failed: failed, action: failed[0].action}
}
