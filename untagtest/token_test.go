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
