package untagtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

func TestNewAccount(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"", "12a", "123456789012345678901", "*", " 1"} {
		assert.Panics(t, func() { untagtest.NewAccount(number) }, number)
	}
	cloud := untagtest.NewAccount("42")
	cloud.AllowKey(keyID, keySecret, "")
	cloud.Put(instance)
	assert.Equal(t, "42", cloud.AccountID())
	assert.Equal(t, "arn:acs:ecs:cn-hangzhou:42:instance/i-1", cloud.ARN(instance))
	answer := send(t, cloud, call{service: tag, verb: "ListTagResources", params: params("Tags", `{"env":"a"}`)})
	assert.Contains(t, answer.Text, `"arn:acs:ecs:cn-hangzhou:42:instance/i-1"`)
	for account, want := range map[string]string{"42": "200 ", "*": "200 ", "": "200 ", "1234567890123456": "400 InvalidResourceARN.Account"} {
		for _, verb := range []string{"ListTagResources", "TagResources", "UntagResources"} {
			p := params("ResourceARN.1", "arn:acs:ecs:*:"+account+":instance/i-1", "TagKey.1", "k", "Tags", `{"k":"v"}`)
			assert.Equal(t, want, send(t, cloud, call{service: tag, verb: verb, params: p}).status())
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	one, two, three := untagtest.NewAccount("1"), untagtest.NewAccount("2"), untagtest.NewAccount("3")
	one.AllowKey("ID", "S", "")
	two.AllowKey("ID", "S", "TOKEN")
	two.AllowBearer("BEARER")
	three.AllowKey(keyID, keySecret, "")
	one.Join(two)
	one.Join(three)
	account := func(c call) string {
		got, answer := identify(t, one, c)
		return got.AccountId + answer.Code
	}
	assert.Equal(t, "1", account(call{id: "ID", secret: "S"}))
	assert.Equal(t, "2", account(call{id: "ID", secret: "S", token: "TOKEN"}))
	assert.Equal(t, "2", account(call{id: "ID", secret: "S", token: "TOKEN", v1: true}))
	assert.Equal(t, "2", account(call{bearer: "BEARER"}))
	assert.Equal(t, "3", account(call{}))
	assert.Equal(t, "InvalidSecurityToken.Malformed", account(call{id: "ID", secret: "S", token: "OTHER"}))
	assert.Equal(t, "InvalidAccessKeyId.NotFound", account(call{id: "UNKNOWN"}))
	assert.Equal(t, []int{3, 3, 1}, []int{one.CallCount(), two.CallCount(), three.CallCount()})
	two.SetQuota(untagtest.STS, 0.001, 1)
	assert.Equal(t, "2", account(call{bearer: "BEARER"}))
	assert.Equal(t, "Throttling.User", account(call{bearer: "BEARER"}))
	assert.Equal(t, "3", account(call{}))
	assert.Equal(t, "InvalidAccessKeyId.NotFound", func() string { _, a := identify(t, three, call{id: "ID", secret: "S"}); return a.Code }())
}
