package untagtest_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGateway(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		call   call
		status int
		code   string
	}{
		{"method", call{method: http.MethodPut}, 405, "UnsupportedHTTPMethod"},
		{"path", call{path: "/tags"}, 404, "InvalidAction.NotFound"},
		{"action", call{verb: "RemoveTags"}, 404, "InvalidAction.NotFound"},
		{"spelling of the classic VPC operation", call{verb: "UnTagResources"}, 404, "InvalidAction.NotFound"},
		{"version of another service", call{version: "2018-08-28"}, 400, "InvalidVersion"},
		{"version that is none", call{version: "2000-01-01"}, 400, "InvalidVersion"},
		{"escape", call{edit: func(r *http.Request) { r.URL.RawQuery += "&x=%G0" }}, 400, "InvalidParameter"},
		{"short escape", call{edit: func(r *http.Request) { r.URL.RawQuery += "&%1" }}, 400, "InvalidParameter"},
		{"query of 8 KiB", call{params: list(good[ecs], "ResourceId", strings.Repeat("x", 200)+"%d", 50)}, 414, ""},
		{"form of 8 KiB", call{params: list(good[ecs], "ResourceId", strings.Repeat("x", 200)+"%d", 50), form: true}, 404, "InvalidResourceId.NotFound"},
		{"body of 1 MiB", call{params: with(good[ecs], "x", strings.Repeat("x", 1<<20)), form: true}, 413, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.call.service = ecs
			if row.call.params == nil {
				row.call.params = good[ecs]
			}
			answer := send(t, stocked(), row.call)
			assert.Equal(t, row.status, answer.Status)
			assert.Equal(t, row.code, answer.Code)
			if row.code == "" {
				assert.Equal(t, "text/html", answer.Header.Get("Content-Type"))
				assert.Contains(t, answer.Text, "<h1>"+strconv.Itoa(row.status))
			}
		})
	}
}

func TestFormWinsOverQuery(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	c := call{service: ecs, params: with(good[ecs], "TagKey.1", "-"), query: map[string]string{"All": "true", "ResourceType": "spaceship"}, form: true}
	assert.Empty(t, send(t, cloud, c).Code, "parameters of both are taken together, the form's first")
	assert.Empty(t, tagsOf(t, cloud, instance))
}
