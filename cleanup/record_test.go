package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestPairs(t *testing.T) {
	t.Parallel()
	tags := []untag.Tag{{Key: "a", Value: "1"}, {Key: "b"}}
	require.Equal(t, tags, tagsOf(pairsOf(tags)))
	require.Nil(t, tagsOf(nil))
	require.Equal(t, []string{"a", "b"}, keysOf(pairsOf(tags)))
	pairs := []pair{{"b", ""}, {"a", "2"}, {"a", "1"}}
	sortPairs(pairs)
	require.Equal(t, []pair{{"a", "1"}, {"a", "2"}, {"b", ""}}, pairs)
}
