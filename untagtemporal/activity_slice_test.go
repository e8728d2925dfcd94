package untagtemporal

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

func TestSliceRuns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 120, func(g *rig, _ []Resource) {
			g.account.Remove(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-7"})
		})
		counts, err := g.attempt(t)
		require.NoError(t, err)
		assert.Equal(t, Counts{Done: 119, Refused: 1}, counts)
		assert.Equal(t, map[untag.Outcome]int{untag.OutcomeDone: 119, untag.OutcomeRefused: 1}, g.outcomes(t))
		assert.Zero(t, g.left(120))
		assert.Equal(t, 1, g.calls("GetCallerIdentity"))

		// The answer to the server was lost: what was stored is the answer, and nothing is sent.
		before := g.account.CallCount()
		counts, err = g.attempt(t)
		require.NoError(t, err)
		assert.Equal(t, Counts{Done: 119, Refused: 1}, counts)
		assert.Equal(t, before, g.account.CallCount())
	})
}

// TestSliceDrains: a worker that stops ends gently, and the next attempt goes on from what it stored, with no call twice.
func TestSliceDrains(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 500, func(g *rig, _ []Resource) {
			g.account.SetQuota(untagtest.ECS, 1, 1)
		})
		go func() {
			time.Sleep(5 * time.Second)
			close(g.stop)
		}()
		_, err := g.attempt(t)
		kind, final := failureType(t, err)
		assert.Equal(t, typeDrained, kind)
		assert.False(t, final)
		left := g.left(500)
		assert.Positive(t, left)
		assert.Less(t, left, 500)
		assert.Equal(t, 500-left, g.outcomes(t)[untag.OutcomeDone])

		g.stop = make(chan struct{})
		counts, err := g.attempt(t)
		require.NoError(t, err)
		assert.Equal(t, Counts{Done: 500}, counts)
		sent := 0
		for _, call := range g.account.Calls() {
			if call.Action == "UntagResources" && call.Verdict == untagtest.VerdictOK {
				sent++
			}
		}
		assert.LessOrEqual(t, sent, 13, "500 resources are 10 calls of 50, and a few small ones to begin with")
	})
}

// TestSliceHearsThatTheLaneWantsItsEnd: a heartbeat's answer drains.
func TestSliceHearsThatTheLaneWantsItsEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 1000, func(g *rig, _ []Resource) { g.account.SetQuota(untagtest.ECS, 1, 1) })
		g.onBeat = func(n int) error {
			if n == 2 {
				return temporal.NewCanceledError()
			}
			return nil
		}
		_, err := g.attempt(t)
		kind, _ := failureType(t, err)
		assert.Equal(t, typeDrained, kind)
		assert.Positive(t, g.left(1000))
		assert.Equal(t, 1000, g.outcomes(t)[untag.OutcomeDone]+g.outcomes(t)[untag.OutcomeNotAttempted])
	})
}

// TestSliceLosesItsLease: whoever has no lease starts no call, records nothing and stores nothing.
func TestSliceLosesItsLease(t *testing.T) {
	for name, row := range map[string]struct {
		from int // the first heartbeat that fails
		err  error
	}{
		"never had one":        {0, serviceerror.NewNotFound("gone")},
		"cannot reach it":      {0, errors.New("no route to the server")},
		"given to another":     {1, serviceerror.NewNotFound("gone")},
		"cut off from then on": {1, errors.New("no route to the server")},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(t, 5000, func(g *rig, _ []Resource) { g.account.SetQuota(untagtest.ECS, 1, 1) })
				var failing time.Time
				g.onBeat = func(n int) error {
					if n < row.from {
						return nil
					}
					if failing.IsZero() {
						failing = time.Now()
					}
					return row.err
				}
				_, err := g.attempt(t)
				kind, final := failureType(t, err)
				assert.Equal(t, typeTry, kind)
				assert.False(t, final)
				for _, call := range g.account.Calls() {
					assert.False(t, call.Time.After(failing.Add(g.info.HeartbeatTimeout)), "a call after the lease")
				}
				assert.Equal(t, 5000, g.outcomes(t)[untag.OutcomeNotAttempted], "nothing is stored")
			})
		})
	}
}

