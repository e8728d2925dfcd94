// Simulator serves an account in memory over HTTP, for clients in any language:
//
//	go run ./examples/simulator -addr 127.0.0.1:8080 -access-key-id ID -access-key-secret SECRET -any-resource
//
// It is a simulation of the services' documents, not of the services. It tells them apart by the version that a request names,
// and checks signatures (V3 and V1). Of each request it prints:
//
//	{"time":"…","service":"tag","action":"UntagResources","region":"cn-hangzhou",…,"verdict":"OK","status":200,"requestId":"…"}
//
// Resources with tags come from a file of -resources, or over the socket, in JSON Lines; both can be read back:
//
//	curl -T resources.jsonl http://127.0.0.1:8080/simulator/resources
//	curl http://127.0.0.1:8080/simulator/resources http://127.0.0.1:8080/simulator/digest
//
// Give it keys that are made up: nothing secret is written, but they stand in the list of processes.
package main

import (
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
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until ctx ends. Its first line on stderr says where. It returns the exit status: 2 if the flags are wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	switch err := o.parse(args, stderr); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	cloud, err := o.account()
	if err == nil {
		lines := json.NewEncoder(stdout)
		lines.SetEscapeHTML(false)
		l := &log{lines: lines, hide: strings.NewReplacer(o.secret, "***", cmp.Or(o.token, o.secret), "***")}
		cloud.After(l.write)
		err = serve(ctx, o.addr, handler(cloud), stderr)
	}
	if err != nil {
		fmt.Fprintln(stderr, "simulator:", err)
		return 1
	}
	return 0
}

// serve answers until ctx ends, then lets the requests under way finish. The time limits free what a client holds that
// neither sends nor reads.
func serve(ctx context.Context, addr string, handler http.Handler, stderr io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "listening on http://%s\n", listener.Addr())
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: time.Minute, ReadTimeout: 2 * time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
	}
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
