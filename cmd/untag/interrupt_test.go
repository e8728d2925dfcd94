package main

import (
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	signals, said := make(chan os.Signal), make(chan error, 2)
	ctx, stop := watch(t.Context(), signals, nil, 0, func(err error) { said <- err })
	assert.False(t, stop.draining())
	signals <- os.Interrupt
	<-stop.drain
	assert.True(t, stop.draining())
	require.NoError(t, ctx.Err(), "what is in flight goes on")
	require.ErrorContains(t, stop.problem(errNotReached), "was interrupted")
	signals <- os.Interrupt
	<-ctx.Done()
	require.ErrorIs(t, context.Cause(ctx), errStopped)
	assert.Len(t, said, 2)
	stop.close()
}

func TestWatchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithCancel(t.Context())
		_, stop := watch(parent, nil, new(traffic), time.Hour, func(error) {})
		cancel()
		synctest.Wait()
		assert.True(t, stop.draining())
		require.ErrorContains(t, stop.problem(errNotReached), "ended early", "nobody has interrupted it")
		stop.close()
	})
}

func TestUnlessInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		signals := make(chan os.Signal, 1)
		e := &env{signals: signals}
		n, err := unlessInterrupted(t.Context(), e, func(context.Context) (int, error) { return 7, nil })
		require.NoError(t, err)
		assert.Equal(t, 7, n)
		signals <- os.Interrupt
		n, err = unlessInterrupted(t.Context(), e, func(ctx context.Context) (int, error) {
			<-ctx.Done() // as a question that nobody answers
			return 7, nil
		})
		require.ErrorContains(t, err, "nothing was changed")
		assert.Zero(t, n)
	})
}
