// Simulator serves an account in memory over HTTP, for clients in any language:
//
//	go run ./examples/simulator -addr 127.0.0.1:8080 -access-key-id ID -access-key-secret SECRET -any-resource
//
// It is a simulation of the service's documents, not of the service. It tells the four services apart by the version that
// a request names, checks signatures (V3 and V1), and writes one line of JSON to the standard output for each request.
// Give it keys that are made up: nothing secret is written, but they stand in the list of processes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "simulator:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. Its first line on stderr says where.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:0", "where to listen; port 0: any free one")
	id := flags.String("access-key-id", "", "an access key ID that requests may use")
	secret := flags.String("access-key-secret", "", "its secret")
	token := flags.String("security-token", "", "the token of temporary credentials; empty: a permanent key")
	anyResource := flags.Bool("any-resource", false, "every well-formed resource exists")
	cloud := untagtest.NewCloud()
	cloud.KeepCalls(1)
	flags.Func("resource", "the ARN of a resource that exists; may be repeated", func(value string) error {
		arn, err := tag.ParseARN(value)
		if err != nil {
			return err
		}
		if arn.Region == "*" {
			arn.Region = ""
		}
		cloud.Put(untagtest.Resource{Product: arn.Product, Region: arn.Region, Type: arn.ResourceType, ID: arn.ResourceID})
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *id == "" || *secret == "" {
		return errors.New("-access-key-id and -access-key-secret are required")
	}
	cloud.AllowKey(*id, *secret, *token)
	if *anyResource {
		cloud.AllowAnyResource()
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "listening on http://%s\n", listener.Addr())
	return serve(ctx, listener, &logged{cloud: cloud, lines: stdout, secrets: []string{*secret, *token}})
}

// serve answers until ctx ends, then lets the requests under way finish.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}
