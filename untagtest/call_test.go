package untagtest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

func TestCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := stocked()
		cloud.AllowKey("STS", "S", "TOKEN")
		cloud.AllowBearer("TOKEN")
		start := time.Now()
		send(t, cloud, call{service: ecs, params: list(good[ecs], "ResourceId", "i-%d", 2)})
		time.Sleep(time.Second)
		send(t, cloud, call{service: vpc, params: good[vpc], v1: true, method: http.MethodGet, id: "STS", secret: "S", token: "TOKEN"})
		send(t, cloud, call{service: rs, params: good[rs], form: true, id: "STS", secret: "S", token: "TOKEN"})
		send(t, cloud, call{service: tag, params: good[tag], bearer: "TOKEN"})
		calls := cloud.Calls()
		require.Len(t, calls, 4)
		assert.Equal(t, 4, cloud.CallCount())
		first := calls[0]
		assert.Equal(t, start, first.Time)
		assert.Equal(t, start.Add(time.Second), calls[1].Time)
		assert.Equal(t, []string{"i-2"}, first.Parameters["ResourceId.2"])
		assert.Equal(t, "cn-hangzhou", first.Parameters.Get("RegionId"))
		assert.Equal(t, "InvalidResourceId.NotFound", first.Verdict)
		assert.Equal(t, 404, first.Status)
		assert.Equal(t, "00000000-0000-5000-8000-000000000001", first.RequestID)
		for i, want := range []untagtest.Call{
			{Service: ecs, Method: "POST", SignatureVersion: "V3"},
			{Service: vpc, Method: "GET", SignatureVersion: "V1"},
			{Service: rs, Method: "POST", SignatureVersion: "V3", Form: true},
			{Service: tag, Method: "POST", SignatureVersion: "BEARERTOKEN"},
		} {
			got := calls[i]
			want.Action, want.Region = "UntagResources", "cn-hangzhou"
			want.Time, want.Parameters, want.Verdict, want.Status, want.RequestID = got.Time, got.Parameters, got.Verdict, got.Status, got.RequestID
			assert.Equal(t, want, got)
			text := strings.ReplaceAll(fmt.Sprintf("%+v %#v %v", got, got, got.Parameters), "BEARERTOKEN", "")
			for _, secret := range []string{keyID, "STS", "TOKEN", "Signature:", `"Signature"`} {
				assert.NotContains(t, text, secret)
			}
			assert.NotEmpty(t, got.Parameters.Get("TagKey.1"))
		}
		assert.Equal(t, `ecs UntagResources in "cn-hangzhou" (V3, 5 parameters): InvalidResourceId.NotFound, HTTP 404, request ID "00000000-0000-5000-8000-000000000001"`, first.String())
	})
}

func TestKeepCalls(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	cloud.AllowAnyResource()
	ask := func(id int) {
		send(t, cloud, call{service: ecs, params: with(good[ecs], "ResourceId.1", strconv.Itoa(id))})
	}
	ids := func() (ids []string) {
		for _, c := range cloud.Calls() {
			ids = append(ids, c.Parameters.Get("ResourceId.1"))
		}
		return ids
	}
	cloud.KeepCalls(3)
	assert.Empty(t, cloud.Calls())
	for i, want := range [][]string{{"0"}, {"0", "1"}, {"0", "1", "2"}, {"1", "2", "3"}, {"2", "3", "4"}} {
		ask(i)
		assert.Equal(t, want, ids())
	}
	cloud.KeepCalls(0)
	ask(9)
	assert.Empty(t, ids())
	assert.Equal(t, 6, cloud.CallCount())
	assert.Panics(t, func() { cloud.KeepCalls(-1) })
}
