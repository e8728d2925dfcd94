package cleanup

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(100)
		n, err := b.claim(t.Context(), 1000)
		require.NoError(t, err)
		require.Equal(t, 100, n, "no more than there is")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = b.claim(ctx, 1)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		b.correct(100, 130) // the page was larger
		go func() {
			time.Sleep(time.Second)
			b.correct(130, 0)
		}()
		start := time.Now()
		_, err = b.claim(t.Context(), 60)
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(start))
	})
}
