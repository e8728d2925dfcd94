package journal_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/journal"
)

const (
	lineA = `{"time":"2026-11-21T08:00:00.123Z","resource":"i-a","done":true}` + "\n"
	lineB = `{"time":"2026-11-21T08:00:01.000Z","resource":"i-b","code":"Throttled","message":"too many calls"}` + "\n"
	lineC = `{"time":"2026-11-21T08:00:02.000Z","resource":"i-c","done":true}` + "\n"
)

func TestOpenCreates(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	require.NoError(t, j.Err())
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, fs.FileMode(0o600), info.Mode())
	}
	require.NoError(t, j.Close())
	assert.Equal(t, `{"journal":"untag","version":2,"service":"tag","action":"UntagResources","account":"1234567890123456",`+
		`"region":"","resourceType":"","tagKeys":["env","team"],"all":false,"sum":"0695d142"}`+"\n", read(t, path))
}

func TestOpenNeedsDirectory(t *testing.T) {
	t.Parallel()
	_, err := journal.Open(filepath.Join(t.TempDir(), "no", "such", "run.jsonl"), testPlan)
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "create its directory first")
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	_, err := journal.Open(t.TempDir(), testPlan)
	require.Error(t, err)
	_, err = journal.Open(os.DevNull, testPlan)
	require.ErrorContains(t, err, "not a regular file")
}

func TestOpenFreshFile(t *testing.T) {
	t.Parallel()
	header := headerOf(t)
	for name, content := range map[string]string{
		"empty":               "",
		"one byte":            header[:1],
		"half a header":       header[:len(header)/2],
		"header without end":  header[:len(header)-1],
		"header without more": header,
		"half of 0.1.0's":     plainHeader[:len(plainHeader)/2],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			write(t, path, content)
			j := open(t, path)
			assert.Empty(t, entries(t, j))
			record(t, j, pair{"i-a", nil})
			require.NoError(t, j.Close())
			after := read(t, path)
			assert.True(t, strings.HasPrefix(after, header))
			assert.Equal(t, 2, strings.Count(after, "\n"))
		})
	}
}

func TestOpenCutsTornLine(t *testing.T) {
	t.Parallel()
	header := plainHeader
	good := header + lineA + lineB
	for name, tail := range map[string]string{
		"first byte":                        "{",
		"inside a word":                     lineC[:30],
		"only the line break is missing":    strings.TrimSuffix(lineC, "\n"),
		"garbage without line break":        "\xff\xfe garbage",
		"zeros":                             "\x00\x00\x00\x00",
		"first block lost":                  strings.Repeat("\x00", 30) + lineC[30:],
		"first part of an object, and line": lineC[:40] + "\n",
		"longer than a buffer":              `{"time":"` + strings.Repeat("9", 200_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			write(t, path, good+tail)
			j := open(t, path)
			assert.Equal(t, good, read(t, path))
			require.Len(t, entries(t, j), 2)
			record(t, j, pair{"i-d", nil})
			require.NoError(t, j.Close())
			assert.Len(t, entries(t, open(t, path)), 3)
		})
	}
}

