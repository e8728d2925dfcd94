package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFact(t *testing.T) {
	t.Parallel()
	for _, f := range []fact{
		{op: opIntent},
		{time: 1767225600000, run: 300, op: opRestore, state: NotRestored, pairs: []pair{{"k", ""}, {"键", "值\x00"}}, failure: &failure{"C", "m", "r"}},
	} {
		data := f.append(nil)
		got, err := readFact(data)
		require.NoError(t, err)
		require.Equal(t, f, got)
	}
	l := line{Time: 5, Run: 2, Op: opVerdict}
	i := item{Name: "n", State: Refused, Keys: []string{"a"}, Failure: &failure{Code: "C"}}
	require.Equal(t, fact{time: 5, run: 2, op: opVerdict, state: Refused, pairs: []pair{{"a", ""}}, failure: i.Failure}, i.fact(&l))
}

// FuzzReadFact reads anything without a panic and without memory that the input does not stand for.
func FuzzReadFact(f *testing.F) {
	whole := fact{op: opIntent, pairs: []pair{{"k", "v"}}, failure: &failure{"C", "m", "r"}}
	f.Add(whole.append(nil))
	f.Add([]byte{0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readFact(data)
		if err == nil {
			again, err := readFact(got.append(nil))
			require.NoError(t, err)
			require.Equal(t, got, again)
		}
	})
}
