package untagtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

const (
	tag  = untagtest.Tag
	ecs  = untagtest.ECS
	vpc  = untagtest.VPCIPAM
	rs   = untagtest.ResourceSharing
	flat = "InvalidTag; Illegal parameter serialization format. Flat format is required."
)

func arn(s string) map[string]string { return with(good[tag], "ResourceARN.1", s) }

func long(n int) string { return strings.Repeat("键", n) }

// untagRow is one call of UntagResources and its answer; code "": it succeeds.
type untagRow struct {
	name   string
	params map[string]string
	status int
	code   string
}

// testUntag makes each call over V3 in a form and over V1 in the query, in an account with the resources of stock.
func testUntag(t *testing.T, service untagtest.Service, rows []untagRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cloud := stocked()
			c := call{service: service, params: row.params, form: true}
			answer := send(t, cloud, c)
			assert.Equal(t, row.code, answer.Code, answer.Text)
			assert.Equal(t, row.status, answer.Status)
			if row.code != "" {
				assert.Equal(t, stock[service].Tags, tagsOf(t, cloud, stock[service]), "a refused call changes nothing")
				assert.NotEmpty(t, answer.Message)
				assert.NotContains(t, answer.Message, "%s")
				assert.Equal(t, hosts[service], answer.HostID)
			}
			assert.Equal(t, answer.RequestID, answer.Header.Get("x-acs-request-id"))
			c.v1, c.form = true, false
			assert.Equal(t, row.code, send(t, stocked(), c).Code, "V1 in the query answers the same")
		})
	}
}

func TestTagFailsResourcesAlone(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	other := untagtest.Resource{Product: "oss", Type: "bucket", ID: "b", Tags: map[string]string{"env": "x"}}
	cloud.Put(other)
	cloud.Deny("NoPermission.Operator", 403, ipam)
	arns := []string{instance.ARN(), "arn:acs:ecs:*:*:instance/i-dead", "arn:acs:oss:*:*:bucket/b", "arn:acs:vpc:*:*:ipam/ipam-1", "arn:acs:ecs:*:*:instance/*"}
	params := with(good[tag])
	for i, a := range arns {
		params[fmt.Sprintf("ResourceARN.%d", i+1)] = a
	}
	for _, accept := range []string{"application/json", "*/*"} {
		answer := send(t, cloud, call{service: tag, params: params, accept: accept})
		assert.Equal(t, 200, answer.Status)
		assert.Equal(t, map[string]string{
			arns[1]: "InvalidResourceId.NotFound", arns[3]: "NoPermission.Operator", arns[4]: "InvalidResourceId.NotFound",
		}, answer.failed(), "%s", answer.Text)
	}
	assert.Equal(t, map[string]string{"team": "b"}, tagsOf(t, cloud, instance))
	assert.Empty(t, tagsOf(t, cloud, other))
	assert.Equal(t, ipam.Tags, tagsOf(t, cloud, ipam))
	assert.Equal(t, untagtest.VerdictPartialFailure, cloud.Calls()[0].Verdict)
}

func TestDenyAndAllow(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Deny("IncorrectInstanceStatus", 0, instance)
	c := call{service: ecs, params: good[ecs]}
	answer := send(t, cloud, c)
	assert.Equal(t, "IncorrectInstanceStatus", answer.Code)
	assert.Equal(t, 400, answer.Status)
	cloud.Deny("InvalidResourceId.NotSupported", 403, instance)
	answer = send(t, cloud, c)
	assert.Equal(t, "InvalidResourceId.NotSupported", answer.Code)
	assert.Equal(t, 403, answer.Status)
	cloud.Allow(instance)
	assert.Empty(t, send(t, cloud, c).Code)
	assert.Panics(t, func() { cloud.Deny("", 400, instance) })
}
