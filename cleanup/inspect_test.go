package cleanup_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud, dir, j := removed(t, 20)
		states := results(t, j)
		require.NoError(t, j.Close())
		before := cloud.CallCount()
		j, err := cleanup.Inspect(dir)
		require.NoError(t, err)
		require.False(t, j.Running())
		require.Equal(t, states, results(t, j))
		require.Len(t, saved(t, j), 23)
		require.False(t, j.Local())
		require.Equal(t, time.Now().UTC().Truncate(time.Hour), j.Created().Truncate(time.Hour))
		runs := j.Runs()
		require.Len(t, runs, 2)
		require.Equal(t, "find", runs[0].Step)
		require.Equal(t, "remove", runs[1].Step)
		for _, r := range runs {
			require.False(t, r.Began.IsZero())
			require.False(t, r.Ended.Before(r.Began))
		}
		for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
			require.ErrorIs(t, err, untag.ErrUnauthenticated)
		}
		_, err = j.Plan(t.Context())
		require.ErrorIs(t, err, untag.ErrUnauthenticated)
		require.Equal(t, before, cloud.CallCount())
		require.NoError(t, j.Close())
	})
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// TestInspectARunningJob looks at a job while a step of it runs, and again with a torn line at the end of a log.
func TestInspectARunningJob(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be replaced there")
	}
	synctest.Test(t, func(t *testing.T) {
		dir, j := create(t, account(20), keys("team"))
		find(t, j)
		before := saved(t, j)
		looked := false
		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{}) {
			require.NoError(t, err)
			if looked {
				continue
			}
			looked = true
			files := namesIn(t, dir)
			p, err := cleanup.Inspect(dir)
			require.NoError(t, err)
			require.True(t, p.Running())
			runs := p.Runs()
			require.Equal(t, "remove", runs[len(runs)-1].Step)
			require.True(t, runs[len(runs)-1].Ended.IsZero())
			require.Equal(t, before, saved(t, p))
			require.Len(t, results(t, p), len(before))
			for _, err := range p.Restore(t.Context(), cleanup.RestoreOptions{}) {
				require.ErrorIs(t, err, untag.ErrUnauthenticated)
			}
			require.NoError(t, p.Close())
			require.Equal(t, files, namesIn(t, dir))
		}
		require.True(t, looked)
		states := results(t, j)

		acts, err := filepath.Glob(filepath.Join(dir, "acts.*.log"))
		require.NoError(t, err)
		require.NotEmpty(t, acts)
		f, err := os.OpenFile(acts[0], os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString("7 0123")
		require.NoError(t, err)
		require.NoError(t, f.Close())
		p, err := cleanup.Inspect(dir)
		require.NoError(t, err)
		require.Equal(t, states, results(t, p))
		require.NoError(t, p.Close())
		torn, err := os.ReadFile(acts[0])
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(string(torn), "7 0123"), "a look changes nothing")
		require.NoError(t, j.Close())
	})
}
