package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

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
	j := &job{service: serviceByFlag("ecs"), region: "cn-hangzhou"}
	return j.describe(resource, &untag.APIError{Code: resource, Message: resource, RequestID: resource, Kind: untag.ErrNotFound})
}

func TestReportsCanBeFedBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{".csv", ".jsonl"} {
		path := filepath.Join(t.TempDir(), "report"+kind)
		reports, err := openReports([]string{path}, false)
		require.NoError(t, err)
		for _, name := range hostile {
			require.NoError(t, reports.add(failedRow(name)))
			fine := failedRow("done " + name)
			fine.outcome = done
			require.NoError(t, reports.add(fine))
		}
		require.FileExists(t, path+partial)
		require.NoError(t, reports.finish(newTally(), meta{complete: true}))
		require.NoFileExists(t, path+partial)
		for _, retry := range []bool{true, false} { // a report is recognised without -retry too
			got, err := readAll(t, &source{path: path, mustRetry: retry})
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
	reports, err := openReports([]string{path}, false)
	require.NoError(t, err)
	require.ErrorContains(t, reports.finish(newTally(), meta{}), "does not name every resource")
	assert.NoFileExists(t, path)
	assert.FileExists(t, path+partial)
	assert.Empty(t, reports.readable())
}

func TestReportThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	good, bad := filepath.Join(t.TempDir(), "r.csv"), filepath.Join(t.TempDir(), "no", "r.csv")
	_, err := openReports([]string{good, bad}, false)
	require.Error(t, err)
	assert.NoFileExists(t, good+partial, "all reports are begun, or none")

	reports, err := openReports([]string{good}, false)
	require.NoError(t, err)
	require.NoError(t, reports.files[0].file.Close())
	big := failedRow(strings.Repeat("x", 100_000))
	require.ErrorContains(t, reports.add(big), good)
	require.NoError(t, reports.add(big), "it is said once")
	require.ErrorContains(t, reports.finish(newTally(), meta{complete: true}), good)
	assert.NoFileExists(t, good)
}

func readAll(t *testing.T, s *source) ([]string, error) {
	t.Helper()
	require.NoError(t, s.start(t.Context()))
	defer s.close()
	var all []string
	for i := range s.until(t.Context().Done()) {
		all = append(all, i.resource)
	}
	return all, s.failure()
}

func TestSource(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		content, name, column string
		retry                 bool
		want                  []string
		err                   string
	}{
		"lines":              {content: "\xef\xbb\xbfa\r\n\r\n# no\n  b\t\n=c", want: []string{"a", "b", "=c"}},
		"empty":              {},
		"only a comment":     {content: "# a"},
		"long line":          {content: "a\n" + strings.Repeat("x", maxLine+1), want: []string{"a"}, err: "line 2 is longer than 64 KiB"},
		"UTF-16":             {content: "\xff\xfea\x00", err: "save it as UTF-8"},
		"journal":            {content: `{"journal":"untag","version":1}`, err: "give it with -journal"},
		"column":             {content: "\xef\xbb\xbfid,name\r\n a ,x\r\nb\r\n,y\r\n\"c\n\",z\r\n", column: "ID", want: []string{"a", "b", "c"}},
		"semicolons":         {content: "name;id\nx;a\n", column: "id", want: []string{"a"}},
		"tabs":               {content: "name\tid\nx\ta\n", column: "id", want: []string{"a"}},
		"no such column":     {content: "id,name\na,x\n", column: "arn", err: `has no column "arn"; there are ["id" "name"]`},
		"CSV without column": {content: "id,name\na,x\n", name: "x.csv", err: "say one with -column"},
		"one column":         {content: "i-1\ni-2\n", name: "x.csv", err: "the one column"},
		"bad CSV":            {content: "id\na\n\"b\"c\n", column: "id", want: []string{"a"}, err: "the rows from here on were not read"},
		"retry of a list":    {content: "a\n", retry: true, err: "is no .csv or .jsonl report"},
		"torn report":        {content: strings.Join(csvColumns, ",") + "\na,refused", want: nil, err: "line 2 has 2 cells instead of 9"},
		"torn JSON":          {content: `{"resource":"a","outcome":"refused"}` + "\n" + `{"resource":"b","out`, want: []string{"a"}, err: "row 2"},
		"JSON, no outcome":   {content: `{"resource":"a"}`, err: "row 1 has no outcome"},
		"saved by a spreadsheet": {
			content: strings.Join(csvColumns, ";") + "\r\n'=a;refused;;;;;;;\r\nb;done;;;;;;;\r\n", retry: true, want: []string{"=a"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.name == "" {
				test.name = "list.txt"
			}
			got, err := readAll(t, &source{path: file(t, test.name, test.content), column: test.column, mustRetry: test.retry})
			assert.Equal(t, test.want, got)
			if test.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.err)
			}
		})
	}
}

