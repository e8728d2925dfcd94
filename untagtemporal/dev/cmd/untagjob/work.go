package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/aliyun/credentials-go/credentials/providers"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtemporal"
)

// simulation is what the workers of the demonstration need to reach its accounts.
type simulation struct {
	Endpoint string            `json:"endpoint"`
	KeyIDs   map[string]string `json:"key_ids"` // by account
	Secret   string            `json:"secret"`
}

func work(ctx context.Context, args []string, out io.Writer) error {
	var s serverFlags
	flags := flag.NewFlagSet("untagjob work", flag.ContinueOnError)
	s.flags(flags)
	slices := flags.Int("slices", 20, "`slices` at a time")
	role := flags.String("role", "", "`name` of the RAM role to assume in each lane's account, with credentials of the default chain")
	live := flags.Bool("live", false, "work on real accounts")
	simulated := flags.String("simulated", "", "`file` that says where the simulated accounts are")
	if err := parse(flags, args); err != nil {
		return err
	}
	var config func(context.Context, untagtemporal.Lane) (untag.Config, error)
	switch {
	case *live == (*simulated != ""):
		fmt.Fprintln(flags.Output(), "untagjob work: use one of -live and -simulated")
		return errUsage
	case *live:
		config = liveConfig(*role)
	default:
		var err error
		if config, err = simulatedConfig(*simulated); err != nil {
			return err
		}
	}
	c, err := s.dial()
	if err != nil {
		return err
	}
	defer c.Close()
	w, err := newWorker(c, s, *slices, config)
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	fmt.Fprintln(out, "working; stop with Ctrl-C, and slices go on elsewhere")
	<-ctx.Done()
	w.Stop()
	return nil
}

func newWorker(
	c client.Client, s serverFlags, slices int, config func(context.Context, untagtemporal.Lane) (untag.Config, error),
) (worker.Worker, error) {
	w := worker.New(c, s.queue, worker.Options{
		MaxConcurrentActivityExecutionSize: slices,
		WorkerStopTimeout:                  10 * time.Second,
	})
	return w, untagtemporal.Register(w, untagtemporal.Options{Client: c, Store: untagtemporal.Directory(s.store), Config: config})
}

// liveConfig signs with the default chain, or with a role of each account that the default chain's credentials may assume.
func liveConfig(role string) func(context.Context, untagtemporal.Lane) (untag.Config, error) {
	return func(_ context.Context, lane untagtemporal.Lane) (untag.Config, error) {
		if role == "" {
			return untag.Config{}, nil
		}
		assumed, err := providers.NewRAMRoleARNCredentialsProviderBuilder().
			WithCredentialsProvider(providers.NewDefaultCredentialsProvider()).
			WithRoleArn("acs:ram::" + lane.Account + ":role/" + role).WithRoleSessionName("untagjob").Build()
		if err != nil {
			return untag.Config{}, err
		}
		return untag.Config{Credentials: credentials.FromCredentialsProvider("ram_role_arn", assumed)}, nil
	}
}

func simulatedConfig(file string) (func(context.Context, untagtemporal.Lane) (untag.Config, error), error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var s simulation
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return func(_ context.Context, lane untagtemporal.Lane) (untag.Config, error) {
		id, ok := s.KeyIDs[lane.Account]
		if !ok {
			return untag.Config{}, fmt.Errorf("there is no simulated account %s", lane.Account)
		}
		return untag.Config{Endpoint: s.Endpoint, Credentials: untag.StaticCredentials(id, s.Secret, "")}, nil
	}, nil
}