func TestOpenRefusesBadLines(t *testing.T) {
	t.Parallel()
	header := plainHeader
	for name, test := range map[string]struct {
		content string
		line    int
		reason  string
	}{
		"another file":              {"name,price\napple,1\n", 1, "not a journal"},
		"another file, one line":    {"remember the milk", 1, "not a journal"},
		"another file, one byte":    {"x", 1, "not a journal"},
		"another JSON file":         {"{}\n", 1, "not a journal"},
		"binary":                    {"\x7fELF" + strings.Repeat("\x00", 4096), 1, "not a journal"},
		"blank first line":          {"\n" + header, 1, "not a journal"},
		"header is bad":             {`{"journal":"untag","version":one}` + "\n", 1, "not valid JSON"},
		"header of another version": {strings.Replace(header, `"version":1`, `"version":3`, 1), 1, "version 3"},
		"torn header of another":    {`{"journal":"untag","version":1,"service":"ecs`, 1, "incomplete"},
		"in the middle":             {header + lineA + "garbage\n" + lineB, 3, "not valid JSON"},
		"torn in the middle":        {header + lineA[:20] + "\n" + lineB, 2, "not valid JSON"},
		"two lines in one":          {header + lineA[:20] + lineB + lineC, 2, "not valid JSON"},
		"last, and not torn":        {header + lineA + lineB + "garbage\n", 4, "not valid JSON"},
		"blank":                     {header + lineA + "\n" + lineB, 3, "not valid JSON"},
		"blank last":                {header + lineA + "\n", 3, "not valid JSON"},
		"a line twice as header":    {header + header, 2, "no resource"},
		"neither done nor failed":   {header + `{"time":"2026-11-21T08:00:00Z","resource":"i-a"}` + "\n" + lineA, 2, "neither done nor failed"},
		"done and failed":           {header + `{"time":"2026-11-21T08:00:00Z","resource":"i-a","done":true,"code":"X"}` + "\n" + lineA, 2, "or both"},
		"no resource":               {header + lineA + `{"time":"2026-11-21T08:00:00Z","resource":"","done":true}` + "\n" + lineA, 3, "no resource"},
		"two resources":             {header + `{"time":"2026-11-21T08:00:00Z","resource":"i-a","bytes":"/w==","done":true}` + "\n", 2, "two resources"},
		"no time":                   {header + `{"resource":"i-a","done":true}` + "\n" + lineA, 2, "no time"},
		"bad time":                  {header + strings.Replace(lineA, "11-21", "13-21", 1), 2, "not valid JSON"},
		"bad escape":                {header + strings.Replace(lineA, "i-a", `i-\a`, 1), 2, "not valid JSON"},
		"far down":                  {header + strings.Repeat(lineA, 5000) + "[]\n" + lineB, 5002, "not valid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			write(t, path, test.content)
			_, err := journal.Open(path, testPlan)
			var corrupt *journal.CorruptError
			require.ErrorAs(t, err, &corrupt)
			assert.Equal(t, test.line, corrupt.Line)
			assert.Equal(t, path, corrupt.Path)
			require.ErrorContains(t, corrupt.Unwrap(), test.reason)
			require.ErrorContains(t, err, "nothing was changed: ")
			assert.NotContains(t, err.Error(), "\n")
			assert.Equal(t, test.content, read(t, path))
		})
	}
}

func TestOpenReadsWhatPeopleEdit(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	write(t, path, plainHeader+
		`{ "resource": "i-a", "done": true, "time": "2026-11-21T16:00:00+08:00", "note": "added by hand" }`+"\r\n"+
		strings.Replace(lineC, "i-c", `i-\u0063`, 1))
	j := open(t, path)
	list := entries(t, j)
	require.Len(t, list, 2)
	assert.Equal(t, "2026-11-21T08:00:00Z", list[0].Time.Format("2006-01-02T15:04:05Z07:00"))
	assert.Equal(t, "i-c", list[1].Resource)
	assert.Empty(t, pending(j, "i-a", "i-c"))
}

