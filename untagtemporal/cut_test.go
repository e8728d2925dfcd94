package untagtemporal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// resourcesOf yields n resources of each lane, in turn.
func resourcesOf(n int, lanes ...Lane) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		for i := range n {
			for _, lane := range lanes {
				if !yield(Resource{Lane: lane, Type: "instance", ID: fmt.Sprint(lane.Account, "-", i)}, nil) {
					return
				}
			}
		}
	}
}

var cutJob = Job{ID: "j", TagKeys: []string{"a"}}

// allSlices reads every slice of a job.
func allSlices(t *testing.T, store Store, n int) (all []sliceObject) {
	t.Helper()
	for i := range n {
		object, err := read[sliceObject](t.Context(), store, sliceName("j", i))
		require.NoError(t, err)
		all = append(all, object)
	}
	return all
}

// TestCut: each resource is in one slice, of its lane and type alone, in its order there; the lanes with most slices come first.
func TestCut(t *testing.T) {
	t.Parallel()
	store := Directory(t.TempDir())
	volume := Resource{Lane: laneAt(1), Type: "volume", ID: "v"}
	begun, err := cut(t.Context(), store, cutJob, func(yield func(Resource, error) bool) {
		resourcesOf(3, laneAt(0))(yield)
		resourcesOf(MaxSlice+1, laneAt(1))(yield)
		yield(volume, nil)
	})
	require.NoError(t, err)
	assert.Equal(t, begunObject{Slices: 4, Lanes: 2, Resources: MaxSlice + 5}, begun)
	stored, err := read[begunObject](t.Context(), store, begunName("j"))
	require.NoError(t, err)
	assert.Equal(t, begun, stored)
	job, err := read[Job](t.Context(), store, jobName("j"))
	require.NoError(t, err)
	assert.Equal(t, cutJob, job)

	lanes, err := read[[]laneSlices](t.Context(), store, lanesName("j", 0))
	require.NoError(t, err)
	require.Len(t, lanes, 2)
	assert.Equal(t, laneAt(1), lanes[0].Lane)
	assert.Len(t, lanes[0].Slices, 3)
	assert.Len(t, lanes[1].Slices, 1)

	sizes := map[string][]int{}
	all := allSlices(t, store, 4)
	for _, lane := range lanes {
		var last int
		for _, n := range lane.Slices {
			assert.Equal(t, lane.Lane, all[n].Lane)
			key := lane.Lane.Account + " " + all[n].Type
			sizes[key] = append(sizes[key], len(all[n].Resources))
			if all[n].Type == "instance" {
				for _, id := range all[n].Resources {
					assert.Equal(t, fmt.Sprint(lane.Lane.Account, "-", last), id)
					last++
				}
			}
		}
	}
	slices.SortFunc(sizes["1001 instance"], func(a, b int) int { return b - a })
	assert.Equal(t, map[string][]int{"1000 instance": {3}, "1001 instance": {MaxSlice, 1}, "1001 volume": {1}}, sizes)
}

func TestCutKeepsTags(t *testing.T) {
	t.Parallel()
	store := Directory(t.TempDir())
	tags := func(value string) []untag.Tag { return []untag.Tag{{Key: "a", Value: value}} }
	_, err := cut(t.Context(), store, Job{ID: "j", Write: true}, values([]Resource{
		{Lane: laneAt(0), Type: "instance", ID: "i-1", Tags: tags("1")}, {Lane: laneAt(0), Type: "instance", ID: "i-2", Tags: tags("2")},
	}))
	require.NoError(t, err)
	assert.Equal(t, [][]untag.Tag{tags("1"), tags("2")}, allSlices(t, store, 1)[0].Tags)
}

