package cleanup

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/jobdir"
)

func testRegion(t *testing.T) (string, *region) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "job")
	dir, err := jobdir.Create(path, isJob)
	require.NoError(t, err)
	r, err := openRegion(dir, "cn-hangzhou")
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, r.close())
		require.NoError(t, dir.Close())
	})
	return path, r
}

func rowsOf(t *testing.T, r *region) []row {
	t.Helper()
	require.NoError(t, r.settle())
	var all []row
	for one, err := range r.rows() {
		require.NoError(t, err)
		all = append(all, one)
	}
	return all
}

func TestSettle(t *testing.T) {
	t.Parallel()
	path, r := testRegion(t)
	require.Empty(t, rowsOf(t, r))
	one := row{Name: "ecs/instance/i-2", ARN: "arn", Via: untag.ServiceTag, Pairs: []pair{{"a", "1"}}}
	two := row{Name: "ecs/instance/i-1", Via: untag.ServiceECS, Pairs: []pair{{"a", ""}}}
	require.NoError(t, r.find.Append(findLine{Round: 1, Rows: []row{one, two}}))
	require.NoError(t, r.find.Append(findLine{Round: 1, Listing: &listingMark{Listing: tagListing("a", "1"), Done: true}}))
	one.Run, two.Run = 1, 1
	require.Equal(t, []row{two, one}, rowsOf(t, r))

	info, err := os.Stat(filepath.Join(path, "found.cn-hangzhou"))
	require.NoError(t, err)
	require.NoError(t, r.settle())
	again, err := os.Stat(filepath.Join(path, "found.cn-hangzhou"))
	require.NoError(t, err)
	require.True(t, os.SameFile(info, again), "nothing came, so nothing is made anew")

	require.NoError(t, r.find.Append(findLine{Round: 3, Rows: []row{{Name: two.Name, Via: untag.ServiceECS, Pairs: []pair{{"a", "2"}}}}}))
	two.Run, two.Pairs = 3, []pair{{"a", "2"}}
	require.Equal(t, []row{two, one}, rowsOf(t, r))
	require.NoError(t, os.Remove(filepath.Join(path, "found.cn-hangzhou")))
	require.Equal(t, []row{two, one}, rowsOf(t, r), "made anew")
}

func TestHistories(t *testing.T) {
	t.Parallel()
	_, r := testRegion(t)
	rows := []row{
		{Name: "ecs/instance/i-1", Via: untag.ServiceECS, Pairs: []pair{{"a", "1"}}},
		{Name: "ecs/instance/i-2", Via: untag.ServiceECS, Pairs: []pair{{"a", "1"}}},
		{Name: "ecs/instance/i-3", Via: untag.ServiceECS, Pairs: []pair{{"a", "1"}}},
	}
	require.NoError(t, r.find.Append(findLine{Round: 1, Rows: rows}))
	require.NoError(t, r.settle())
	require.NoError(t, r.acts.Append(line{Run: 2, Op: opIntent, Items: []item{{Name: rows[2].Name, Pairs: []pair{{"a", "2"}}}, {Name: rows[0].Name, Pairs: []pair{{"a", "1"}}}}}))
	require.NoError(t, r.acts.Append(line{Run: 2, Op: opVerdict, Items: []item{{Name: rows[0].Name, State: Removed, Keys: []string{"a"}}}}))
	read := func() (states []State, failed error) {
		facts, err := r.facts()
		require.NoError(t, err)
		defer facts.Close()
		for h, err := range r.histories(facts) {
			if err != nil {
				return states, err
			}
			states = append(states, h.keys[0].state())
		}
		return states, nil
	}
	states, err := read()
	require.NoError(t, err)
	require.Equal(t, []State{Removed, Pending, Unknown}, states)

	for _, stray := range []string{"ecs/instance/i-0", "ecs/instance/i-2x", "oss/bucket/x"} {
		_, r := testRegion(t)
		require.NoError(t, r.find.Append(findLine{Round: 1, Rows: rows}))
		require.NoError(t, r.settle())
		require.NoError(t, r.acts.Append(line{Run: 2, Op: opVerdict, Items: []item{{Name: stray, State: Removed, Keys: []string{"a"}}}}))
		facts, err := r.facts()
		require.NoError(t, err)
		var last error
		for _, err := range r.histories(facts) {
			last = err
		}
		facts.Close()
		require.ErrorContains(t, last, stray)
	}
	require.NoError(t, r.acts.Append(line{Run: 2, Op: opVerdict, Items: []item{{Name: rows[0].Name, State: Removed, Keys: []string{"b"}}}}))
	_, err = read()
	require.ErrorContains(t, err, rows[0].Name, "a key that it was not found with")
}