func TestSourceThatBlocks(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	_, err = w.WriteString("a\n")
	require.NoError(t, err)
	s := &source{stdin: r}
	require.NoError(t, s.start(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for i := range s.until(ctx.Done()) {
		assert.Equal(t, "a", i.resource)
		cancel() // the next line never comes
	}
	require.NoError(t, s.failure())
	assert.False(t, s.finished)
	s.close()
}

func TestPage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.html")
	reports, err := openReports([]string{path}, false)
	require.NoError(t, err)
	reports.files[0].format.(*htmlReport).most = 100
	tally := newTally()
	list := append([]string{}, hostile...)
	for range 100 {
		list = append(list, "i-many")
	}
	for _, name := range list {
		r := failedRow(name)
		r.keysRemoved = []string{"<b>key"}
		tally.add(r)
		require.NoError(t, reports.add(r))
	}
	tally.finish()
	j := &job{service: serviceByFlag("ecs"), keys: []string{"<i>"}, input: &source{path: "<u>.txt"}, account: "42"}
	require.NoError(t, reports.finish(tally, meta{jobs: []*job{j}, list: "some/where/all.csv", problem: "The run was interrupted"}))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	page := string(content)
	for _, bad := range []string{"<script", "<img", "<b>key", "<i>", "<u>.txt", "\x1b", "\u202e", "http://", "https://", "//cdn", "@import", "url("} {
		assert.NotContains(t, page, bad)
	}
	assert.NotRegexp(t, regexp.MustCompile(`(?i)\s(src|href)\s*=`), strings.ReplaceAll(page, "&lt;img src=x", ""))
	for _, good := range []string{
		"&lt;script&gt;alert", "The run was interrupted", "Not every resource of the input is counted here", "Content-Security-Policy", `<th scope="col"`, "<title id=", "<desc id=", "prefers-color-scheme", "@media print",
		"The first 100 of 119. All of them are in all.csv", "Removed before that: &lt;b&gt;key",
	} {
		assert.Contains(t, page, good)
	}
	assert.Equal(t, 100, strings.Count(page, `data-label="Request ID"`))
}

func TestPlan(t *testing.T) {
	t.Parallel()
	list := append(arns(120), "i-1", "arn:acs:oss:*:*:bucket/b", "arn:acs:rds:cn-beijing:42:dbinstance/r", "arn:acs:ecs:-:42:instance/i-1", "", "arn:acs:ecs:cn-hangzhou:42:instance/*")
	r := start(t, strings.Join(list, "\n"), nil, "-plan", "-service", "tag", "-keys", "1,2,3,4,5,6,7,8,9,10,11")
	assert.Equal(t, exitFailed, r.code, "invalid lines are worth a look")
	for _, want := range []string{
		"cn-beijing   ecs             40", "cn-beijing   rds              1", "all                3      6", "11 keys go in 2 groups",
		"no published quota", "4 invalid lines", "line 121: i-1: does not start with arn:acs:", "line 122: arn:acs:oss:*:*:bucket/b: names no region", "line 126:",
	} {
		assert.Contains(t, r.stdout, want)
	}
	r = start(t, strings.Repeat("ipam-1\n", 2001), nil, "-plan", "-service", "vpc", "-region", "cn-hangzhou", "-resource-type", "IPAM", "-all")
	assert.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, r.stdout, "VPC IPAM      2,001")
	assert.Contains(t, r.stdout, "at least 21s, at 4.75 calls a second and region (95 % of the published quota of 5)")
	r = start(t, strings.Repeat("ipam-1\n", 2001), nil, "-plan", "-rate", "1", "-service", "vpc", "-region", "cn-hangzhou", "-resource-type", "IPAM", "-all")
	assert.Contains(t, r.stdout, "at least 1m41s, at 1 calls a second and region (-rate)")
	r = start(t, strings.Repeat("i\n", 25), nil, "-plan", "-service", "tag", "-keys", "a")
	assert.Contains(t, r.stdout, "and 5 more")
	long := strings.Repeat("x", 1000)
	r = start(t, strings.Repeat(long+"\n", 70), nil, "-plan", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "image", "-keys", "a")
	assert.Contains(t, r.stdout, "all               10     10", "long names make small calls")
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	tag := []string{"-service", "tag"}
	ecs := []string{"-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance"}
	tests := map[string]struct {
		args []string
		want string
	}{
		"unknown flag":        {[]string{"-x"}, "not defined"},
		"service":             {[]string{"-service", "oss"}, `-service "oss" is none`},
		"file alone":          {[]string{"list.txt"}, "say whose resources list.txt lists"},
		"live demo":           {[]string{"-live", "-yes"}, "-live without -service"},
		"no keys":             {tag, "-keys is missing"},
		"empty keys":          {append(tag, "-keys", ""), "names no key"},
		"empty key":           {append(tag, "-keys", "a,,b"), "an empty key"},
		"space":               {append(tag, "-keys", "a, b"), `the key " b" begins or ends with a space`},
		"quotes":              {append(tag, "-keys", `a"b`), "quote a key"},
		"tag all":             {append(tag, "-all"), "cannot remove all tags"},
		"tag type":            {append(tag, "-keys", "a", "-resource-type", "instance"), "leave it out"},
		"all and keys":        {append(ecs, "-keys", "a", "-all"), "choose one"},
		"region and type":     {[]string{"-service", "vpc", "-keys", "a"}, "-region is missing"},
		"yes":                 {append(ecs, "-keys", "a", "-yes"), "-yes without -live"},
		"account":             {append(ecs, "-keys", "a", "-live", "-journal", "j"), "-account is missing"},
		"endpoint":            {append(ecs, "-keys", "a", "-endpoint", "x"), "-endpoint without -live"},
		"two files":           {append(ecs, "-keys", "a", "x", "-unordered", "y"), "2 files"},
		"retry and file":      {append(ecs, "-keys", "a", "-retry", "r.csv", "x"), "leave the file out"},
		"report":              {append(ecs, "-keys", "a", "-report", "r.pdf"), "must end in"},
		"report twice":        {append(ecs, "-keys", "a", "-report", "r.csv", "-report", "r.csv"), "given twice"},
		"report and journal":  {append(ecs, "-keys", "a", "-report", "r.csv", "-journal", "r.csv"), "different kinds"},
		"journal and list":    {append(ecs, "-keys", "a", "-journal", "x", "x"), "a file of its own"},
		"concurrency":         {append(ecs, "-keys", "a", "-concurrency", "5000"), "-concurrency 5000"},
		"rate":                {append(ecs, "-keys", "a", "-rate", "NaN"), "-rate NaN"},
		"resources":           {[]string{"-resources", "1"}, "-resources 1"},
		"resources of no use": {append(ecs, "-keys", "a", "-resources", "100"), "the size of the demo"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, "", nil, test.args...)
			assert.Equal(t, exitUsage, r.code)
			assert.Contains(t, r.stderr, test.want)
			assert.Empty(t, r.stdout)
		})
	}
}

