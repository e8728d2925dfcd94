package untagtemporal

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
)

// TestSearchAttributes: all that a workflow may set are among those that a namespace is told to have, with their types.
func TestSearchAttributes(t *testing.T) {
	t.Parallel()
	all := SearchAttributes()
	assert.Equal(t, map[string]enums.IndexedValueType{
		"UntagJob": enums.INDEXED_VALUE_TYPE_KEYWORD, "UntagService": enums.INDEXED_VALUE_TYPE_KEYWORD, "UntagAccount": enums.INDEXED_VALUE_TYPE_KEYWORD,
		"UntagRegion": enums.INDEXED_VALUE_TYPE_KEYWORD, "UntagDone": enums.INDEXED_VALUE_TYPE_INT, "UntagRefused": enums.INDEXED_VALUE_TYPE_INT,
	}, all)
	for _, set := range []temporal.SearchAttributes{laneAttributes(testLane, "j"), jobAttributes("j")} {
		assert.Positive(t, set.Size())
		for key := range set.GetUntypedValues() {
			assert.Equal(t, key.GetValueType(), all[key.GetName()], key.GetName())
		}
	}
	account, _ := laneAttributes(testLane, "j").GetKeyword(accountAttribute)
	region, _ := laneAttributes(testLane, "j").GetKeyword(regionAttribute)
	assert.Equal(t, []string{testAccount, "cn-hangzhou"}, []string{account, region})
}

func TestLaneMemo(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[string]any{"job": "j", "service": "ecs", "account": testAccount, "region": "cn-hangzhou"}, laneMemo(testLane, "j"))
}

// TestJobShows: the memo has the numbers of the status in the end, and some on the way; search attributes are set when the job asks for them.
func TestJobShows(t *testing.T) {
	t.Parallel()
	for name, attributes := range map[string]bool{"a memo": false, "search attributes": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newJobEnv(t, reports)
			var memos []map[string]any
			e.OnUpsertMemo(mock.Anything).Run(func(args mock.Arguments) { memos = append(memos, args[0].(map[string]any)) }).Return(nil)
			var refused []int64
			e.OnUpsertTypedSearchAttributes(mock.Anything).Run(func(args mock.Arguments) {
				n, set := args[0].(temporal.SearchAttributes).GetInt64(refusedAttribute)
				if set {
					refused = append(refused, n)
				}
			}).Return(nil)
			in := fiveLanes(2)
			in.Attributes = attributes
			e.run(t, in)
			require.NotEmpty(t, memos)
			last := memos[len(memos)-1]
			assert.Equal(t, map[string]any{
				"job": "j", "state": StateDone, "lanes": 5, "failed lanes": 0, "resources": 100, "done": 95, "refused": 5,
			}, last)
			assert.Less(t, len(memos), 5, "a memo of each report would be an event of each")
			if !attributes {
				assert.Empty(t, refused)
				return
			}
			assert.Equal(t, int64(5), refused[len(refused)-1])
		})
	}
}

// TestLaneShows: now and then while slices run, and in the end.
func TestLaneShows(t *testing.T) {
	t.Parallel()
	e := newLaneEnv(t, done)
	var shown []int
	e.OnUpsertMemo(mock.Anything).Run(func(args mock.Arguments) {
		shown = append(shown, args[0].(map[string]any)["done"].(int))
	}).Return(nil)
	e.run(t, work("a", 100))
	require.NoError(t, e.GetWorkflowError())
	require.NotEmpty(t, shown)
	assert.Equal(t, 500, shown[len(shown)-1])
	assert.Less(t, len(shown), 10)
	assert.Equal(t, 20*time.Second, showPause)
}
