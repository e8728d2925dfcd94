// Errors shows how to tell failures apart, and how to reach the service's code and request ID.
// It calls an account in memory that is told what to answer:
//
//	go run ./examples/errors
//
// It prints:
//
//	A bucket that exists:
//	done: the service confirmed it
//	No ARN, by mistake:
//	invalid: nothing was sent; mend the request
//	  field ResourceARNs[0]: does not start with arn:acs:
//	One bucket that exists and one that does not:
//	partial: the resources that are not named are done
//	  arn:acs:oss:*:*:bucket/gone is gone: true
//	An account that is somebody else's:
//	refused: the service found a parameter wrong that the SDK could not judge
//	  code InvalidResourceARN.Account, HTTP 400, request ID 00000000-0000-5000-8000-000000000003
//	Too many calls:
//	throttled: nothing was changed; the retries are used up, come back later
//	  code Throttling.User, HTTP 400, request ID 00000000-0000-5000-8000-000000000004
//	No permission:
//	denied: ask for the permission; a retry does not help
//	  code Forbidden.RAM, HTTP 403, request ID 00000000-0000-5000-8000-000000000005
//	Not found, as the whole answer:
//	not found: the resource does not exist in this region and account
//	  code InvalidResourceId.NotFound, HTTP 404, request ID 00000000-0000-5000-8000-000000000006
//	A broken connection:
//	unknown: a request was sent and no verdict came; repeat it, that is safe
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintf(stderr, "errors: it takes no arguments, and got %q\n", args)
		return 2
	}
	if err := fail(ctx, stdout); err != nil {
		fmt.Fprintln(stderr, "errors:", err)
		return 1
	}
	return 0
}

// explain says what a program can do about an error of a call, which never is more than one of these.
func explain(w io.Writer, err error) {
	switch {
	case err == nil:
		fmt.Fprintln(w, "done: the service confirmed it")
		return
	case errors.Is(err, untag.ErrInvalidRequest):
		fmt.Fprintln(w, "invalid: nothing was sent; mend the request")
		if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
			for _, problem := range invalid.Problems {
				fmt.Fprintf(w, "  field %s: %s\n", problem.Field, problem.Reason)
			}
		}
		return
	case errors.Is(err, untag.ErrPartialFailure):
		fmt.Fprintln(w, "partial: the resources that are not named are done")
		if partial, ok := errors.AsType[*tag.PartialError](err); ok {
			for _, failed := range partial.Failed { // each is an error of one of the kinds below
				fmt.Fprintf(w, "  %s is gone: %t\n", failed.ResourceARN, errors.Is(failed, untag.ErrNotFound))
			}
		}
	case errors.Is(err, untag.ErrOutcomeUnknown):
		fmt.Fprintln(w, "unknown: a request was sent and no verdict came; repeat it, that is safe")
	case errors.Is(err, untag.ErrThrottled):
		fmt.Fprintln(w, "throttled: nothing was changed; the retries are used up, come back later")
	case errors.Is(err, untag.ErrPermissionDenied):
		fmt.Fprintln(w, "denied: ask for the permission; a retry does not help")
	case errors.Is(err, untag.ErrNotFound):
		fmt.Fprintln(w, "not found: the resource does not exist in this region and account")
	case errors.Is(err, untag.ErrInvalidParameter):
		fmt.Fprintln(w, "refused: the service found a parameter wrong that the SDK could not judge")
	default:
		fmt.Fprintln(w, "other:", err)
	}
	// What to quote to the service's support. A partial failure has it as well, in each failed resource.
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		fmt.Fprintf(w, "  code %s, HTTP %d, request ID %s\n", apiErr.Code, apiErr.StatusCode, apiErr.RequestID)
	}
}

// fail makes a call that succeeds, and others that fail, each in its own way.
func fail(ctx context.Context, w io.Writer) error {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "logs"})
	config := cloud.Config()
	config.Retry = untag.Retry{MaxAttempts: 1} // so that failures show at once
	client, err := tag.New(config)
	if err != nil {
		return err
	}
	const logs, gone, foreign = "arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/gone", "arn:acs:oss:*:1:bucket/logs"
	untagResources := func(title string, arns ...string) {
		fmt.Fprintf(w, "%s\n", title)
		_, err := client.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: []string{"env"}})
		explain(w, err)
	}

	untagResources("A bucket that exists:", logs)
	untagResources("No ARN, by mistake:", "logs")
	untagResources("One bucket that exists and one that does not:", logs, gone)
	untagResources("An account that is somebody else's:", foreign)

	cloud.Inject(untagtest.Fault{Calls: 1, Code: untag.CodeThrottlingUser})
	untagResources("Too many calls:", logs)
	cloud.Inject(untagtest.Fault{Calls: 1, Code: untag.CodeForbiddenRAM})
	untagResources("No permission:", logs)
	cloud.Inject(untagtest.Fault{Calls: 1, Code: tag.CodeInvalidResourceIDNotFound})
	untagResources("Not found, as the whole answer:", logs)
	cloud.Inject(untagtest.Fault{Calls: 1, Reset: true, After: true})
	untagResources("A broken connection:", logs)
	return nil
}
