// Httpservice removes tags for HTTP clients. Without flags it answers two requests on an account in memory, and prints:
//
//	POST /untag {"arns": ["arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/gone"], "keys": ["env"]}
//	428 nothing was removed: POST /untag?confirm=true removes the tags for good
//	POST /untag?confirm=true {"arns": ["arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/gone"], "keys": ["env"]}
//	207 [{"arn":"arn:acs:oss:*:*:bucket/logs","outcome":"done"},{"arn":"arn:acs:oss:*:*:bucket/gone","error":"…","outcome":"refused"}]
//
// With -listen :8080 it does so for real resources, and for everyone who reaches it: it has no authorisation, and listens on
// 127.0.0.1 unless a host is named. ARNs that name no region are taken to be of cn-hangzhou. SIGTERM stops it gently.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// untagger is what the service needs of a *tag.Client.
type untagger interface {
	UntagMany(context.Context, tag.UntagManyRequest) iter.Seq2[string, error]
}

// service removes tags. Once drain is closed it starts no calls any more.
type service struct {
	client untagger
	drain  <-chan struct{}
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req struct{ ARNs, Keys []string }
	switch body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20)); {
	case err != nil:
		http.Error(w, "the body is longer than 1 MiB, or broke off", http.StatusRequestEntityTooLarge)
	case json.Unmarshal(body, &req) != nil || len(req.ARNs) == 0 || len(req.ARNs) > 1000 || slices.Contains(req.ARNs, ""):
		http.Error(w, `the body must be {"arns": […], "keys": […]} with 1 to 1000 ARNs`, http.StatusBadRequest)
	case r.URL.Query().Get("confirm") != "true":
		http.Error(w, "nothing was removed: POST /untag?confirm=true removes the tags for good", http.StatusPreconditionRequired)
	default:
		s.untag(r.Context(), w, req.ARNs, req.Keys)
	}
}

// untag answers with an outcome for each ARN, in their order. 200 says that all are done, 207 that the run came to its end.
func (s *service) untag(ctx context.Context, w http.ResponseWriter, arns, keys []string) {
	status, outcomes := http.StatusOK, []map[string]string{}
	for arn, err := range s.client.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: keys, Drain: s.drain}) {
		switch outcome, end := judge(err); {
		case err == nil:
			outcomes = append(outcomes, map[string]string{"arn": arn, "outcome": "done"})
		case arn != "":
			outcomes = append(outcomes, map[string]string{"arn": arn, "outcome": outcome, "error": err.Error()})
			status = http.StatusMultiStatus
		default: // the run ended early
			for _, unread := range arns[len(outcomes):] {
				outcomes = append(outcomes, map[string]string{"arn": unread, "outcome": "notAttempted", "error": err.Error()})
			}
			status = end
		}
	}
	slog.Info("untag", "arns", len(arns), "keys", keys, "status", status)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(outcomes) // the client may be gone
}

// judge says what an error means for an ARN, and with which status it ends a run.
func judge(err error) (outcome string, end int) {
	switch {
	case errors.Is(err, untag.ErrOutcomeUnknown):
		return "unknown", http.StatusBadGateway
	case errors.Is(err, untag.ErrInvalidRequest):
		return "notAttempted", http.StatusBadRequest
	case errors.Is(err, untag.ErrNotAttempted), errors.Is(err, context.Canceled): // the service stops, or the client is gone
		return "notAttempted", http.StatusServiceUnavailable
	}
	return "refused", http.StatusBadGateway // of a run: not the caller's mistake, such as our credentials
}

func run(ctx context.Context, listen string, w io.Writer) error {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "oss", Type: "bucket", ID: "logs", Tags: map[string]string{"env": "test"}})
	config := cloud.Config()
	if listen != "" {
		config = untag.Config{Region: "cn-hangzhou", Logger: slog.Default(), UserAgent: "untag-httpservice"} // credentials: the default chain
	}
	client, err := tag.New(config)
	if err != nil {
		return err
	}
	if strings.HasPrefix(listen, ":") {
		listen = "127.0.0.1" + listen
	}
	if listen != "" {
		return serve(ctx, listen, client)
	}
	for _, path := range []string{"/untag", "/untag?confirm=true"} {
		const body = `{"arns": ["arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/gone"], "keys": ["env"]}`
		answer := httptest.NewRecorder()
		(&service{client, ctx.Done()}).ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(body)))
		fmt.Fprintf(w, "POST %s %s\n%d %s", path, body, answer.Code, answer.Body)
	}
	return nil
}

// serve answers until ctx ends. The requests that it has then are still answered, and say what was not attempted.
func serve(ctx context.Context, listen string, client untagger) error {
	mux := http.NewServeMux()
	mux.Handle("POST /untag", &service{client, ctx.Done()})
	server := &http.Server{Addr: listen, Handler: http.NewCrossOriginProtection().Handler(mux), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() { stopped <- server.Shutdown(context.WithoutCancel(ctx)) })
	slog.Info("starting to listen", "address", listen)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func main() {
	listen := flag.String("listen", "", "where to serve real resources, such as :8080 of 127.0.0.1")
	if flag.Parse(); flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "httpservice: unexpected arguments %q\n", flag.Args())
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err := run(ctx, *listen, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "httpservice:", err)
		os.Exit(1)
	}
}