// TestSliceIsTakenOver: the next worker goes on from the heartbeats of one that died.
func TestSliceIsTakenOver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 1000, func(g *rig, _ []Resource) { g.account.SetQuota(untagtest.ECS, 1, 1) })
		dead := time.Now().Add(14 * time.Second)
		g.onBeat = func(int) error {
			if time.Now().After(dead) {
				return serviceerror.NewNotFound("dead")
			}
			return nil
		}
		_, err := g.attempt(t)
		require.Error(t, err)
		known := g.beats[len(g.beats)-2]
		g.beats, g.onBeat = []progress{known}, nil // what the dead one tried to tell last was not heard
		left, before := g.left(1000), g.account.CallCount()
		require.Positive(t, left)
		counts, err := g.attempt(t)
		require.NoError(t, err)
		assert.Equal(t, Counts{Done: 1000}, counts)
		resources := 0
		for _, call := range g.account.Calls()[before:] {
			if call.Verdict != untagtest.VerdictOK {
				continue
			}
			for name := range call.Parameters {
				if len(name) > 11 && name[:11] == "ResourceId." {
					resources++
				}
			}
		}
		assert.GreaterOrEqual(t, resources, left)
		assert.Less(t, resources, 1000, "what the dead one reported is not sent again")
	})
}

// TestLateWorkerDoesNotOverwrite: of two that store, the later attempt counts.
func TestLateWorkerDoesNotOverwrite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 10, nil)
		g.info.Attempt = 3
		_, err := g.attempt(t)
		require.NoError(t, err)
		late := outcomeObject{State: g.beats[0].State, Final: true, Failure: FailurePoison, Error: "late"}
		require.NoError(t, create(t.Context(), g.store, outcomeName("j", 0, attempt{1, 2}), late))
		require.Error(t, create(t.Context(), g.store, outcomeName("j", 0, attempt{1, 3}), late))
		require.Error(t, createOnce(t.Context(), g.store, outcomeName("j", 0, attempt{1, 3}), late))
		assert.Equal(t, 10, g.outcomes(t)[untag.OutcomeDone])
	})
}

// TestSliceOfWritesWaits: a call of the worker that lost the slice cannot write after those of the next one.
func TestSliceOfWritesWaits(t *testing.T) {
	for name, row := range map[string]struct {
		attempt int32
		since   time.Duration // ago, when the lane last knew of a late call
		want    time.Duration // until the first write
	}{
		"the first attempt":          {1, 0, 0},
		"a takeover":                 {2, 0, 30 * time.Second},
		"a late call in the lane":    {1, 10 * time.Second, 20 * time.Second},
		"a late call long ago":       {1, time.Minute, 0},
		"a takeover and a late call": {2, time.Second, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(t, 10, func(g *rig, resources []Resource) {
					g.job.TagKeys, g.job.Write = nil, true
					for i := range resources {
						resources[i].Tags = []untag.Tag{{Key: "c", Value: "3"}}
					}
				})
				began := time.Now()
				g.info.Attempt = row.attempt
				if row.since > 0 {
					g.in.LateSince = began.Add(-row.since)
				}
				counts, err := g.attempt(t)
				require.NoError(t, err)
				assert.Equal(t, Counts{Done: 10}, counts)
				for _, call := range g.account.Calls() {
					if call.Action == "TagResources" {
						assert.InDelta(t, row.want.Seconds(), call.Time.Sub(began).Seconds(), 3)
					}
				}
				tags, _ := g.account.Tags("ecs", "cn-hangzhou", "instance", "i-3")
				assert.Equal(t, "3", tags["c"])
			})
		})
	}
}

