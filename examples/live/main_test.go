package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/exampletest"
	"github.com/untag-go/untag/untagtest"
)

// account has a resource of each service, and wanted names them.
func account() (cloud *untagtest.Cloud, wanted resources) {
	cloud = untagtest.NewCloud()
	for _, r := range []untagtest.Resource{
		{Product: "ecs", Type: "instance", ID: "i-1"},
		{Product: "vpcipam", Type: "IPAM", ID: "ipam-1"},
		{Product: "resourcesharing", Type: "ResourceShare", ID: "rs-1"},
		{Product: "oss", Type: "bucket", ID: "logs"},
	} {
		r.Tags = map[string]string{"env": "test", "owner": "ana"}
		cloud.Put(r)
	}
	return cloud, resources{
		keys: []string{"env"}, arns: []string{"arn:acs:oss:*:*:bucket/logs"},
		instances: []string{"i-1"}, ipams: []string{"ipam-1"}, shares: []string{"rs-1"},
	}
}

func TestOutput(t *testing.T) {
	t.Parallel()
	cloud, wanted := account()
	wanted.ipams, wanted.shares = nil, nil // as in the package comment
	var out bytes.Buffer
	require.NoError(t, untagAll(t.Context(), &out, cloud.Config(), wanted))
	exampletest.Output(t, out.String())
}

func TestAllServices(t *testing.T) {
	t.Parallel()
	cloud, wanted := account()
	var out bytes.Buffer
	require.NoError(t, untagAll(t.Context(), &out, cloud.Config(), wanted))
	assert.Equal(t, 4, strings.Count(out.String(), ": done, request ID "))
	for _, r := range [][3]string{{"ecs", "instance", "i-1"}, {"vpcipam", "IPAM", "ipam-1"}, {"resourcesharing", "ResourceShare", "rs-1"}, {"oss", "bucket", "logs"}} {
		tags, _ := cloud.Tags(r[0], "cn-hangzhou", r[1], r[2])
		assert.Equal(t, map[string]string{"owner": "ana"}, tags, r[2])
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	cloud, wanted := account()
	wanted.instances, wanted.arns = []string{"i-gone"}, append(wanted.arns, "arn:acs:oss:*:*:bucket/gone")
	var out bytes.Buffer
	err := untagAll(t.Context(), &out, cloud.Config(), wanted)
	require.ErrorIs(t, err, untag.ErrNotFound)
	require.ErrorIs(t, err, untag.ErrPartialFailure)
	assert.ErrorContains(t, err, "arn:acs:oss:*:*:bucket/gone: InvalidResourceId.NotFound")
	assert.Equal(t, 2, strings.Count(out.String(), ": done, request ID "), "vpc and resourcesharing go on")
	assert.Equal(t, 4, cloud.CallCount())
}

func TestMistakesOfAllServicesAreReported(t *testing.T) {
	t.Parallel()
	_, wanted := account()
	err := untagAll(t.Context(), io.Discard, untag.Config{Region: "no region"}, wanted)
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	assert.Equal(t, 4, strings.Count("\n"+err.Error(), "\ninvalid Config"), err)
}

func TestItAsksFirst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no -yes", []string{"-region", "cn-hangzhou", "-keys", "env", "-instances", "i-1,i-2", "-arns", "a"}, 1, `nothing was sent: add -yes to remove the tags ["env"] from 3 resources in cn-hangzhou`},
		{"nothing", nil, 2, "are needed"},
		{"no region", []string{"-keys", "env", "-instances", "i-1", "-yes"}, 2, "are needed"},
		{"no keys", []string{"-region", "cn-hangzhou", "-instances", "i-1", "-yes"}, 2, "are needed"},
		{"no resources", []string{"-region", "cn-hangzhou", "-keys", "env", "-yes"}, 2, "are needed"},
		{"an argument", []string{"-region", "cn-hangzhou", "-keys", "env", "-instances", "i-1", "i-2", "-yes"}, 2, `unexpected arguments ["i-2" "-yes"]`},
		{"an unknown flag", []string{"-disks", "d-1"}, 2, "-disks"},
		{"no such region", []string{"-region", "cn hangzhou", "-keys", "env", "-instances", "i-1", "-yes"}, 1, "invalid Config"},
		{"help", []string{"-h"}, 0, "-instances"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			assert.Equal(t, test.code, run(t.Context(), test.args, &stdout, &stderr))
			assert.Contains(t, stderr.String(), test.want)
			assert.Empty(t, stdout.String())
		})
	}
}
