package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCourse(t *testing.T) {
	t.Parallel()
	var c course
	var events []event
	add := func(e event) {
		events = append(events, e)
		c.apply(e)
	}
	add(event{Run: 1, Step: stepFind, Regions: []string{"cn-b", "cn-a"}})
	require.Equal(t, 1, c.find.round)
	add(event{Run: 1, Step: stepFind, Told: "cn-b"})
	add(event{Run: 2, Step: stepFind}) // goes on
	require.Equal(t, 1, c.find.round)
	require.Equal(t, []string{"cn-b"}, c.find.told)
	add(event{Run: 2, Step: stepFind, End: true})
	require.True(t, c.find.ended)
	add(event{Run: 3, Step: stepFind, Regions: []string{"cn-a", "cn-c"}})
	require.Equal(t, 3, c.find.round)
	require.False(t, c.find.ended)
	require.Empty(t, c.find.told)
	require.Equal(t, []string{"cn-a", "cn-b", "cn-c"}, everSearched(events))

	require.False(t, c.removing)
	add(event{Run: 4, Step: stepRemove})
	require.True(t, c.removing)
	add(event{Run: 5, Step: stepVerify})
	add(event{Run: 6, Step: stepVerify})
	require.Equal(t, 5, c.verify.first, "one round, as long as none came to its end")
	add(event{Run: 6, Step: stepVerify, End: true})
	add(event{Run: 7, Step: stepVerify})
	require.Equal(t, 7, c.verify.first)
	require.False(t, c.restoring)
	add(event{Run: 8, Step: stepRestore})
	require.True(t, c.restoring)
	require.Equal(t, 8, c.run)
}
