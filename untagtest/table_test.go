package untagtest_test

import (
	"go/build"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// TestImports holds the package to its independence: it must be able to disagree with the client.
func TestImports(t *testing.T) {
	t.Parallel()
	p, err := build.ImportDir(".", 0)
	require.NoError(t, err)
	for _, path := range p.Imports {
		assert.True(t, path == "github.com/untag-go/untag" || !strings.Contains(strings.Split(path, "/")[0], "."), path)
	}
	assert.Contains(t, p.Imports, "github.com/untag-go/untag")
}

// TestEveryServiceIsTested fails for a service that the tests of this package forget.
func TestEveryServiceIsTested(t *testing.T) {
	t.Parallel()
	tested := append([]untagtest.Service{untagtest.STS}, services...)
	slices.Sort(tested)
	assert.Equal(t, untagtest.Services(), tested)
	for _, service := range services {
		assert.NotEmpty(t, good[service], service)
		assert.NotEmpty(t, stock[service].ID, service)
		assert.NotEmpty(t, hosts[service], service)
		assert.NotEmpty(t, versions[service], service)
	}
}

// TestServicesAreToldApart sends the actions of each service to the hosts of all others.
func TestServicesAreToldApart(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	for _, service := range services {
		for _, other := range services {
			answer := send(t, cloud, call{service: service, base: "https://" + hosts[other], verb: "ListTagResources", params: byKey(service)})
			want := "InvalidVersion"
			if service == other {
				want = ""
			}
			assert.Equal(t, want, answer.Code, "%s at %s", service, other)
		}
		onSocket := call{service: service, base: "http://127.0.0.1:8080", verb: "ListTagResources", params: byKey(service)}
		assert.Equal(t, "200 ", record(t, cloud, onSocket.request(t)).status(), "told by its version, without TLS")
		for _, verb := range []string{"UnTagResources", "GetCallerIdentity", "untagresources"} {
			assert.Equal(t, "404 InvalidAction.NotFound", send(t, cloud, call{service: service, verb: verb, params: good[service]}).status())
		}
	}
	for _, verb := range verbs[3:8] {
		assert.Equal(t, "404 InvalidAction.NotFound", send(t, cloud, call{service: ecs, verb: verb, params: good[ecs]}).status(), "an action of Tag alone")
	}
}
