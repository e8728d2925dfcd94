package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

func TestQuota(t *testing.T) {
	t.Parallel()
	address, lines, stop := start(t, "-any-resource", "-quota", "tag=0.001", "-quota", "ecs=5")
	c := config(address, "")
	c.Retry.MaxThrottle = -1
	client, err := tag.New(c)
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	request := tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:oss:*:*:bucket/b"}, TagKeys: []string{"k"}}
	_, err = client.UntagResources(t.Context(), request)
	require.NoError(t, err)
	_, err = client.UntagResources(t.Context(), request)
	require.ErrorIs(t, err, untag.ErrThrottled)
	stop()
	got := decode(t, lines)
	require.Len(t, got, 2)
	assert.Equal(t, "Throttling.User", got[1].Verdict)
}

func TestAccountAndFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "resources.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(`{"product":"oss","type":"bucket","id":"b","tags":{"env":"a"}}`), 0o600))
	address, _, stop := start(t, "-account", "42", "-resources", file)
	defer stop()
	client, err := tag.New(config(address, ""))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	untagged := func(arn string) error {
		_, err := client.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: []string{arn}, TagKeys: []string{"env"}})
		return err
	}
	require.ErrorContains(t, untagged("arn:acs:oss:*:1234567890123456:bucket/b"), tag.CodeInvalidResourceARNAccount)
	require.ErrorIs(t, untagged("arn:acs:oss:*:42:bucket/other"), untag.ErrNotFound)
	require.NoError(t, untagged("arn:acs:oss:*:42:bucket/b"))
}

func TestMistakesOfFlags(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.jsonl")
	require.NoError(t, os.WriteFile(bad, []byte("x\n"), 0o600))
	for _, row := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-quota", "tag"}, 2, "want SERVICE=CALLS"},
		{[]string{"-quota", "tag=0"}, 2, "want SERVICE=CALLS"},
		{[]string{"-quota", "tag=NaN"}, 2, "want SERVICE=CALLS"},
		{[]string{"-quota", "rds=1"}, 2, `there is no service "rds"`},
		{[]string{"-account", "x"}, 2, "-account wants a number"},
		{[]string{"-account", ""}, 2, "-account wants a number"},
		{[]string{"-resources", bad + "-missing"}, 1, "no such file"},
		{[]string{"-resources", bad}, 1, "line 1: invalid character"},
	} {
		var stdout, stderr bytes.Buffer
		args := append([]string{"-access-key-id", "a", "-access-key-secret", "b"}, row.args...)
		assert.Equal(t, row.code, run(t.Context(), args, &stdout, &stderr), "%q", row.args)
		assert.Contains(t, stderr.String(), row.want)
		assert.Equal(t, 1, strings.Count(stderr.String(), row.want))
	}
}
