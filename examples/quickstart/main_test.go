package main

import (
	"bytes"
	"io"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestSimulated(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out))
	assert.Equal(t, `An account in memory, a simulation of the service's documents, listens on http://127.0.0.1:PORT.

Tags before:
  ecs             instance      i-web   env=test owner=ana
  ecs             instance      i-db    env=test
  vpcipam         IPAM          ipam-1  env=test owner=bo
  resourcesharing ResourceShare rs-1    env=test
  oss             bucket        logs    env=test owner=ana

Removing env:
ecs: done (request ID 00000000-0000-5000-8000-000000000001)
vpc: done (request ID 00000000-0000-5000-8000-000000000002)
resourcesharing: done (request ID 00000000-0000-5000-8000-000000000003)

Removing env from a bucket, and from one that does not exist:
tag: 1 of 2 resources failed, the others are done (request ID 00000000-0000-5000-8000-000000000004)
  arn:acs:oss:cn-hangzhou:*:bucket/gone: InvalidResourceId.NotFound

Removing a key that VPC IPAM does not allow:
vpc: nothing was sent, the request is invalid:
  TagKeys[0] "acs:env" starts with the reserved prefix acs: (by the document; Config.Validation: untag.ValidateCertain sends it anyway)

Tags after:
  ecs             instance      i-web   owner=ana
  ecs             instance      i-db
  vpcipam         IPAM          ipam-1  owner=bo
  resourcesharing ResourceShare rs-1
  oss             bucket        logs    owner=ana
`, regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(out.String(), "127.0.0.1:PORT"))
}

func TestLiveAsksFirst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"no -yes", []string{"-live", "-region", "cn-hangzhou", "-keys", "env", "-instances", "i-1,i-2", "-arns", "a"}, `nothing was sent: add -yes to remove the tags ["env"] from 3 resources in cn-hangzhou`},
		{"no region", []string{"-live", "-keys", "env", "-instances", "i-1", "-yes"}, "-live needs"},
		{"no keys", []string{"-live", "-region", "cn-hangzhou", "-instances", "i-1", "-yes"}, "-live needs"},
		{"no resources", []string{"-live", "-region", "cn-hangzhou", "-keys", "env", "-yes"}, "-live needs"},
		{"flags without -live", []string{"-region", "cn-hangzhou"}, "the flags are for -live"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			require.ErrorContains(t, run(t.Context(), test.args, &out), test.want)
			assert.Empty(t, out.String())
		})
	}
}

func TestRefusalsOfAllServicesAreReported(t *testing.T) {
	t.Parallel()
	config := untag.Config{Region: "no region"}
	err := untagAll(t.Context(), io.Discard, config, resources{
		ARNs: []string{"a"}, Instances: []string{"i"}, IPAMs: []string{"i"}, Shares: []string{"r"}, Keys: []string{"k"},
	})
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	assert.Len(t, regexp.MustCompile("(?m)^invalid Config").FindAllString(err.Error(), -1), 4)
}
