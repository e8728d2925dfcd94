package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

func arns(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("arn:acs:ecs:%s:42:instance/i-%d", []string{"cn-hangzhou", "cn-shanghai", "cn-beijing"}[i%3], i)
	}
	return list
}

// readReport returns the outcome of each resource, each of which must be there once.
func readReport(t *testing.T, path string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	records, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, csvColumns, records[0])
	all := map[string]string{}
	for _, record := range records[1:] {
		resource := unguard(record[0])
		_, twice := all[resource]
		require.False(t, twice, resource)
		all[resource] = record[1]
	}
	return all
}

func TestRehearsal(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		stdin string
		args  []string
	}{
		"tag":             {strings.Join(arns(120), "\n"), []string{"-service", "tag", "-keys", "a,b"}},
		"tag groups":      {strings.Join(arns(5), "\n"), []string{"-service", "tag", "-keys", "1,2,3,4,5,6,7,8,9,10,11"}},
		"ecs":             {"i-1\ni-2\n", []string{"-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-all"}},
		"vpc":             {"ipam-1\n", []string{"-service", "vpc", "-region", "cn-hangzhou", "-resource-type", "IPAM", "-keys", "a"}},
		"resourcesharing": {"rs-1\n", []string{"-service", "resourcesharing", "-region", "cn-hangzhou", "-keys", "a", "-rate", "100", "-concurrency", "2"}},
		"column":          {"id;name\ni-1;x\n", []string{"-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "disk", "-keys", "a", "-column", "ID"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, test.stdin, nil, append([]string{"run"}, test.args...)...)
			require.Equal(t, exitOK, r.code, r.stderr+r.stdout)
			assert.Contains(t, flat(r.stderr), "Rehearsal on an account in memory")
		})
	}
}

func TestFailuresAreExitOne(t *testing.T) {
	t.Parallel()
	report := filepath.Join(t.TempDir(), "r.csv")
	list := append(arns(3), "i-1", "arn:acs:ecs:cn-hangzhou:43:instance/of-another-account", "arn:acs:ecs:cn-hangzhou:42:instance/*")
	r := start(t, strings.Join(list, "\n"), nil, "run", "-service", "tag", "-keys", "a", "-report", report)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "To try again does not help")
	rows := readReport(t, report)
	assert.Equal(t, map[string]string{
		list[0]: "done", list[1]: "done", list[2]: "done", list[3]: "invalid", list[4]: "refused", list[5]: "invalid",
	}, rows)
}

// account is one that the program reaches as it reaches the real one, with -live and -endpoint.
type account struct {
	cloud *untagtest.Cloud
	live  []string
}

func newAccount(t *testing.T) account {
	t.Helper()
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "key-of-the-test")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret-of-the-test")
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "")
	cloud := untagtest.NewCloud()
	cloud.AllowKey("key-of-the-test", "secret-of-the-test", "")
	cloud.AllowAnyResource()
	for _, id := range ids(60) {
		cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id, Tags: map[string]string{"a": "1"}})
	}
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	return account{cloud, []string{"run", "-live", "-endpoint", server.URL, "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "a"}}
}

func (a account) args(more ...string) []string { return append(append([]string{}, a.live...), more...) }

// untags counts the calls that remove something.
func (a account) untags() (n int) {
	for _, c := range a.cloud.Calls() {
		if c.Action == "UntagResources" {
			n++
		}
	}
	return n
}

func ids(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("i-%05d", i)
	}
	return list
}

func TestLive(t *testing.T) {
	a := newAccount(t)
	list := file(t, "ids.txt", strings.Join(ids(60), "\n"))
	r := start(t, "", nil, a.args(list)...)
	assert.Equal(t, exitNot, r.code, "it is not done")
	assert.Contains(t, flat(r.stdout), "Plan: remove the key a from 60 resources")
	assert.Contains(t, flat(r.stderr), "Nothing was changed: there is no terminal")
	assert.Contains(t, flat(r.stderr), "add -yes")
	assert.Zero(t, a.untags(), "nothing is sent without -yes")
	r = startWith(t, person{strings.NewReader("yes\n")}, nil, a.args(list)...)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "Type remove to go on")
	assert.Contains(t, flat(r.stderr), "Left as it is")
	assert.Zero(t, a.untags(), "nor with another word")

	r = startWith(t, person{strings.NewReader("remove\n")}, nil, a.args(list)...)
	assert.Equal(t, exitOK, r.code, r.stderr)
	assert.Equal(t, 2, a.untags())
	assert.Contains(t, flat(r.stderr), "LIVE: removing the key a from 60 resources")
	assert.NotContains(t, r.stdout+r.stderr, "secret-of-the-test")
}

// interrupt sends a signal when the account has seen some removing calls.
func (a account) interrupt(t *testing.T) <-chan os.Signal {
	t.Helper()
	signals := make(chan os.Signal, 2)
	go func() {
		for a.untags() < 12 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		signals <- os.Interrupt
	}()
	return signals
}

// interruptAfter sends one when it has seen some calls of any kind.
func (a account) interruptAfter(calls int) <-chan os.Signal {
	signals := make(chan os.Signal, 2)
	a.cloud.Inject(untagtest.Fault{Latency: time.Millisecond})
	go func() {
		time.Sleep(time.Duration(calls) * 300 * time.Millisecond)
		signals <- os.Interrupt
	}()
	return signals
}

