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

	"github.com/untag-go/untag/internal/exampletest"
	"github.com/untag-go/untag/untagtest"
)

// result is what a run of the program left behind.
type result struct {
	code           int
	stdout, stderr string
}

func start(t *testing.T, stdin string, signals <-chan os.Signal, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr, signals)
	return result{code, stdout.String(), stderr.String()}
}

func arns(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("arn:acs:ecs:%s:42:instance/i-%d", demoRegions[i%3], i)
	}
	return list
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
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

func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	reports := []string{filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.jsonl"), filepath.Join(dir, "a.html")}
	r := start(t, "", nil, "-resources", "2000", "-report", reports[0], "-report", reports[1], "-report", reports[2], "-unordered")
	require.Equal(t, exitOK, r.code, r.stderr)
	exampletest.Output(t, r.stdout)
	assert.Contains(t, r.stderr, "2,200 of 2,200 (100%), 2,178 done, 22 failed")
	assert.NotContains(t, r.stderr, "To try again")
	assert.Len(t, readReport(t, reports[0]), 2200)
	page, err := os.ReadFile(reports[2])
	require.NoError(t, err)
	assert.Contains(t, string(page), "2,178 of 2,200 resources untagged")
	assert.Contains(t, string(page), "Simulation in memory")
	left, err := filepath.Glob(filepath.Join(dir, "*"+partial))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestDemoResumes(t *testing.T) {
	t.Parallel()
	book := filepath.Join(t.TempDir(), "demo.journal")
	r := start(t, "", nil, "-resources", "1000", "-journal", book)
	require.Equal(t, exitOK, r.code, r.stderr)
	r = start(t, "", nil, "-resources", "1000", "-journal", book)
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, r.stdout, "done (1,089 of them by earlier runs)      1,089")
}

func TestDemoThatIsInterruptedAtOnce(t *testing.T) {
	t.Parallel()
	signals := make(chan os.Signal, 1)
	signals <- os.Interrupt
	report := filepath.Join(t.TempDir(), "r.csv")
	r := start(t, "", signals, "-resources", "2000", "-report", report, "-journal", filepath.Join(t.TempDir(), "j"))
	require.Equal(t, exitFailed, r.code, r.stderr)
	assert.Contains(t, r.stdout, "interrupted before its end")
	assert.Len(t, readReport(t, report), 2200, "both jobs name all their resources")
}

func TestDemoFindsLies(t *testing.T) {
	t.Parallel()
	d := newDemo(100)
	for i := range d.tags.outcomes {
		d.tags.observe(row{resource: d.tags.name(d.tags.make(i))}) // all done, though nobody did anything
	}
	d.tags.observe(row{resource: "arn:acs:ecs:cn-hangzhou:1:instance/i-0000001"})
	_, err := d.verify()
	require.Error(t, err)
	for _, lie := range []string{"was not in the input", "is done, and has the tags", "111 times"} {
		assert.ErrorContains(t, err, lie)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	r := start(t, "", nil, "-h")
	assert.Equal(t, exitOK, r.code)
	assert.Contains(t, r.stdout, "EXIT CODES")
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
			r := start(t, test.stdin, nil, test.args...)
			require.Equal(t, exitOK, r.code, r.stderr+r.stdout)
			assert.Contains(t, r.stderr, "Rehearsal on an account in memory")
		})
	}
}

func TestFailuresAreExitOne(t *testing.T) {
	t.Parallel()
	report := filepath.Join(t.TempDir(), "r.csv")
	list := append(arns(3), "i-1", "arn:acs:ecs:cn-hangzhou:43:instance/of-another-account", "arn:acs:ecs:cn-hangzhou:42:instance/*")
	r := start(t, strings.Join(list, "\n"), nil, "-service", "tag", "-keys", "a", "-report", report)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "-retry "+report)
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
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	return account{cloud, []string{"-live", "-endpoint", server.URL, "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "a"}}
}

func (a account) args(more ...string) []string { return append(append([]string{}, a.live...), more...) }

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
	assert.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, r.stdout, "Nothing was sent")
	assert.Contains(t, r.stdout, "add -yes")
	assert.Zero(t, a.cloud.CallCount(), "nothing is sent without -yes")

	r = start(t, "", nil, a.args("-yes", list)...)
	assert.Equal(t, exitOK, r.code, r.stderr)
	assert.Equal(t, 2, a.cloud.CallCount())
	assert.Contains(t, r.stderr, "LIVE: removing the key a from 60 resources")
	assert.NotContains(t, r.stdout+r.stderr, "secret-of-the-test")
}

