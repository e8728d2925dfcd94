package bulk_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
)

var errChanged = errors.New("another value stands there")

// Before takes resources out of a call, by an error or as done, and gives others parts of their own.
func TestBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		var mu sync.Mutex
		read := map[string]time.Time{}
		less := bulk.KeyParts([]string{"b"}, 20)
		less.ID = "b"
		f.before = func(_ context.Context, b *bulk.Batch) (changes []bulk.Change, _ error) {
			time.Sleep(200 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			for i, name := range b.Resources {
				read[name] = time.Now()
				switch {
				case strings.HasSuffix(name, "1"):
					changes = append(changes, bulk.Change{Index: i, Err: errChanged})
				case strings.HasSuffix(name, "2"):
					changes = append(changes, bulk.Change{Index: i})
				case strings.HasSuffix(name, "3") && len(b.Parts.Sizes) == 2:
					changes = append(changes, bulk.Change{Index: i, Parts: less})
				}
			}
			return changes, nil
		}
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			mu.Lock()
			defer mu.Unlock()
			for _, name := range b.Resources {
				assert.LessOrEqual(t, time.Since(read[name]), bulk.BeforeAge)
			}
			return nil, nil
		}
		got := f.run(t.Context(), names("cn-a", 1000), "a", "b")
		require.Len(t, got, 1000)
		for _, p := range got {
			switch p.resource[len(p.resource)-1] {
			case '1':
				assert.Equal(t, errChanged, p.err)
				assert.Empty(t, f.gone[p.resource])
			case '2':
				assert.NoError(t, p.err)
				assert.Empty(t, f.gone[p.resource])
			case '3':
				assert.NoError(t, p.err)
				assert.Equal(t, []string{"b"}, f.gone[p.resource])
			default:
				assert.NoError(t, p.err)
				assert.Equal(t, []string{"a", "b"}, f.gone[p.resource])
			}
		}
	})
}

// A batch of which nothing is left makes no call.
func TestBeforeTakesAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.before = func(_ context.Context, b *bulk.Batch) (changes []bulk.Change, _ error) {
			for i := range b.Resources {
				changes = append(changes, bulk.Change{Index: i})
			}
			return changes, nil
		}
		got := f.run(t.Context(), names("cn-a", 200))
		require.Len(t, got, 200)
		require.Empty(t, f.seen())
	})
}

// An error of Before ends the run. Its resources were not attempted, and the error says why.
func TestBeforeFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		full := errors.New("disk full")
		f.before = func(context.Context, *bulk.Batch) ([]bulk.Change, error) { return nil, full }
		got := f.run(t.Context(), names("cn-a", 200))
		require.Len(t, got, 201)
		for _, p := range got {
			require.ErrorIs(t, p.err, full)
			require.Equal(t, p.resource != "", errors.Is(p.err, untag.ErrNotAttempted))
			require.Equal(t, p.resource == "", errors.Is(p.err, untag.ErrRunEnded))
		}
		require.Empty(t, f.seen())
	})
}

// Drain and ctx end a run whose step before a call waits, and one whose step does not listen, within an attempt's time-out.
func TestBeforeEnds(t *testing.T) {
	t.Parallel()
	for _, deaf := range []bool{false, true} {
		for _, drained := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				release := make(chan struct{})
				defer close(release)
				f.before = func(ctx context.Context, _ *bulk.Batch) ([]bulk.Change, error) {
					if deaf {
						<-release
						return nil, nil
					}
					<-ctx.Done()
					return nil, ctx.Err()
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				drain := make(chan struct{})
				time.AfterFunc(time.Second, func() {
					if drained {
						close(drain)
					} else {
						cancel()
					}
				})
				r := f.request(names("cn-a", 200))
				r.Drain = drain
				begin := time.Now()
				got := collect(bulk.Run(ctx, f.operation(), r))
				took := time.Since(begin)
				switch {
				case deaf && drained:
					assert.LessOrEqual(t, took, 33*time.Second)
				case deaf:
					assert.LessOrEqual(t, took, 2*time.Second)
				default:
					assert.Equal(t, time.Second, took)
				}
				require.Len(t, got, 201)
				for _, p := range got[:200] {
					require.Error(t, p.err)
					if !deaf {
						require.ErrorIs(t, p.err, untag.ErrNotAttempted)
					}
				}
				require.ErrorIs(t, got[200].err, untag.ErrRunEnded)
				require.Empty(t, f.seen())
			})
		}
	}
}

// Before is called again before an attempt that comes more than 5 s after it, and is told of an answer that was lost. Its
// calls wait for no slot that the run holds.
func TestBeforeLateAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		var reads, attempts []time.Duration
		var lost []bool
		begin := time.Now()
		width := pace.NewWidth(1)
		f.before = func(ctx context.Context, b *bulk.Batch) ([]bulk.Change, error) {
			slot := width.Line("cn-a").Slot() // of a list call of the same client
			if err := slot.Acquire(ctx); err != nil {
				return nil, err
			}
			slot.Release()
			reads, lost = append(reads, time.Since(begin)), append(lost, b.Lost)
			if len(reads) == 3 {
				return []bulk.Change{{Index: 4, Err: errChanged}}, nil
			}
			return nil, nil
		}
		op := f.operation()
		op.Width = width
		waits := []time.Duration{0, time.Second, 3 * time.Second, 2 * time.Second, 6 * time.Second}
		op.Send = func(ctx context.Context, call rpc.Call) ([]bulk.Failure, error) {
			for i, wait := range waits {
				time.Sleep(wait)
				if err := call.Slot.Acquire(ctx); err != nil {
					return nil, err
				}
				next, err := call.Prepare(ctx, call, i > 0)
				require.NoError(t, err)
				call = next
				attempts = append(attempts, time.Since(begin))
				call.Slot.Release()
			}
			assert.Equal(t, 9, call.Resources)
			assert.NotContains(t, f.batches.of(call).Resources, "cn-a/4")
			return nil, nil
		}
		got := collect(bulk.Run(t.Context(), op, bulk.Request{Resources: each(slices.Values(names("cn-a", 10)))}))
		for i, p := range got {
			assert.Equal(t, i == 4, errors.Is(p.err, errChanged))
		}
		assert.Equal(t, []time.Duration{0, time.Second, 4 * time.Second, 6 * time.Second, 12 * time.Second}, attempts)
		assert.Equal(t, []time.Duration{0, 6 * time.Second, 12 * time.Second}, reads)
		assert.Equal(t, []bool{false, true, true}, lost)
	})
}