func TestMistakesThatTheSDKFinds(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"repeats":         {"-service", "tag", "-keys", "a,a"},
		"Region":          {"-service", "ecs", "-region", "evil.example/", "-resource-type", "instance", "-keys", "a"},
		"reserved prefix": {"-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "acs:a"},
		"no such file":    {"-service", "tag", "-keys", "a", "/no/such/list"},
	} {
		r := start(t, "i-1", nil, args...)
		assert.Equal(t, exitFailed, r.code, r.stdout)
		assert.Contains(t, r.stderr, want)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	o, err := parseOptions([]string{"-service", "tag", "-keys", `"a,b",c`, "list", "-keys", "d"})
	require.NoError(t, err)
	assert.Equal(t, []string{"a,b", "c", "d"}, o.keys)
	assert.Equal(t, "list", o.input)
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	j := &job{service: serviceByFlag("tag"), region: "cn-hangzhou"}
	arn := "arn:acs:ecs:*:1:instance/i"
	denied := &untag.APIError{Code: "NoPermission.Operator", Message: "no", RequestID: "r", Kind: untag.ErrPermissionDenied}
	tests := map[string]struct {
		err     error
		outcome outcome
		code    string
	}{
		"done":                  {nil, done, ""},
		"refused":               {denied, refused, "NoPermission.Operator"},
		"no code":               {&untag.APIError{Kind: untag.ErrPermissionDenied}, refused, codeNone},
		"unknown":               {&untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: errors.New("reset")}, unknown, codeUnknown},
		"ended by another's":    {&untag.CallError{Outcome: untag.ErrNotAttempted, Err: denied}, notAttempted, codeNotAttempted},
		"malformed":             {&untag.CallError{Outcome: untag.ErrNotAttempted, Err: &untag.ValidationError{}}, invalid, codeInvalid},
		"after some keys":       {&untag.KeysRemovedError{Keys: []string{"a"}, Err: denied}, refused, "NoPermission.Operator"},
		"the run did not reach": {errNotReached, notAttempted, codeNotAttempted},
	}
	for name, test := range tests {
		r := j.describe(arn, test.err)
		assert.Equal(t, test.outcome, r.outcome, name)
		assert.Equal(t, test.code, r.code, name)
		assert.Equal(t, "cn-hangzhou", r.region, name)
	}
}

