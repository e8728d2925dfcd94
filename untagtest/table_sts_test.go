package untagtest_test

import (
	"encoding/json"
	"encoding/xml"
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