func TestOpenRefusesAnotherPlan(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	record(t, j, pair{"i-a", nil})
	require.NoError(t, j.Close())
	before := read(t, path)
	for field, edit := range map[string]func(*journal.Plan){
		"Service":      func(p *journal.Plan) { p.Service = "ecs" },
		"Action":       func(p *journal.Plan) { p.Action = "TagResources" },
		"Account":      func(p *journal.Plan) { p.Account = "6543210987654321" },
		"Region":       func(p *journal.Plan) { p.Region = "cn-beijing" },
		"ResourceType": func(p *journal.Plan) { p.ResourceType = "instance" },
		"TagKeys":      func(p *journal.Plan) { p.TagKeys = []string{"Team", "env"} },
		"All":          func(p *journal.Plan) { p.All = true },
	} {
		t.Run(field, func(t *testing.T) {
			plan := testPlan
			edit(&plan)
			_, err := journal.Open(path, plan)
			var planErr *journal.PlanError
			require.ErrorAs(t, err, &planErr)
			assert.Equal(t, []string{field}, planErr.Fields)
			assert.Equal(t, testPlan, planErr.Recorded)
			assert.Equal(t, plan, planErr.Wanted)
			require.ErrorContains(t, err, field+" is ")
			assert.NotContains(t, err.Error(), "\n")
			assert.Equal(t, before, read(t, path))
		})
	}
	t.Run("two fields", func(t *testing.T) {
		_, err := journal.Open(path, journal.Plan{Service: "tag", Action: "UntagResources", TagKeys: []string{"a\nb"}})
		assert.EqualError(t, err, "journal "+path+`: belongs to another plan: Account is "1234567890123456" there and "" now, `+
			`TagKeys is ["env" "team"] there and ["a\nb"] now, so its outcomes say nothing about this run; `+
			`resume it with its own plan, or choose another path`)
	})
}

func TestTagKeysAreASet(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	keys := []string{"b", "a", "b", "\xff", "Ж"}
	plan := journal.Plan{Service: "tag\xff", TagKeys: keys}
	j, err := journal.Open(path, plan)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	assert.Equal(t, []string{"b", "a", "b", "\xff", "Ж"}, keys, "the caller's slice is left alone")
	plan.TagKeys = []string{"a", "Ж", "\xff", "b"}
	j, err = journal.Open(path, plan)
	require.NoError(t, err)
	require.NoError(t, j.Close())
}

func TestOneWriter(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	_, err := journal.Open(path, testPlan)
	require.ErrorIs(t, err, journal.ErrLocked)
	require.ErrorContains(t, err, path+": in use by another run: wait for the run that writes it")
	record(t, j, pair{"i-a", nil})
	require.NoError(t, j.Close())
	j = open(t, path)
	record(t, j, pair{"i-b", nil})
	assert.Len(t, entries(t, j), 2)
}

func TestOneWriterAcrossProcesses(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	cmd, _ := startChild(t, "hold", path, func(cmd *exec.Cmd) {
		_, err := cmd.StdinPipe() // never written to
		require.NoError(t, err)
	})
	_, err := journal.Open(path, testPlan)
	require.ErrorIs(t, err, journal.ErrLocked)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	open(t, path) // the lock has gone with its holder
}

func TestFailedOpenLetsGo(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	require.NoError(t, open(t, path).Close())
	_, err := journal.Open(path, journal.Plan{})
	require.Error(t, err)
	open(t, path)
}

func TestClose(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	record(t, j, pair{"i-a", nil})
	require.NoError(t, j.Close())
	require.NoError(t, j.Close())
	require.NoError(t, j.Err())
	assert.Equal(t, []string{"i-b"}, pending(j, "i-a", "i-b"))
	assert.Len(t, entries(t, j), 1)

	got := collect(j.Record(func(func(string, error) bool) { t.Error("a closed journal has started a run") }))
	require.Len(t, got, 1)
	assert.Empty(t, got[0].resource)
	require.ErrorIs(t, got[0].err, fs.ErrClosed)
}

func TestCloseInsideTheLoop(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	var got []string
	var last error
	for resource, err := range j.Record(run(pair{"i-a", nil}, pair{"i-b", nil})) {
		got, last = append(got, resource), err
		require.NoError(t, j.Close())
	}
	assert.Equal(t, []string{"i-a", ""}, got)
	require.ErrorIs(t, last, fs.ErrClosed)
	require.NoError(t, j.Err(), "closing is no error")
}

func TestCloseFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	for name, fault := range map[string]fault{
		"sync":  {sync: func() error { return broken }},
		"close": {close: func() error { return broken }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			j.WrapFile(fault.wrap)
			record(t, j, pair{"i-a", nil})
			require.ErrorIs(t, j.Close(), broken)
			require.ErrorIs(t, j.Err(), broken)
			require.ErrorIs(t, j.Close(), broken)
			require.ErrorContains(t, j.Err(), path)
		})
	}
}
