package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// TestKeyOnNothing is the case of a key that is misspelt: every resource was "done".
func TestKeyOnNothing(t *testing.T) {
	a := newAccount(t)
	list := file(t, "l.txt", strings.Join(ids(60), "\n"))
	misspelt := a.args("-yes", list)
	misspelt[len(misspelt)-3] = "A"
	r := start(t, "", nil, misspelt...)
	assert.Equal(t, exitNot, r.code, "it must not look like success")
	assert.Contains(t, flat(r.stderr), "Warning: On none of the 60 resources: the key A.")
	assert.Contains(t, flat(r.stdout), "On none of the 60 resources: the key A.")

	r = start(t, "", nil, a.args("-yes", "-keys", "b", list)...)
	assert.Equal(t, exitNot, r.code, "one of two is on nothing")
	assert.Contains(t, flat(r.stderr), "Warning: On none of the 60 resources: the key b")

	r = start(t, "", nil, a.args("-yes", "-keys", "b", list)...)
	assert.Contains(t, flat(r.stderr), "Warning: On none of the 60 resources: 2 keys (a, b)", "a is gone now")

	a.cloud.Inject(untagtest.Fault{Action: "ListTagResources", Code: "Forbidden.RAM"})
	r = start(t, "", nil, a.args("-yes", list)...)
	assert.Equal(t, exitOK, r.code, "it is only not known")
	assert.Contains(t, flat(r.stderr), "could not be looked up")

	r = start(t, strings.Join(ids(60), "\n"), nil, a.args("-yes")...)
	assert.Equal(t, exitOK, r.code)
	assert.Contains(t, flat(r.stderr), "was not looked up, since the list comes through stdin")
}

// TestLookEndsEarly sees the keys on the first resources.
func TestLookEndsEarly(t *testing.T) {
	a := newAccount(t)
	r := start(t, "", nil, a.args("-yes", file(t, "l.txt", strings.Join(ids(5000), "\n")))...)
	assert.Equal(t, exitOK, r.code, r.stderr)
	looks := 0
	for _, c := range a.cloud.Calls() {
		if c.Action == "ListTagResources" {
			looks++
		}
	}
	assert.Equal(t, 1, looks)
	assert.NotContains(t, r.stderr, "Warning")
}

func TestLookInEveryService(t *testing.T) {
	a := newAccount(t)
	for _, r := range []untagtest.Resource{
		{Product: "vpcipam", Region: "cn-hangzhou", Type: "IPAM", ID: "ipam-1", Tags: map[string]string{"a": ""}},
		{Product: "resourcesharing", Region: "cn-hangzhou", Type: "ResourceShare", ID: "rs-1", Tags: map[string]string{"a": "1"}},
		{Product: "rds", Region: "cn-beijing", Type: "dbinstance", ID: "r-1", Tags: map[string]string{"a": "1"}},
	} {
		a.cloud.Put(r)
	}
	for service, args := range map[string][]string{
		"vpc":             {"-region", "cn-hangzhou", "-resource-type", "IPAM", file(t, "l.txt", "ipam-1\n")},
		"resourcesharing": {"-region", "cn-hangzhou", file(t, "l.txt", "rs-1\n")},
		"tag":             {file(t, "l.txt", "arn:acs:rds:cn-beijing:1234567890123456:dbinstance/r-1\n")},
	} {
		args = append([]string{"run", "-live", "-yes", "-endpoint", a.live[3], "-keys", "a", "-service", service}, args...)
		r := start(t, "", nil, args...)
		assert.Equal(t, exitOK, r.code, r.stderr)
		assert.NotContains(t, r.stderr, "Warning", service)
		r = start(t, "", nil, args...)
		assert.Equal(t, exitNot, r.code, r.stderr)
		assert.Contains(t, flat(r.stderr), "On none of the 1 resources: the key a", service)
	}
}

// TestLookAfterAResume looks at what is left: on what is done already there is nothing, of course.
func TestLookAfterAResume(t *testing.T) {
	a := newAccount(t)
	book := filepath.Join(t.TempDir(), "j")
	r := start(t, "", nil, a.args("-yes", "-journal", book, file(t, "l.txt", strings.Join(ids(60), "\n")))...)
	require.Equal(t, exitOK, r.code, r.stderr)
	a.cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-last", Tags: map[string]string{"a": "1"}})
	for range 2 {
		r = start(t, "", nil, a.args("-yes", "-journal", book, file(t, "l.txt", strings.Join(append(ids(60), "i-last"), "\n")))...)
		require.Equal(t, exitOK, r.code, r.stderr)
		assert.NotContains(t, r.stderr, "On none of")
	}
}
