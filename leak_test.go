package untag_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/untagtest"
)

// account is an account behind a socket that counts its connections.
func account(t *testing.T) (config untag.Config, connections *atomic.Int64) {
	t.Helper()
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	server := httptest.NewUnstartedServer(cloud)
	connections = new(atomic.Int64)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	config = cloud.Config()
	config.Endpoint = server.URL
	return config, connections
}

// settled waits until no more goroutines are there than before: connections take a moment to close.
func settled(t *testing.T, before int) {
	t.Helper()
	for range 5000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d now", before, runtime.NumGoroutine())
}

var instance = ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-1"}, TagKeys: []string{"k"}}

// The tests here are not parallel: they count the goroutines of the process.

func TestNothingLeaksFromOneClient(t *testing.T) {
	for _, test := range []struct {
		name        string
		workers     int
		calls       int
		connections int64
	}{{"one after the other", 1, 1000, 1}, {"64 at a time", 64, 20, 64}} {
		t.Run(test.name, func(t *testing.T) {
			config, connections := account(t)
			before := runtime.NumGoroutine()
			transport := untag.NewTransport()
			config.HTTPClient = &http.Client{Transport: transport}
			client, err := ecs.New(config)
			require.NoError(t, err)
			var work sync.WaitGroup
			for range test.workers {
				work.Go(func() {
					for range test.calls {
						_, err := client.UntagResources(t.Context(), instance)
						assert.NoError(t, err)
					}
				})
			}
			work.Wait()
			// Not exactly one for each worker: where a dial takes longer than a call, net/http starts more than are needed.
			assert.LessOrEqual(t, connections.Load(), 3*test.connections, "connections are kept")
			client.CloseIdleConnections()
			settled(t, before)
		})
	}
}

func TestNothingLeaksFromManyClients(t *testing.T) {
	for _, test := range []struct {
		name string
		own  bool
	}{{"with the shared HTTP client", false}, {"with one of its own", true}} {
		t.Run(test.name, func(t *testing.T) {
			config, connections := account(t)
			before := runtime.NumGoroutine()
			config.HTTPClient = nil
			if test.own {
				config.HTTPClient = &http.Client{Transport: untag.NewTransport(), Timeout: time.Minute}
			}
			for range 1000 {
				client, err := ecs.New(config)
				require.NoError(t, err)
				_, err = client.UntagResources(t.Context(), instance)
				require.NoError(t, err)
			}
			assert.LessOrEqual(t, connections.Load(), int64(3), "clients share connections")
			client, err := ecs.New(config)
			require.NoError(t, err)
			client.CloseIdleConnections()
			settled(t, before)
		})
	}
}

// TestNothingLeaksFromFailures breaks calls in every way, and refuses the rest.
func TestNothingLeaksFromFailures(t *testing.T) {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	for _, fault := range []untagtest.Fault{{Reset: true}, {Truncate: true}, {HTML: true}, {Code: "InternalError"}, {Latency: 20 * time.Millisecond}} {
		fault.Share = 0.15
		cloud.Inject(fault)
	}
	server := httptest.NewServer(cloud)
	before := runtime.NumGoroutine()
	config := cloud.Config()
	config.Endpoint, config.HTTPClient = server.URL, &http.Client{Transport: untag.NewTransport()}
	config.Retry = untag.Retry{MaxAttempts: 2, BaseDelay: time.Millisecond}
	config.Timeout = 10 * time.Millisecond
	client, err := ecs.New(config)
	require.NoError(t, err)
	var work sync.WaitGroup
	for range 16 {
		work.Go(func() {
			for range 10 {
				_, _ = client.UntagResources(t.Context(), instance)
			}
		})
	}
	work.Wait()
	client.CloseIdleConnections()
	server.Close()
	settled(t, before)
}
