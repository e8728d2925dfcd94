package untagtemporal

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// next makes the slice after the last one the next to be run, as a lane does.
func (g *rig) next() {
	g.in.Index++
	g.in.Turn++
	g.info.Attempt, g.beats = 1, nil
}

// twoSlices has a job of two full slices, and counts how often the worker asks for a configuration.
func twoSlices(t *testing.T) (g *rig, asked *int) {
	t.Helper()
	asked = new(int)
	g = newRig(t, 2*MaxSlice, func(g *rig, _ []Resource) {
		g.account.Inject(untagtest.Fault{Latency: 50 * time.Millisecond})
		config := g.Config
		g.Config = func(ctx context.Context, lane Lane) (untag.Config, error) {
			*asked++
			return config(ctx, lane)
		}
	})
	return g, asked
}

// TestClientKeepsItsPace: the second slice of a lane goes on with as many calls at a time as the first has found right.
func TestClientKeepsItsPace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, asked := twoSlices(t)
		began := time.Now()
		_, err := g.attempt(t)
		require.NoError(t, err)
		first := time.Since(began)
		g.next()
		began = time.Now()
		counts, err := g.attempt(t)
		require.NoError(t, err)
		assert.Equal(t, Counts{Done: MaxSlice}, counts)
		assert.Less(t, time.Since(began), first/2)
		assert.Equal(t, 1, *asked)
		assert.Equal(t, 1, g.calls("GetCallerIdentity"))
	})
}

// TestClientIsMadeAnew: what a configuration says counts ten minutes later at the latest.
func TestClientIsMadeAnew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, asked := twoSlices(t)
		_, err := g.attempt(t)
		require.NoError(t, err)
		other := Lane{untag.ServiceECS, testAccount, "cn-beijing"}
		g.clients[other] = &laneClient{made: time.Now()}
		time.Sleep(maxKept)
		g.next()
		_, err = g.attempt(t)
		require.NoError(t, err)
		assert.Equal(t, 2, *asked)
		assert.NotContains(t, g.clients, other, "what is too old to be used is not held")
	})
}

// TestClientWithNewCredentials: a refusal of credentials that an earlier slice was given is no failure, when Config has better ones now.
func TestClientWithNewCredentials(t *testing.T) {
	for name, row := range map[string]struct {
		between func(g *rig)
		want    string // "": the slice runs
	}{
		"that are right":       {func(g *rig) { g.use("new", true) }, ""},
		"that are refused too": {func(g *rig) { g.use("new", false) }, FailureCredentials},
		"that are another account's": {func(g *rig) {
			other := untagtest.NewAccount("1000000000000002")
			other.AllowKey("foreign", "secret", "")
			g.account.Join(other)
			g.use("foreign", false)
		}, FailureCredentials},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g, asked := twoSlices(t)
				g.use("old", true)
				_, err := g.attempt(t)
				require.NoError(t, err)
				g.account.ExpireKey("old")
				row.between(g)
				g.next()
				counts, err := g.attempt(t)
				assert.Equal(t, 2, *asked)
				if row.want == "" {
					require.NoError(t, err)
					assert.Equal(t, Counts{Done: MaxSlice}, counts)
					assert.Equal(t, 2, g.calls("GetCallerIdentity"), "once for each key")
					return
				}
				kind, final := failureType(t, err)
				assert.Equal(t, row.want, kind)
				assert.True(t, final)
				assert.Equal(t, MaxSlice, g.outcomes(t)[untag.OutcomeNotAttempted])
			})
		})
	}
}

// use has Config return a key from now on, which the account knows or does not.
func (g *rig) use(id string, allowed bool) {
	if allowed {
		g.account.AllowKey(id, "secret", "")
	}
	config := g.Config
	g.Config = func(ctx context.Context, lane Lane) (untag.Config, error) {
		c, err := config(ctx, lane)
		c.Credentials = untag.StaticCredentials(id, "secret", "")
		return c, err
	}
}

// TestClientOfAProviderThatChangesHands: a kept client is checked again when its provider gives another key.
func TestClientOfAProviderThatChangesHands(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, _ := twoSlices(t)
		other := untagtest.NewAccount("1000000000000002")
		other.AllowKey("foreign", "secret", "")
		g.account.Join(other)
		g.account.AllowKey("own", "secret", "")
		provider := &changing{untag.StaticCredentials("own", "secret", "")}
		config := g.Config
		g.Config = func(ctx context.Context, lane Lane) (untag.Config, error) {
			c, err := config(ctx, lane)
			c.Credentials = provider
			return c, err
		}
		_, err := g.attempt(t)
		require.NoError(t, err)
		provider.CredentialProvider = untag.StaticCredentials("foreign", "secret", "")
		before := g.calls("UntagResources")
		g.next()
		_, err = g.attempt(t)
		kind, final := failureType(t, err)
		assert.Equal(t, FailureCredentials, kind)
		assert.True(t, final)
		assert.Equal(t, before, g.calls("UntagResources"))
	})
}

type changing struct{ untag.CredentialProvider }