func TestDrainAndRetry(t *testing.T) {
	a := newAccount(t)
	a.cloud.Inject(untagtest.Fault{Action: "UntagResources", Latency: 20 * time.Millisecond})
	all := ids(18_000)
	list := file(t, "ids.txt", strings.Join(all, "\n"))
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1.csv"), filepath.Join(dir, "2.csv")
	r := start(t, "", a.interrupt(t), a.args("-yes", "-report", first, list)...)
	require.Equal(t, exitNot, r.code, r.stderr)
	assert.Contains(t, flat(r.stderr), "Interrupted: no call starts any more")
	assert.Contains(t, flat(r.stderr), "run the same command with -retry "+first)
	rows := readReport(t, first)
	require.Len(t, rows, len(all), "the report has what the run did not come to as well")
	counts := map[string]int{}
	for _, outcome := range rows {
		counts[outcome]++
	}
	assert.Equal(t, len(all), counts["done"]+counts["not_attempted"], "what was in flight is finished: %v", counts)
	assert.Positive(t, counts["done"])

	a.cloud.ClearFaults()
	r = start(t, "", nil, a.args("-yes", "-retry", first, "-report", second, "-concurrency", "64")...)
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stderr), number(counts["done"])+" rows of the report are done and were left out")
	assert.Len(t, readReport(t, second), counts["not_attempted"])
}

func TestDrainAndResume(t *testing.T) {
	a := newAccount(t)
	a.cloud.Inject(untagtest.Fault{Action: "UntagResources", Latency: 20 * time.Millisecond})
	all := ids(17_000)
	list := file(t, "ids.txt", strings.Join(all, "\n"))
	book, report := filepath.Join(t.TempDir(), "j"), filepath.Join(t.TempDir(), "r.csv")
	args := a.args("-yes", "-journal", book, "-account", a.cloud.AccountID(), "-report", report, list)
	r := start(t, "", a.interrupt(t), args...)
	require.Equal(t, exitNot, r.code, r.stderr)
	assert.Contains(t, flat(r.stderr), "the journal "+book+" leaves out what is done")
	assert.Len(t, readReport(t, report), len(all))
	before := a.untags()

	a.cloud.ClearFaults()
	r = start(t, "", nil, args...)
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "of them by earlier runs")
	assert.Less(t, a.untags()-before, len(all)/50, "what was done is not sent again")
	rows := readReport(t, report)
	require.Len(t, rows, len(all), "the report covers both runs")
	for resource, outcome := range rows {
		if outcome != "done" {
			t.Fatal(resource, outcome)
		}
	}

	r = start(t, "", nil, a.args("-yes", "-journal", book, "-account", "43", list)...)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "belong to the account 1234567890123456, and -account says 43")

	r = start(t, "", nil, a.args("-plan", "-journal", book, "-account", a.cloud.AccountID(), list)...)
	assert.Contains(t, flat(r.stdout), "17,000 more resources are done already")
}

func TestSecondSignalStops(t *testing.T) {
	a := newAccount(t)
	a.cloud.Inject(untagtest.Fault{Action: "UntagResources", Latency: time.Hour})
	list := file(t, "ids.txt", strings.Join(ids(50_000), "\n"))
	report := filepath.Join(t.TempDir(), "r.csv")
	signals := make(chan os.Signal, 2)
	go func() {
		for a.cloud.CallCount() < 3 && // who, which tags, and the first removal
			t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		signals <- os.Interrupt
		signals <- os.Interrupt
	}()
	begin := time.Now()
	r := start(t, "", signals, a.args("-yes", "-report", report, list)...)
	assert.Equal(t, exitNot, r.code)
	assert.Less(t, time.Since(begin), 5*time.Second)
	assert.Contains(t, flat(r.stderr), "Interrupted again")
	assert.Contains(t, flat(r.stdout), "unknown")
	if _, err := os.Stat(report); err != nil {
		assert.FileExists(t, report+partial)
		assert.Contains(t, flat(r.stderr), "does not name every resource")
	}
}

// TestNothingPasses has an account that throttles everything, and one that is not there.
func TestNothingPasses(t *testing.T) {
	a := newAccount(t)
	list := file(t, "ids.txt", strings.Join(ids(120), "\n"))
	for name, fault := range map[string]untagtest.Fault{
		"throttled": {Action: "UntagResources", Code: "Throttling.User"},
		"dead":      {Action: "UntagResources", Reset: true},
	} {
		a.cloud.ClearFaults()
		a.cloud.Inject(fault)
		report := filepath.Join(t.TempDir(), "r.html")
		r := start(t, "", nil, a.args("-yes", "-give-up", "300ms", "-report", report, list)...)
		assert.Equal(t, exitNot, r.code, name)
		assert.Contains(t, flat(r.stderr), "First error: ", name)
		assert.Contains(t, flat(r.stdout), "Nothing has passed for", name)
		assert.Contains(t, flat(r.stderr), "First find out why nothing passes", name)
		page, err := os.ReadFile(report)
		require.NoError(t, err)
		assert.Contains(t, string(page), "Nothing has passed for")
	}
}