func TestTallyIsBounded(t *testing.T) {
	t.Parallel()
	tally := newTally()
	began := time.Now()
	for i := range 5000 {
		tally.add(row{region: strings.Repeat("r", i%1000), code: strings.Repeat("c", i%1000), outcome: refused, time: began.Add(time.Duration(i) * time.Second)})
	}
	assert.LessOrEqual(t, len(tally.regions), maxNames+1)
	assert.LessOrEqual(t, len(tally.codes), maxNames+1)
	assert.LessOrEqual(t, len(tally.times.buckets), maxBuckets)
	sum := 0
	for _, b := range tally.times.buckets {
		sum += b.failed
	}
	assert.Equal(t, 5000, sum, "merging loses nothing")
	assert.Equal(t, 5000, tally.all[refused])
}

func TestProgressLines(t *testing.T) {
	t.Parallel()
	s := state{all: 470_000, done: 460_000, failed: 10_000, total: 1_000_000, elapsed: 90 * time.Second, rate: 5000}
	assert.Equal(t, "███████░░░░░░░░░  47%  460,000 done  10,000 failed  5,000/s  ETA 1m46s", s.bar())
	assert.Equal(t, "1m30s: 470,000 of 1,000,000 (47%), 460,000 done, 10,000 failed, 5,000/s, about 1m46s left", s.line())
	assert.Contains(t, s.paint(s.bar()), "\x1b[31m10,000 failed\x1b[0m")
	s.not = 530_000
	assert.Equal(t, "1m30s: 470,000 of 1,000,000 (47%), 460,000 done, 10,000 failed, 530,000 not attempted, 5,000/s", s.line(), "it has ended")
	s.not = 0
	s.total = 0
	assert.NotContains(t, s.bar()+s.line(), "%")
	s.rate, s.total = 0, 1_000_000
	assert.Contains(t, s.bar(), "ETA ?")
	s = state{all: 1 << 50, done: 1 << 50, failed: 1 << 50, total: 1 << 50, rate: 1e15}
	assert.LessOrEqual(t, len([]rune(s.bar())), lineWidth)
}

func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	tally := newTally()
	p := newProgress(&b, tally, []*job{{total: 10}})
	assert.False(t, p.terminal)
	p.terminal = true
	p.start()
	p.show(time.Now())
	p.say("hello")
	tally.add(row{})
	p.stop()
	assert.Regexp(t, `(?s)^\r.* 0%  0 done.*\rhello +\n.*\r█.* 10%  1 done`, b.String())
	assert.True(t, strings.HasSuffix(b.String(), "\n"))
}
