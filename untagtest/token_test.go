package untagtest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

func TestTokenBelongsToItsQuestion(t *testing.T) {
	t.Parallel()
	cloud := listed()
	cloud.Choose(untagtest.Choices{PageSize: 1})
	c := call{service: ecs, verb: "ListTagResources", params: byKey(ecs)}
	_, next := send(t, cloud, c).rows(t)
	require.NotNil(t, next)
	again := c
	again.params = with(c.params, "NextToken", *next)
	assert.Equal(t, "200 ", send(t, cloud, again).status())
	assert.Equal(t, "200 ", send(t, cloud, again).status(), "it may be used twice")
	again.v1, again.form = true, true
	assert.Equal(t, "200 ", send(t, cloud, again).status(), "and with another signature")
	other := c
	other.params = with(c.params, "NextToken", *next, "Tag.1.Value", "a")
	assert.Equal(t, "400 InvalidParameter", send(t, cloud, other).status())
	for _, token := range []string{"x", strings.ToUpper(*next), *next + "A", (*next)[1:]} {
		other.params = with(c.params, "NextToken", token)
		assert.Equal(t, "400 InvalidParameter", send(t, cloud, other).status(), token)
	}
}

// FuzzToken sends any NextToken: it is refused, or leads to a place in the list.
func FuzzToken(f *testing.F) {
	cloud := listed()
	cloud.Choose(untagtest.Choices{PageSize: 1})
	for i, service := range services {
		_, next := send(f, cloud, call{service: service, verb: "ListTagResources", params: byKey(service)}).rows(f)
		f.Add(i, *next)
	}
	f.Add(0, "")
	f.Fuzz(func(t *testing.T, service int, token string) {
		s := services[uint(service)%4]
		answer := send(t, cloud, call{service: s, verb: "ListTagResources", params: with(byKey(s), "NextToken", token), form: true})
		if answer.Status == 200 {
			rows, _ := answer.rows(t)
			require.LessOrEqual(t, len(rows), 2)
			return
		}
		require.Contains(t, []string{"Invalid.NextToken", "InvalidParameter", "IllegalParam.NextToken", "InvalidParameter.NextToken"}, answer.Code)
	})
}
