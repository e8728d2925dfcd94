package untagtemporal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/identity"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// laneClient makes the calls of a lane. A worker keeps it from slice to slice, because it learns at which rate and how many
// calls at a time the lane takes; a new one begins with few.
type laneClient struct {
	config untag.Config
	made   time.Time

	// That of the lane's service; the others are nil.
	tag     *tag.Client
	ecs     *ecs.Client
	vpc     *vpc.Client
	sharing *resourcesharing.Client
}

// maxKept is how long a client is kept, so that a configuration can change.
const maxKept = 10 * time.Minute

// client returns the client of a lane, whose credentials belong to the lane's account, and whether an earlier slice has
// used it. What a kept one was made from may have changed since, so that no refusal of its credentials is final.
func (s *slicer) client(ctx context.Context, lane Lane) (client *laneClient, kept bool, err error) {
	s.mu.Lock()
	client = s.clients[lane]
	s.mu.Unlock()
	if client != nil && time.Since(client.made) < maxKept && s.checkAccount(ctx, lane, client.config) == nil {
		return client, true, nil
	}
	client, err = s.newClient(ctx, lane)
	return client, false, err
}

func (s *slicer) newClient(ctx context.Context, lane Lane) (*laneClient, error) {
	config, err := s.config(ctx, lane)
	if err == nil {
		err = s.checkAccount(ctx, lane, config)
	}
	if err != nil {
		return nil, err
	}
	client := &laneClient{config: config, made: time.Now()}
	switch lane.Service {
	case untag.ServiceTag:
		client.tag, err = tag.New(config)
	case untag.ServiceECS:
		client.ecs, err = ecs.New(config)
	case untag.ServiceVPCIPAM:
		client.vpc, err = vpc.New(config)
	default:
		client.sharing, err = resourcesharing.New(config)
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for other, kept := range s.clients {
		if client.made.Sub(kept.made) >= maxKept {
			delete(s.clients, other)
		}
	}
	s.clients[lane] = client
	return client, nil
}

// config returns the configuration of a lane's calls, none of which starts without the lease in its context.
func (s *slicer) config(ctx context.Context, lane Lane) (untag.Config, error) {
	config, err := s.Config(ctx, lane)
	if err != nil {
		return untag.Config{}, &outsideError{"no configuration for lane " + lane.String(), err}
	}
	config.Region = lane.Region
	config.Timeout = max(config.Timeout, 0)
	if config.Credentials == nil {
		config.Credentials = untag.DefaultCredentials() // that the check of the account and the calls have the same
	}
	client := http.Client{}
	if config.HTTPClient != nil {
		client = *config.HTTPClient
	}
	if client.Transport == nil {
		client.Transport = s.base()
	}
	client.Transport = transport{client.Transport}
	config.HTTPClient = &client
	return config, nil
}

// checkAccount asks once for each access key of a lane whether it belongs to the lane's account.
func (s *slicer) checkAccount(ctx context.Context, lane Lane, config untag.Config) error {
	key := ""
	if model, err := config.Credentials.GetCredential(); err == nil && model != nil && model.AccessKeyId != nil {
		key = *model.AccessKeyId
	}
	s.mu.Lock()
	known := key != "" && s.checked[lane] == key
	s.mu.Unlock()
	if known {
		return nil
	}
	caller, err := identity.Caller(ctx, config)
	if err != nil {
		return fmt.Errorf("whose credentials lane %s has is not known: %w", lane, err)
	}
	if caller.Account != lane.Account {
		return &accountError{lane, caller.Account}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checked[lane] = key
	return nil
}

// accountError says that a lane's credentials are another account's.
type accountError struct {
	lane    Lane
	account string
}

func (e *accountError) Error() string {
	return fmt.Sprintf("the credentials of lane %s belong to account %s", e.lane, e.account)
}

// outdated reports whether a refusal may be due to credentials that were replaced since the client was made.
func outdated(err error) bool { return errors.Is(err, untag.ErrUnauthenticated) }

// withhold passes on what a kept client did, except for refusals that may be outdated, whose resources stay open. It
// ends early if there were any.
func withhold(run iter.Seq2[string, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var last error
		for resource, err := range run {
			switch {
			case outdated(err) && !errors.Is(err, untag.ErrRunEnded):
				last = err
			case !yield(resource, err):
				return
			}
		}
		if last != nil {
			yield("", fmt.Errorf("%w: %w", untag.ErrRunEnded, last))
		}
	}
}
