package sortedrun_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/sortedrun"
)

func temp(t *testing.T) func() (*os.File, func(), error) {
	dir := t.TempDir()
	return func() (*os.File, func(), error) {
		f, err := os.Create(filepath.Join(dir, "runs"))
		return f, func() { _ = f.Close(); _ = os.Remove(f.Name()) }, err
	}
}

func sorted(t *testing.T, s *sortedrun.Sorter) []string {
	t.Helper()
	var got []string
	for record, err := range s.Sorted() {
		require.NoError(t, err)
		got = append(got, string(record.Key)+"="+string(record.Value))
	}
	return got
}

func TestSorter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		records, memory int
	}{
		{"nothing", 0, 0},
		{"one", 1, 0},
		{"in memory", 1000, 0},
		{"one record a run", 300, 1},
		{"two levels of merging", 5000, 400},
		{"one run on disk", 20000, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			s := sortedrun.New(temp(t), test.memory)
			defer s.Close()
			type pair struct{ key, value string }
			want := make([]pair, 0, test.records)
			for i := range test.records { // keys repeat; some are empty, some have zero bytes
				p := pair{strings.Repeat("k\x00", random.IntN(3)) + strconv.Itoa(random.IntN(test.records)), strconv.Itoa(i)}
				if i%50 == 0 {
					p.key = ""
				}
				want = append(want, p)
				require.NoError(t, s.Add([]byte(p.key), []byte(p.value)))
			}
			require.NoError(t, s.Finish())
			slices.SortStableFunc(want, func(a, b pair) int { return strings.Compare(a.key, b.key) })
			var lines []string
			for _, p := range want {
				lines = append(lines, p.key+"="+p.value)
			}
			require.Equal(t, lines, sorted(t, s))
			require.Equal(t, lines, sorted(t, s), "again")
		})
	}
}

func TestSorterFails(t *testing.T) {
	t.Parallel()
	s := sortedrun.New(func() (*os.File, func(), error) { return nil, nil, os.ErrPermission }, 10)
	require.NoError(t, s.Add([]byte("key"), []byte("value")))
	require.ErrorIs(t, s.Add([]byte("key"), []byte("value")), os.ErrPermission)
	require.Error(t, s.Finish())
	s.Close()
}

// BenchmarkSorter sorts records of the size of a resource with its tags.
func BenchmarkSorter(b *testing.B) {
	dir := b.TempDir()
	s := sortedrun.New(func() (*os.File, func(), error) {
		f, err := os.Create(filepath.Join(dir, "runs"))
		return f, func() { _ = f.Close() }, err
	}, 0)
	defer s.Close()
	value := make([]byte, 120)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Add(fmt.Appendf(nil, "ecs/instance/i-%016x", random.Uint64()), value); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Finish(); err != nil {
		b.Fatal(err)
	}
	for _, err := range s.Sorted() {
		if err != nil {
			b.Fatal(err)
		}
	}
}