// TestSliceFails: what will not pass ends the job's work in the lane, with the cause in the store, and comes again if asked again.
func TestSliceFails(t *testing.T) {
	fault := func(code string) func(*rig, []Resource) {
		return func(g *rig, _ []Resource) { g.account.Inject(untagtest.Fault{Action: "UntagResources", Code: code}) }
	}
	for name, row := range map[string]struct {
		change func(g *rig, resources []Resource)
		want   string
		calls  int // that change something, at most
	}{
		"credentials of another account": {func(g *rig, _ []Resource) {
			other := untagtest.NewAccount("2000000000000002")
			g.Config = func(context.Context, Lane) (untag.Config, error) { return other.Config(), nil }
		}, FailureCredentials, 0},
		"wrong credentials": {func(g *rig, _ []Resource) {
			g.Config = func(context.Context, Lane) (untag.Config, error) {
				c := g.account.Config()
				c.Credentials = untag.StaticCredentials("nobody", "secret", "")
				return c, nil
			}
		}, FailureCredentials, 0},
		"a key that expires":       {fault("InvalidAccessKeyId.Inactive"), FailureCredentials, 3},
		"a region that refuses":    {fault("InvalidRegionId.NotFound"), FailureRegion, 3},
		"no endpoint there":        {fault(untag.CodeUnsupportedEndpoint), FailureRegion, 3},
		"a key that breaks a rule": {func(g *rig, _ []Resource) { g.job.TagKeys = []string{"acs:x"} }, FailureRequest, 0},
		"a type that nothing has":  {func(_ *rig, r []Resource) { r[0].Type, r[1].Type = "nothing", "nothing" }, FailureRequest, 1},
		"five attempts for nothing": {func(g *rig, _ []Resource) {
			g.beats = []progress{{Try: 5, Fruitless: 5, Last: "boom"}}
			g.info.Attempt = 6
		}, FailurePoison, 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(t, 2, row.change)
				_, err := g.attempt(t)
				kind, final := failureType(t, err)
				assert.Equal(t, row.want, kind, "%v", err)
				assert.True(t, final)
				assert.LessOrEqual(t, g.calls("UntagResources"), row.calls)
				assert.Zero(t, g.outcomes(t)[untag.OutcomeDone])
				calls := g.account.CallCount()

				_, again := g.attempt(t)
				kind, final = failureType(t, again)
				assert.Equal(t, row.want, kind)
				assert.True(t, final)
				assert.Equal(t, calls, g.account.CallCount())
			})
		})
	}
}

// TestSliceIsGivenUpAfterFive: panics and errors without progress are counted over attempts, told to the job, and come to an end.
func TestSliceIsGivenUpAfterFive(t *testing.T) {
	for name, row := range map[string]struct {
		config func(g *rig) (untag.Config, error)
		text   string
	}{
		"panics":           {func(*rig) (untag.Config, error) { panic("with canary-secret") }, "panic"},
		"no configuration": {func(*rig) (untag.Config, error) { return untag.Config{}, errors.New("canary-secret") }, "no configuration"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(t, 3, func(g *rig, _ []Resource) {
					g.Config = func(context.Context, Lane) (untag.Config, error) { return row.config(g) }
				})
				for range maxFruitless {
					_, err := g.attempt(t)
					kind, final := failureType(t, err)
					require.Equal(t, typeTry, kind, "%v", err)
					require.False(t, final)
					failed, _ := errors.AsType[*temporal.ApplicationError](err)
					assert.GreaterOrEqual(t, failed.NextRetryDelay(), minDelay)
					assert.NotContains(t, err.Error(), "canary-secret")
				}
				_, err := g.attempt(t)
				kind, final := failureType(t, err)
				assert.Equal(t, FailurePoison, kind)
				assert.True(t, final)
				require.ErrorContains(t, err, row.text)
				assert.NotContains(t, g.lastBeat(t), "canary-secret")
				require.Len(t, g.retries, maxFruitless-1, "the job hears from the second on")
				assert.Equal(t, maxFruitless, g.retries[len(g.retries)-1].Attempt)
			})
		})
	}
}

