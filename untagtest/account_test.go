package untagtest_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

type caller struct {
	AccountId, Arn, UserId, PrincipalId, IdentityType, RoleId string //nolint:revive // as on the wire
}

func identify(t *testing.T, cloud *untagtest.Cloud, c call) (caller, reply) {
	t.Helper()
	c.service, c.verb, c.version = untagtest.STS, "GetCallerIdentity", "2015-04-01"
	if c.base == "" {
		c.base = "https://sts.aliyuncs.com"
	}
	answer := send(t, cloud, c)
	var got caller
	if c.accept == "" && answer.Status == 200 {
		require.NoError(t, json.Unmarshal([]byte(answer.Text), &got))
	} else if answer.Status == 200 {
		require.NoError(t, xml.Unmarshal([]byte(answer.Text), &got))
		assert.Contains(t, answer.Text, "<GetCallerIdentityResponse>")
	}
	return got, answer
}

func TestGetCallerIdentity(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewAccount("42")
	cloud.AllowKey(keyID, keySecret, "")
	cloud.AllowKey("STS.ID", "S", "TOKEN")
	got, answer := identify(t, cloud, call{})
	assert.NotEmpty(t, answer.RequestID)
	assert.Equal(t, caller{"42", "acs:ram::42:user/untagtest", got.UserId, got.UserId, "RAMUser", ""}, got)
	assert.Regexp(t, `^2\d{17}$`, got.UserId)
	for _, base := range []string{"https://sts.cn-beijing.aliyuncs.com", "https://sts-vpc.cn-hangzhou.aliyuncs.com", "http://sts.aliyuncs.com"} {
		same, _ := identify(t, cloud, call{base: base, params: map[string]string{"RegionId": ""}})
		assert.Equal(t, got, same, base)
	}
	inXML, _ := identify(t, cloud, call{accept: "*/*", v1: true, form: true})
	assert.Equal(t, got, inXML)
	role, _ := identify(t, cloud, call{id: "STS.ID", secret: "S", token: "TOKEN"})
	assert.Equal(t, "AssumedRoleUser", role.IdentityType)
	assert.Equal(t, "acs:ram::42:assumed-role/untagtest/untagtest", role.Arn)
	assert.Equal(t, role.RoleId+":untagtest", role.PrincipalId)
	_, answer = identify(t, cloud, call{secret: "wrong"})
	assert.Equal(t, "400 SignatureDoesNotMatch", answer.status())
	_, answer = identify(t, cloud, call{params: map[string]string{"RegionId": "cn-nowhere"}})
	assert.Equal(t, "404 InvalidRegionId.NotFound", answer.status())
	_, answer = identify(t, cloud, call{base: "https://sts.cn-beijing.aliyuncs.com", params: params()})
	assert.Equal(t, "400 InvalidOperation.NotSupportedEndpoint", answer.status())
	_, err := cloud.Config().HTTPClient.Do(call{service: untagtest.STS, base: "https://sts.cn-nowhere.aliyuncs.com"}.request(t)) //nolint:bodyclose // there is none
	assert.Error(t, err)
	assert.Equal(t, untagtest.STS, cloud.Calls()[0].Service)
}

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

func TestDigest(t *testing.T) {
	t.Parallel()
	r := func(id string, tags map[string]string) untagtest.Resource {
		return untagtest.Resource{Product: "ecs", Type: "instance", ID: id, Tags: tags}
	}
	of := func(resources ...untagtest.Resource) string {
		cloud := untagtest.NewAccount("7")
		cloud.Put(resources...)
		return cloud.Digest()
	}
	base := of(r("i-1", map[string]string{"a": "1", "b": "2"}), r("i-2", map[string]string{"c": "3"}))
	assert.Len(t, base, 64)
	assert.Equal(t, base, of(r("i-2", map[string]string{"c": "3"}), r("i-3", nil), r("i-1", map[string]string{"b": "2", "a": "1"})))
	system := r("i-2", nil)
	system.System = map[string]string{"c": "3"}
	elsewhere := r("i-2", map[string]string{"c": "3"})
	elsewhere.Region = "cn-beijing"
	for i, other := range [][]untagtest.Resource{
		{r("i-1", map[string]string{"a": "1", "b": "2"})},
		{r("i-1", map[string]string{"a": "2", "b": "1"}), r("i-2", map[string]string{"c": "3"})},
		{r("i-1", map[string]string{"a": "1", "b": "2", "c": "3"})},
		{r("i-1", map[string]string{"a": "1"}), r("i-2", map[string]string{"c": "3", "b": "2"})},
		{r("i-1", map[string]string{"a": "1", "b": "2"}), system},
		{r("i-1", map[string]string{"a": "1", "b": "2"}), elsewhere},
		{r("i-1", map[string]string{"a": "1", "b": "2"}), r("i-2", map[string]string{"c3": ""})},
	} {
		assert.NotEqual(t, base, of(other...), i)
	}
	assert.Equal(t, of(), of(r("i-1", nil)))
	cloud := untagtest.NewCloud()
	cloud.Put(r("i-1", map[string]string{"a": "1"}), r("i-2", nil))
	before := cloud.Digest()
	cloud.Remove(r("i-1", nil))
	assert.NotEqual(t, before, cloud.Digest())
}

func TestHooks(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	var seen []string
	note := func(when string) func(untagtest.Call) {
		return func(c untagtest.Call) {
			_, ok := tagsOf(t, cloud, instance)["env"] // it may use the Cloud
			seen = append(seen, when+" "+c.Action+" "+c.Verdict+map[bool]string{true: " tagged"}[ok])
			assert.Equal(t, []string{"env"}, c.Parameters["TagKey.1"])
			assert.Empty(t, c.Parameters["SecurityToken"])
		}
	}
	cloud.Before(note("before"))
	cloud.After(note("after"))
	cloud.Inject(fault{Calls: 1, Code: "InternalError"})
	send(t, cloud, call{service: ecs, params: good[ecs]})
	send(t, cloud, call{service: ecs, params: good[ecs], method: http.MethodPut})
	send(t, cloud, call{service: ecs, params: good[ecs]})
	cloud.Before(nil)
	cloud.After(nil)
	send(t, cloud, call{service: ecs, params: good[ecs]})
	assert.Equal(t, []string{
		"after UntagResources InternalError tagged", "after UntagResources UnsupportedHTTPMethod tagged",
		"before UntagResources  tagged", "after UntagResources OK",
	}, seen)
}
