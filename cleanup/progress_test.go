package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	_, r := testRegion(t)
	ecs := listing{Service: untag.ServiceECS, Type: "instance", Key: "a", Any: true}
	one, two, three := tagListing("a", "1"), tagListing("a", "2"), tagListing("a", "3")
	for _, l := range []findLine{
		{Round: 1, Listing: &listingMark{Listing: ecs, Done: true}},
		{Round: 1, Complete: true},
		{Round: 4, Listing: &listingMark{Listing: ecs, Token: "t1"}},
		{Round: 4, Listing: &listingMark{Listing: ecs, Token: "t2"}},
		{Round: 4, Values: &valuesMark{Key: "a", Values: []string{"1"}, Token: "v"}},
		{Round: 4, Listing: &listingMark{Listing: one, Failed: &failure{Code: "C"}}},
		{Round: 4, Values: &valuesMark{Key: "a", Values: []string{"2", "3"}, Last: true}},
		{Round: 4, Listing: &listingMark{Listing: two, Done: true}},
		{Round: 4, Listing: &listingMark{Listing: three, Token: "t"}},
		{Round: 4, Listing: &listingMark{Listing: three, Restart: true}},
	} {
		require.NoError(t, r.find.Append(l))
	}
	p, err := r.progress(4)
	require.NoError(t, err)
	require.False(t, p.complete)
	require.Equal(t, "t2", p.marks[ecs].Token)
	require.True(t, p.marks[two].Done)
	require.NotContains(t, p.marks, three)
	require.Equal(t, []string{"2", "3"}, p.values["a"].Values)
	require.Equal(t, map[listing]*failure{one: {Code: "C"}}, p.failed)
	p, err = r.progress(1)
	require.NoError(t, err)
	require.True(t, p.complete)
}
