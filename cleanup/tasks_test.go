package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestTasks(t *testing.T) {
	t.Parallel()
	all := newTasks()
	r := &region{name: "cn-hangzhou"}
	w := &work{
		row:  row{Name: "oss/bucket/x", ARN: "arn:acs:oss:*:1:bucket/x", Via: untag.ServiceTag, Pairs: []pair{{"other", "z"}}},
		keys: []keyTask{{key: "a", value: "1", intended: true}, {key: "b", value: ""}},
	}
	name := all.add(r, w.row.ARN, w)
	other := all.add(&region{name: "cn-beijing"}, w.row.ARN, w)
	require.NotEqual(t, name, other, "one ARN may be listed in two regions")
	got, called, err := all.of([]string{name})
	require.NoError(t, err)
	require.Equal(t, []string{w.row.ARN}, called)
	require.Equal(t, w.keys, got[0].keys)
	require.Equal(t, "oss/bucket/x", got[0].row.Name)
	got[0].of("a").decided = AlreadyGone
	again, err := all.take(name)
	require.NoError(t, err)
	require.Equal(t, AlreadyGone, again.of("a").decided, "what is known of it stays")
	require.Nil(t, again.of("c"))
	unopened, err := all.take(other)
	require.NoError(t, err)
	require.Equal(t, w.keys, unopened.keys)
	require.Empty(t, all.byName)
}

func TestStateOf(t *testing.T) {
	t.Parallel()
	via := route{service: untag.ServiceTag}
	require.Equal(t, Removed, stateOf(nil))
	require.Equal(t, Refused, stateOf(&untag.APIError{Kind: untag.ErrNotFound}))
	require.Equal(t, NotAttempted, stateOf(unread(via, "UntagResources", "cn-hangzhou", &untag.CallError{Kind: untag.ErrUnavailable}, false)))
	require.Equal(t, Unknown, stateOf(unread(via, "UntagResources", "cn-hangzhou", &untag.APIError{Kind: untag.ErrNotFound}, true)), "an earlier attempt was lost")
	require.Equal(t, Unknown, stateOf(errPerhapsOurs))
}

func TestSettled(t *testing.T) {
	t.Parallel()
	one := &task{r: &region{name: "cn-hangzhou"}, work: &work{
		row:  row{Name: "oss/bucket/x", Via: untag.ServiceTag},
		keys: []keyTask{{key: "a", value: "1"}, {key: "b", value: "2"}, {key: "c", seen: "3"}},
	}}
	outcomes := one.settled("1", func(k *keyTask) (State, error) {
		if k.key == "c" {
			return Changed, nil
		}
		return Removed, nil
	})
	require.Len(t, outcomes, 2)
	require.Equal(t, []string{"a", "b"}, outcomes[0].Keys)
	require.Equal(t, []untag.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}, outcomes[0].Tags)
	require.Equal(t, []untag.Tag{{Key: "c", Value: "3"}}, outcomes[1].Tags)
	require.Equal(t, item{Name: "n", State: Removed, Keys: []string{"a", "b"}}, outcomes[0].item("n"))
	require.Equal(t, item{Name: "n", State: Changed, Pairs: []pair{{"c", "3"}}}, outcomes[1].item("n"))
}