// TestCutHoldsNotTooMany: past a bound the fullest slice goes although it is not full.
func TestCutHoldsNotTooMany(t *testing.T) {
	t.Parallel()
	store := Directory(t.TempDir())
	c := cutter{store: store, job: cutJob, most: 10, open: make(map[sliceKey]*sliceObject), lanes: make(map[Lane][]int)}
	for r, err := range resourcesOf(4, laneAt(0), laneAt(1)) {
		require.NoError(t, err)
		require.NoError(t, c.add(t.Context(), r))
	}
	for _, id := range []string{"9th", "10th"} {
		require.NoError(t, c.add(t.Context(), Resource{Lane: laneAt(1), Type: "instance", ID: id}))
	}
	assert.Zero(t, c.begun.Slices)
	require.NoError(t, c.add(t.Context(), Resource{Lane: laneAt(0), Type: "instance", ID: "11th"}))
	assert.Equal(t, 1, c.begun.Slices)
	assert.Equal(t, 5, c.buffered)
	assert.Len(t, allSlices(t, store, 1)[0].Resources, 6)
	begun, err := c.finish(t.Context())
	require.NoError(t, err)
	assert.Equal(t, begunObject{Slices: 2, Lanes: 2, Resources: 11}, begun)
}

// TestCutManyLanes: lists of lanes are split, so that an attempt reads a short one.
func TestCutManyLanes(t *testing.T) {
	t.Parallel()
	var lanes []Lane
	for at := range lanesPerObject + 1 {
		lanes = append(lanes, laneAt(at))
	}
	store := memory{}
	begun, err := cut(t.Context(), store, cutJob, resourcesOf(1, lanes...))
	require.NoError(t, err)
	assert.Equal(t, lanesPerObject+1, begun.Lanes)
	first, err := read[[]laneSlices](t.Context(), store, lanesName("j", 0))
	require.NoError(t, err)
	second, err := read[[]laneSlices](t.Context(), store, lanesName("j", 1))
	require.NoError(t, err)
	assert.Len(t, first, lanesPerObject)
	assert.Len(t, second, 1)
}

// memory is a store of one goroutine, some of whose objects cannot be written.
type memory map[string][]byte

func (m memory) Create(_ context.Context, name string, data []byte) error {
	for broken := range m {
		if suffix, ok := strings.CutPrefix(broken, "broken:"); ok && strings.HasSuffix(name, suffix) {
			return errBroken
		}
	}
	if _, exists := m[name]; exists {
		return fs.ErrExist
	}
	m[name] = data
	return nil
}

func (m memory) Read(_ context.Context, name string) ([]byte, error) {
	data, exists := m[name]
	if !exists {
		return nil, fs.ErrNotExist
	}
	return data, nil
}

func (m memory) List(_ context.Context, prefix string) (names []string, _ error) {
	for name := range m {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

var errBroken = errors.New("broken")

// TestCutFails: what was not stored whole has not begun.
func TestCutFails(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		broken    string // the end of the name of an object that cannot be written
		resources iter.Seq2[Resource, error]
		want      error
	}{
		"the job cannot be stored":   {"/job", resourcesOf(1, laneAt(0)), errBroken},
		"a slice cannot be stored":   {"/slices/0", resourcesOf(MaxSlice, laneAt(0)), errBroken},
		"the last cannot be stored":  {"/slices/1", resourcesOf(MaxSlice+1, laneAt(0)), errBroken},
		"the lanes cannot be stored": {"/lanes/0", resourcesOf(1, laneAt(0)), errBroken},
		"that it has begun cannot":   {"/begun", resourcesOf(1, laneAt(0)), errBroken},
		"the resources end early": {"none", func(yield func(Resource, error) bool) {
			_ = yield(Resource{Lane: laneAt(0), Type: "instance", ID: "i-1"}, nil) && yield(Resource{}, fs.ErrClosed)
		}, fs.ErrClosed},
		"a resource without an ID": {"none", values([]Resource{{Lane: laneAt(0), Type: "instance"}}), errNoID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := memory{"broken:" + row.broken: nil}
			_, err := cut(t.Context(), store, cutJob, row.resources)
			require.ErrorIs(t, err, row.want)
			assert.NotContains(t, store, begunName("j"))
		})
	}
}

// TestCutUsesAnIDOnce: also that of a job which was not stored whole.
func TestCutUsesAnIDOnce(t *testing.T) {
	t.Parallel()
	store := Directory(t.TempDir())
	_, err := cut(t.Context(), store, cutJob, func(yield func(Resource, error) bool) { yield(Resource{}, fs.ErrClosed) })
	require.ErrorIs(t, err, fs.ErrClosed)
	_, err = cut(t.Context(), store, cutJob, resourcesOf(1, laneAt(0)))
	require.ErrorIs(t, err, fs.ErrExist)
	assert.ErrorContains(t, err, "the ID j was used before")
}