// interrupt sends a signal when the account has seen some calls.
func (a account) interrupt(t *testing.T) <-chan os.Signal {
	t.Helper()
	signals := make(chan os.Signal, 2)
	go func() {
		for a.cloud.CallCount() < 12 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		signals <- os.Interrupt
	}()
	return signals
}

func TestDrainAndRetry(t *testing.T) {
	a := newAccount(t)
	a.cloud.Inject(untagtest.Fault{Latency: 20 * time.Millisecond})
	all := ids(18_000)
	list := file(t, "ids.txt", strings.Join(all, "\n"))
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1.csv"), filepath.Join(dir, "2.csv")
	r := start(t, "", a.interrupt(t), a.args("-yes", "-report", first, list)...)
	require.Equal(t, exitFailed, r.code, r.stderr)
	assert.Contains(t, r.stderr, "Interrupted: no call starts any more")
	assert.Contains(t, r.stderr, "run the same command with -retry "+first)
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
	assert.Contains(t, r.stderr, number(counts["done"])+" rows of the report are done and were left out")
	assert.Len(t, readReport(t, second), counts["not_attempted"])
}

func TestDrainAndResume(t *testing.T) {
	a := newAccount(t)
	a.cloud.Inject(untagtest.Fault{Latency: 20 * time.Millisecond})
	all := ids(17_000)
	list := file(t, "ids.txt", strings.Join(all, "\n"))
	book, report := filepath.Join(t.TempDir(), "j"), filepath.Join(t.TempDir(), "r.csv")
	args := a.args("-yes", "-journal", book, "-account", "42", "-report", report, list)
	r := start(t, "", a.interrupt(t), args...)
	require.Equal(t, exitFailed, r.code, r.stderr)
	assert.Contains(t, r.stderr, "the journal "+book+" leaves out what is done")
	assert.Len(t, readReport(t, report), len(all))
	before := a.cloud.CallCount()

	a.cloud.ClearFaults()
	r = start(t, "", nil, args...)
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, r.stdout, "of them by earlier runs")
	assert.Less(t, a.cloud.CallCount()-before, len(all)/50, "what was done is not sent again")
	rows := readReport(t, report)
	require.Len(t, rows, len(all), "the report covers both runs")
	for resource, outcome := range rows {
		if outcome != "done" {
			t.Fatal(resource, outcome)
		}
	}

	r = start(t, "", nil, a.args("-yes", "-journal", book, "-account", "43", list)...)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "belongs to another plan")

	r = start(t, "", nil, a.args("-plan", "-journal", book, "-account", "42", list)...)
	assert.Contains(t, r.stdout, "17,000 more resources are done already")
}

func TestSecondSignalStops(t *testing.T) {
	a := newAccount(t)
	a.cloud.Inject(untagtest.Fault{Latency: time.Hour})
	list := file(t, "ids.txt", strings.Join(ids(50_000), "\n"))
	report := filepath.Join(t.TempDir(), "r.csv")
	signals := make(chan os.Signal, 2)
	go func() {
		for a.cloud.CallCount() == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		signals <- os.Interrupt
		signals <- os.Interrupt
	}()
	begin := time.Now()
	r := start(t, "", signals, a.args("-yes", "-report", report, list)...)
	assert.Equal(t, exitFailed, r.code)
	assert.Less(t, time.Since(begin), 5*time.Second)
	assert.Contains(t, r.stderr, "Interrupted again")
	assert.Contains(t, r.stdout, "unknown")
	if _, err := os.Stat(report); err != nil {
		assert.FileExists(t, report+partial)
		assert.Contains(t, r.stderr, "does not name every resource")
	}
}

func TestLeftoverReportIsNotOverwritten(t *testing.T) {
	t.Parallel()
	path := file(t, "r.csv"+partial, "precious")
	path = strings.TrimSuffix(path, partial)
	r := start(t, "i-1", nil, "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "a", "-report", path)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "a run that crashed has left it")
	content, err := os.ReadFile(path + partial)
	require.NoError(t, err)
	assert.Equal(t, "precious", string(content))
}
