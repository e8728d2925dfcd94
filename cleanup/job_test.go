package cleanup_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

func keys(all ...string) cleanup.Spec { return cleanup.Spec{Keys: all} }

// create makes a job on an account.
func create(t testing.TB, cloud *untagtest.Cloud, spec cleanup.Spec) (string, *cleanup.Job) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "job")
	j, err := cleanup.Create(dir, cloud.Config(), spec)
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	return dir, j
}

// account has n instances, all with the key team, and buckets, a share and an IPAM beside them.
func account(n int) *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	cloud.Put(instances(n)...)
	cloud.Put(
		untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs", Tags: map[string]string{"team": "b", "keep": "1"}},
		untagtest.Resource{Product: "vpcipam", Region: "cn-hangzhou", Type: "IPAM", ID: "ipam-1", Tags: map[string]string{"team": ""}},
		untagtest.Resource{Product: "resourcesharing", Region: "cn-shanghai", ID: "rs-1", Tags: map[string]string{"team": "a"}},
		untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "other", Tags: map[string]string{"Team": "b"}},
		untagtest.Resource{Product: "ecs", Region: "cn-beijing", Type: "instance", ID: "i-other", Tags: map[string]string{"keep": "b"}},
	)
	return cloud
}

func instances(n int) []untagtest.Resource {
	all := make([]untagtest.Resource, n)
	for i := range all {
		all[i] = untagtest.Resource{
			Product: "ecs", Region: []string{"cn-hangzhou", "cn-beijing"}[i%2], Type: "instance", ID: id(i),
			Tags:   map[string]string{"team": []string{"a", "b", "c", ""}[i%4], "name": id(i)},
			System: map[string]string{"acs:tag:createdby": "x"},
		}
	}
	return all
}

func id(i int) string {
	return "i-" + string(rune('a'+i/26/26%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i%26))
}

func TestCreate(t *testing.T) {
	t.Parallel()
	cloud := account(4)
	dir, j := create(t, cloud, keys("team"))
	require.Equal(t, cloud.AccountID(), j.Spec().Account)
	_, err := cleanup.Open(dir, cloud.Config())
	require.ErrorIs(t, err, cleanup.ErrLocked)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close())
	_, err = cleanup.Create(dir, cloud.Config(), keys("team"))
	require.ErrorIs(t, err, fs.ErrExist)
	j, err = cleanup.Open(dir, cloud.Config())
	require.NoError(t, err)
	require.Equal(t, []string{"team"}, j.Spec().Keys)
	require.NoError(t, j.Close())
	for _, call := range cloud.Calls() {
		require.Equal(t, "GetCallerIdentity", call.Action)
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	dir := filepath.Join(t.TempDir(), "job")
	for _, test := range []struct {
		name   string
		change func(*untag.Config, *cleanup.Spec)
		want   error
	}{
		{"no keys", func(_ *untag.Config, s *cleanup.Spec) { s.Keys = nil }, untag.ErrInvalidRequest},
		{"another account", func(_ *untag.Config, s *cleanup.Spec) { s.Account = "1" }, untag.ErrPermissionDenied},
		{"an endpoint", func(c *untag.Config, _ *cleanup.Spec) { c.Endpoint = "ecs.aliyuncs.com" }, untag.ErrInvalidRequest},
		{"a bad endpoint", func(c *untag.Config, _ *cleanup.Spec) { c.Endpoint = "http://" }, untag.ErrInvalidRequest},
		{"wrong credentials", func(c *untag.Config, _ *cleanup.Spec) { c.Credentials = untag.StaticCredentials("a", "b", "") }, untag.ErrUnauthenticated},
		{"no credentials", func(c *untag.Config, _ *cleanup.Spec) { c.Credentials = untag.StaticCredentials("", "", "") }, untag.ErrUnauthenticated},
		{"a bad config", func(c *untag.Config, _ *cleanup.Spec) { c.Retry.MaxDelay = -1 }, untag.ErrInvalidRequest},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config, spec := cloud.Config(), keys("team")
			test.change(&config, &spec)
			_, err := cleanup.Create(dir, config, spec)
			require.ErrorIs(t, err, test.want)
			_, err = os.Stat(dir)
			require.ErrorIs(t, err, fs.ErrNotExist, "nothing is made")
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	cloud := account(4)
	dir, j := create(t, cloud, keys("team"))
	require.NoError(t, j.Close())

	_, err := cleanup.Open(dir, untagtest.NewAccount("1234").Config())
	account, ok := errors.AsType[*cleanup.AccountError](err)
	require.True(t, ok, err)
	require.Equal(t, cleanup.AccountError{Want: cloud.AccountID(), Have: "1234"}, *account)

	_, err = cleanup.Open(filepath.Join(dir, "nothing"), cloud.Config())
	require.ErrorIs(t, err, fs.ErrNotExist)
	empty := t.TempDir()
	require.NoError(t, os.Chmod(empty, 0o700))
	_, err = cleanup.Open(empty, cloud.Config())
	require.ErrorIs(t, err, cleanup.ErrNoJob)

	file := filepath.Join(dir, "job.log")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(file, data, 0o600))
	_, err = cleanup.Open(dir, cloud.Config())
	require.ErrorAs(t, err, new(*cleanup.CorruptError))
	require.NoError(t, os.Chmod(dir, 0o770))
	_, err = cleanup.Open(dir, cloud.Config())
	require.ErrorIs(t, err, cleanup.ErrNotPrivate)
}

// TestKilledCreate goes on where a Create was killed between making the folder and writing the first line.
func TestKilledCreate(t *testing.T) {
	t.Parallel()
	cloud := account(4)
	for _, torn := range []string{"", `1 00000000 {"form`} {
		dir := filepath.Join(t.TempDir(), "job")
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "job.log"), []byte(torn), 0o600))
		_, err := cleanup.Open(dir, cloud.Config())
		require.ErrorIs(t, err, cleanup.ErrNoJob)
		j, err := cleanup.Create(dir, cloud.Config(), keys("team"))
		require.NoError(t, err)
		require.NoError(t, j.Close())
	}
}
