package listing_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/listing"
)

type row struct{ ResourceID, TagKey string }

func TestElements(t *testing.T) {
	t.Parallel()
	one := listing.Elements[row]{{"i-1", "k"}}
	for _, test := range []struct {
		answer string
		want   listing.Elements[row] // nil: none
		wrong  bool
	}{
		{answer: `{"L":[{"ResourceId":"i-1","TagKey":"k"}]}`, want: one},
		{answer: `{"L":{"TagResource":[{"ResourceId":"i-1","TagKey":"k","More":[1,{"x":null}]}]}}`, want: one},
		{answer: `{"L": {"TagResource" : {"ResourceId":"i-1","TagKey":"k"} } }`, want: one},
		{answer: `{"L":[{"ResourceId":"i-1","TagKey":"k"}],"l":[{"ResourceId":"i-2"}]}`, want: append(one[:1:1], row{"i-2", ""})},
		{answer: `{}`},
		{answer: `{"L":null}`},
		{answer: `{"L":{}}`},
		{answer: `{"L":[]}`},
		{answer: `{"L":""}`},
		{answer: `{"L":{"TagResource":[]}}`},
		{answer: `{"L":{"TagResource":null}}`},
		{answer: `{"L":{"TagResource":""}}`},
		{answer: `{"L":{"Error":[]}}`, wrong: true},
		{answer: `{"L":{"TagResource":[],"More":[]}}`, wrong: true},
		{answer: `{"L":"none"}`, wrong: true},
		{answer: `{"L":{"TagResource":"none"}}`, wrong: true},
		{answer: `{"L":7}`, wrong: true},
		{answer: `{"L":true}`, wrong: true},
		{answer: `{"L":["i-1"]}`, wrong: true},
		{answer: `{"L":[{"ResourceId":7}]}`, wrong: true},
	} {
		t.Run(test.answer, func(t *testing.T) {
			t.Parallel()
			var answer struct{ L listing.Elements[row] }
			err := json.Unmarshal([]byte(test.answer), &answer)
			if test.wrong {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, len(test.want), len(answer.L))
			if test.want != nil {
				assert.Equal(t, test.want, answer.L)
			}
		})
	}
}
