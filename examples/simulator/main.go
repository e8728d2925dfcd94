// Simulator serves an account in memory over HTTP, for clients in any language:
//
//	go run ./examples/simulator -addr 127.0.0.1:8080 -access-key-id ID -access-key-secret SECRET -any-resource
//
// It is a simulation of the service's documents, not of the service. It tells the four services apart by the version that
// a request names, and checks signatures (V3 and V1). Of each request it prints:
//
//	{"time":"…","service":"tag","action":"UntagResources","region":"cn-hangzhou",…,"verdict":"OK","status":200,"requestId":"…"}
//
// Give it keys that are made up: nothing secret is written, but they stand in the list of processes.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until ctx ends. Its first line on stderr says where. It returns the exit status: 2 if the flags are wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cloud := untagtest.NewCloud()
	cloud.KeepCalls(1)
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:0", "where to listen; port 0: any free one")
	id := flags.String("access-key-id", "", "an access key ID that requests may use")
	secret := flags.String("access-key-secret", "", "its secret")
	token := flags.String("security-token", "", "the token of temporary credentials; empty: a permanent key")
	anyResource := flags.Bool("any-resource", false, "every well-formed resource exists")
	flags.Func("resource", "the ARN of a resource that exists; may be repeated", func(value string) error {
		arn, err := tag.ParseARN(value)
		if err == nil {
			cloud.Put(untagtest.Resource{Product: arn.Product, Region: strings.Trim(arn.Region, "*"), Type: arn.ResourceType, ID: arn.ResourceID})
		}
		return err
	})
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "simulator: unexpected arguments %q\n", flags.Args())
		return 2
	case *id == "" || *secret == "":
		fmt.Fprintln(stderr, "simulator: -access-key-id and -access-key-secret are required")
		return 2
	}
	cloud.AllowKey(*id, *secret, *token)
	if *anyResource {
		cloud.AllowAnyResource()
	}
	handler := &logged{cloud: cloud, lines: json.NewEncoder(stdout), hide: strings.NewReplacer(*secret, "***", cmp.Or(*token, *secret), "***")}
	handler.lines.SetEscapeHTML(false)
	if err := serve(ctx, *addr, handler, stderr); err != nil {
		fmt.Fprintln(stderr, "simulator:", err)
		return 1
	}
	return 0
}

// serve answers until ctx ends, then lets the requests under way finish.
func serve(ctx context.Context, addr string, handler http.Handler, stderr io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		time.AfterFunc(5*time.Second, func() { _ = server.Close() }) // of what takes longer
		stopped <- server.Shutdown(context.WithoutCancel(ctx))
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// line is what is written of a request. The account leaves key ID, token and signature out of the parameters.
type line struct {
	Time             time.Time           `json:"time"`
	Service          untagtest.Service   `json:"service"`
	Action           string              `json:"action"`
	Region           string              `json:"region"`
	SignatureVersion string              `json:"signatureVersion"`
	Parameters       map[string][]string `json:"parameters"`
	Verdict          string              `json:"verdict"` // OK, PartialFailure, or the error code
	Status           int                 `json:"status"`
	RequestID        string              `json:"requestId"`
}

// logged answers one request after another, so that each one's line can be told from the others'.
type logged struct {
	cloud *untagtest.Cloud
	hide  *strings.Replacer // removes a secret that a client sent where none belongs
	mu    sync.Mutex
	lines *json.Encoder
}

func (l *logged) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A slow sender keeps only itself waiting: its body, as much as the account takes and more, is read before the lock is taken.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<20))
	if err != nil {
		http.Error(w, "the body is too long, or broke off", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cloud.ServeHTTP(w, r)
	call := l.cloud.Calls()[0] // the only one that the account keeps
	parameters := make(map[string][]string, len(call.Parameters))
	for name, values := range call.Parameters {
		for _, value := range values {
			parameters[l.hide.Replace(name)] = append(parameters[l.hide.Replace(name)], l.hide.Replace(value))
		}
	}
	_ = l.lines.Encode(line{ // the reader of the lines may be gone; the server goes on
		call.Time.UTC(), call.Service, l.hide.Replace(call.Action), l.hide.Replace(call.Region), call.SignatureVersion,
		parameters, call.Verdict, call.Status, call.RequestID,
	})
}
