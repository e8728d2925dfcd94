package main

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// hostile are names that somebody chose to break a spreadsheet, a page, a terminal or a report.
var hostile = []string{
	`=cmd|' /C calc'!A0`, `+1+1`, `-2+3`, `@SUM(1)`, "\t=1", `'=1`, `''=1`, `'plain`, `"quoted"`, `a,b;c`, `a;=1+1`, "two\nlines",
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "\x1b[31mred", "\xff\xfe not UTF-8", "＝1", "right\u202eleft", `{"resource":"x"}`,
}

// failedRow is a row of a resource that is not done.
func failedRow(resource string) row {
	return describe("cn-hangzhou", resource, &untag.APIError{Code: resource, Message: resource, RequestID: resource, Kind: untag.ErrNotFound})
}

var aboutTest = origin{Service: untag.ServiceECS, ResourceType: "instance", Keys: "a,b", Account: "42", Endpoint: "by region", Mode: modeLive}

func TestReportsCanBeFedBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{".csv", ".jsonl"} {
		path := filepath.Join(t.TempDir(), "report"+kind)
		reports, err := openReports([]string{path}, false, aboutTest, english)
		require.NoError(t, err)
		for _, name := range hostile {
			require.NoError(t, reports.add(failedRow(name)))
			fine := failedRow("done " + name)
			fine.outcome = untag.OutcomeDone
			require.NoError(t, reports.add(fine))
		}
		require.FileExists(t, path+partial)
		require.NoError(t, reports.finish(newTally(), meta{job: &job{service: serviceByFlag("ecs"), input: &source{}}, complete: true}))
		require.NoFileExists(t, path+partial)
		for _, retry := range []bool{true, false} { // a report is recognised without -retry too
			got, err := readAll(t, &source{path: path, mustRetry: retry, about: &aboutTest})
			require.NoError(t, err)
			assert.Equal(t, hostile, got, kind)
		}
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	for _, name := range hostile {
		require.NoError(t, csvReport{}.row(w, failedRow(name)))
	}
	require.NoError(t, w.Flush())
	// Wherever a cell begins, for a spreadsheet that expects commas, semicolons or tabs, there is no formula.
	assert.NotRegexp(t, regexp.MustCompile(`(?m)^"?[=+\-@\t＝]|",?"[=+\-@\t＝]`), b.String())
	for _, name := range hostile {
		assert.Equal(t, name, unguard(guard(name)))
	}
}

func TestIncompleteReportKeepsItsName(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.csv")
	reports, err := openReports([]string{path}, false, aboutTest, english)
	require.NoError(t, err)
	require.ErrorContains(t, reports.finish(newTally(), meta{}), "does not name every resource")
	assert.NoFileExists(t, path)
	assert.FileExists(t, path+partial)
	assert.Empty(t, reports.readable())
}

func TestReportThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	good, bad := filepath.Join(t.TempDir(), "r.csv"), filepath.Join(t.TempDir(), "no", "r.csv")
	_, err := openReports([]string{good, bad}, false, aboutTest, english)
	require.Error(t, err)
	assert.NoFileExists(t, good+partial, "all reports are begun, or none")

	reports, err := openReports([]string{good}, false, aboutTest, english)
	require.NoError(t, err)
	require.NoError(t, reports.files[0].file.Close())
	big := failedRow(strings.Repeat("x", 100_000))
	require.ErrorContains(t, reports.add(big), good)
	require.NoError(t, reports.add(big), "it is said once")
	require.ErrorContains(t, reports.finish(newTally(), meta{job: &job{service: serviceByFlag("ecs"), input: &source{}}, complete: true}), good)
	assert.NoFileExists(t, good)
}

func TestLeftoverReportIsNotOverwritten(t *testing.T) {
	t.Parallel()
	path := file(t, "r.csv"+partial, "precious")
	path = strings.TrimSuffix(path, partial)
	r := start(t, "i-1", nil, "run", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "a", "-report", path)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, r.stderr, "a run that crashed has left it")
	content, err := os.ReadFile(path + partial)
	require.NoError(t, err)
	assert.Equal(t, "precious", string(content))
}
