package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// inventory is what the account holds: resources of all four services, and one that only the Tag service knows.
var inventory = []untagtest.Resource{
	{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-web", Tags: map[string]string{"env": "test", "owner": "ana"}},
	{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-db", Tags: map[string]string{"env": "test"}},
	{Product: "vpcipam", Region: "cn-hangzhou", Type: "IPAM", ID: "ipam-1", Tags: map[string]string{"env": "test", "owner": "bo"}},
	{Product: "resourcesharing", Region: "cn-hangzhou", Type: "ResourceShare", ID: "rs-1", Tags: map[string]string{"env": "test"}},
	{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "logs", Tags: map[string]string{"env": "test", "owner": "ana"}},
}

// simulated starts an account, removes tags from its resources and shows what is left.
func simulated(ctx context.Context, stdout io.Writer) error {
	cloud := untagtest.NewCloud()
	cloud.Put(inventory...)
	cloud.AllowKey("example-key-id", "example-key-secret", "")
	address, stop, err := serve(ctx, cloud)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Fprintf(stdout, "An account in memory, a simulation of the service's documents, listens on %s.\n\nTags before:\n", address)
	show(stdout, cloud)

	// A program that calls the real service leaves out Endpoint, and Credentials too: the default chain finds them.
	config := untag.Config{
		Region:      "cn-hangzhou",
		Endpoint:    address,
		Credentials: untag.StaticCredentials("example-key-id", "example-key-secret", ""),
	}
	fmt.Fprintln(stdout, "\nRemoving env:")
	err = untagAll(ctx, stdout, config, resources{
		Instances: []string{"i-web", "i-db"}, IPAMs: []string{"ipam-1"}, Shares: []string{"rs-1"}, Keys: []string{"env"},
	})
	if err != nil {
		return err
	}

	fmt.Fprintln(stdout, "\nRemoving env from a bucket, and from one that does not exist:")
	buckets := []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs", "arn:acs:oss:cn-hangzhou:*:bucket/gone"}
	if err := untagARNs(ctx, stdout, config, buckets, []string{"env"}); !errors.Is(err, untag.ErrPartialFailure) {
		return fmt.Errorf("a partial failure was expected: %w", err)
	}

	fmt.Fprintln(stdout, "\nRemoving a key that VPC IPAM does not allow:")
	if err := untagIPAMs(ctx, stdout, config, []string{"ipam-1"}, []string{"acs:env"}); !errors.Is(err, untag.ErrInvalidRequest) {
		return fmt.Errorf("a validation error was expected: %w", err)
	}

	fmt.Fprintln(stdout, "\nTags after:")
	show(stdout, cloud)
	return nil
}

// serve puts the account on a loopback socket.
func serve(ctx context.Context, cloud *untagtest.Cloud) (address string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: cloud, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

func show(stdout io.Writer, cloud *untagtest.Cloud) {
	for _, r := range inventory {
		tags, _ := cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			pairs = append(pairs, key+"="+tags[key])
		}
		line := fmt.Sprintf("  %-15s %-13s %-7s %s", r.Product, r.Type, r.ID, strings.Join(pairs, " "))
		fmt.Fprintln(stdout, strings.TrimRight(line, " "))
	}
}
