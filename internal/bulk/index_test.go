package bulk

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The index against a map, with hashes that collide more than they should.
func TestIndexAgainstMap(t *testing.T) {
	t.Parallel()
	for _, spread := range []uint64{1, 7, 1 << 20} {
		random := rand.New(rand.NewPCG(1, spread))
		x := newIndex()
		in := &group{region: new(region)}
		var entries []entry
		model := map[string]int32{}
		for range 20_000 {
			name := strconv.Itoa(random.IntN(400))
			hash := x.hash(name) % spread
			at, found := model[name]
			if !found {
				at = none
			}
			require.Equal(t, at, x.find(entries, name, in.region, hash))
			switch {
			case !found:
				entries = append(entries, entry{key: name, hash: hash, group: in})
				at = int32(len(entries) - 1)
				x.put(entries, at)
				model[name] = at
			case random.IntN(2) == 0:
				x.remove(entries, at)
				delete(model, name)
				x.remove(entries, at) // again, as a repeated resource does
			}
			require.Equal(t, none, x.find(entries, name, new(region), hash), "in another region")
			require.Equal(t, len(model), x.n)
		}
	}
}