// TestSliceOutlastsAnOutage: while no resource gets a verdict the slice is tried again, later and later, and then left as unknown.
func TestSliceOutlastsAnOutage(t *testing.T) {
	for name, attempts := range map[string]int{"a short one": 2, "a long one": maxFruitless} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(t, 3, func(g *rig, _ []Resource) {
					g.account.Inject(untagtest.Fault{Action: "UntagResources", Code: "ServiceUnavailable"})
				})
				for range attempts - 1 {
					_, err := g.attempt(t)
					kind, final := failureType(t, err)
					require.Equal(t, typeTry, kind, "%v", err)
					require.False(t, final)
				}
				want := Counts{Unknown: 3}
				if attempts < maxFruitless {
					g.account.ClearFaults()
					want = Counts{Done: 3}
				}
				counts, err := g.attempt(t)
				require.NoError(t, err)
				assert.Equal(t, want, counts)
			})
		})
	}
}

// TestSliceThatGetsOnIsNotGivenUp: takeovers count only if nothing was settled.
func TestSliceThatGetsOnIsNotGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 3000, func(g *rig, _ []Resource) { g.account.SetQuota(untagtest.ECS, 1, 1) })
		for range maxFruitless + 2 {
			began := time.Now()
			g.onBeat = func(int) error {
				if time.Since(began) > 3*time.Second {
					return serviceerror.NewNotFound("dead")
				}
				return nil
			}
			_, err := g.attempt(t)
			kind, _ := failureType(t, err)
			require.Equal(t, typeTry, kind, "%v", err)
			g.beats = g.beats[:len(g.beats)-1]
			assert.Zero(t, g.beats[len(g.beats)-1].Fruitless)
		}
	})
}

// failingStore fails while it is off.
type failingStore struct {
	Store
	off atomic.Bool
}

func (s *failingStore) Create(ctx context.Context, name string, data []byte) error {
	if s.off.Load() {
		return errors.New("https://store/?signature=canary-secret")
	}
	return s.Store.Create(ctx, name, data)
}

// TestSliceWaitsForTheStore: an outage of the store costs no slice, and its error text stays in the worker.
func TestSliceWaitsForTheStore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 3, nil)
		store := &failingStore{Store: g.store}
		g.Store = store
		store.off.Store(true)
		for range maxFruitless + 1 {
			_, err := g.attempt(t)
			kind, final := failureType(t, err)
			assert.Equal(t, FailureStore, kind)
			assert.False(t, final)
			assert.NotContains(t, err.Error(), "canary-secret")
		}
		assert.NotEmpty(t, g.retries)
		store.off.Store(false)
		counts, err := g.attempt(t)
		require.NoError(t, err)
		assert.Equal(t, Counts{Done: 3}, counts)
	})
}

// TestSliceRefusesForeignARNs: an ARN of another account or region than its lane's is never sent.
func TestSliceRefusesForeignARNs(t *testing.T) {
	for _, write := range []bool{false, true} {
		bubbleRun := func(t *testing.T) {
			g := newRig(t, 5, func(g *rig, resources []Resource) {
				lane := testLane
				lane.Service = untag.ServiceTag
				for i, arn := range []string{
					"arn:acs:ecs:cn-hangzhou:" + testAccount + ":instance/i-0", "arn:acs:ecs:cn-hangzhou:*:instance/i-1",
					"arn:acs:ecs:cn-hangzhou:2000000000000002:instance/i-2", "arn:acs:ecs:cn-beijing:" + testAccount + ":instance/i-3", "nonsense",
				} {
					resources[i] = Resource{Lane: lane, ID: arn}
					if write {
						resources[i].Tags = []untag.Tag{{Key: "c", Value: "3"}}
					}
				}
				if write {
					g.job.TagKeys, g.job.Write = nil, true
				}
			})
			counts, err := g.attempt(t)
			require.NoError(t, err)
			assert.Equal(t, Counts{Done: 2, Invalid: 3}, counts)
			for _, call := range g.account.Calls() {
				for _, values := range call.Parameters {
					assert.NotContains(t, values[0], "2000000000000002")
					assert.NotContains(t, values[0], "cn-beijing")
				}
			}
		}
		t.Run(map[bool]string{false: "remove", true: "write"}[write], func(t *testing.T) { bubble(t, bubbleRun) })
	}
}
