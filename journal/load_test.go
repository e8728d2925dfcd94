package journal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/journal"
)

// A journal of testPlan as SDK 0.1.0 wrote it.
const (
	plainHeader = `{"journal":"untag","version":1,"service":"tag","action":"UntagResources","account":"1234567890123456",` +
		`"region":"","resourceType":"","tagKeys":["env","team"],"all":false}` + "\n"
	lineA = `{"time":"2026-11-21T08:00:00.123Z","resource":"i-a","done":true}` + "\n"
	lineB = `{"time":"2026-11-21T08:00:01.000Z","resource":"i-b","code":"Throttled","message":"too many calls"}` + "\n"
	lineC = `{"time":"2026-11-21T08:00:02.000Z","resource":"i-c","done":true}` + "\n"
)

func TestOpenFreshFile(t *testing.T) {
	t.Parallel()
	header := headerOf(t)
	for name, content := range map[string]string{
		"empty":                       "",
		"one byte":                    header[:1],
		"half a header":               header[:len(header)/2],
		"header without end":          header[:len(header)-1],
		"header without more":         header,
		"half a header of 0.1.0":      plainHeader[:len(plainHeader)/2],
		"header of 0.1.0 without end": plainHeader[:len(plainHeader)-1],
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

// TestOpenCutsTornLine and the next two are about journals of 0.1.0, whose lines are only as good as they look.
func TestOpenCutsTornLine(t *testing.T) {
	t.Parallel()
	good := plainHeader + lineA + lineB
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
		"blank first line":          {"\n" + plainHeader, 1, "not a journal"},
		"header is bad":             {`{"journal":"untag","version":one}` + "\n", 1, "not valid JSON"},
		"header of another version": {strings.Replace(plainHeader, `"version":1`, `"version":3`, 1), 1, "version 3"},
		"torn header of another":    {`{"journal":"untag","version":1,"service":"ecs`, 1, "incomplete"},
		"in the middle":             {plainHeader + lineA + "garbage\n" + lineB, 3, "not valid JSON"},
		"torn in the middle":        {plainHeader + lineA[:20] + "\n" + lineB, 2, "not valid JSON"},
		"two lines in one":          {plainHeader + lineA[:20] + lineB + lineC, 2, "not valid JSON"},
		"last, and not torn":        {plainHeader + lineA + lineB + "garbage\n", 4, "not valid JSON"},
		"blank":                     {plainHeader + lineA + "\n" + lineB, 3, "not valid JSON"},
		"a bit of the last":         {plainHeader + lineA + strings.Replace(lineB, "i-b", "i\x00b", 1), 3, "not valid JSON"},
		"blank last":                {plainHeader + lineA + "\n", 3, "not valid JSON"},
		"a line twice as header":    {plainHeader + plainHeader, 2, "no resource"},
		"neither done nor failed":   {plainHeader + `{"time":"2026-11-21T08:00:00Z","resource":"i-a"}` + "\n" + lineA, 2, "neither done nor failed"},
		"done and failed":           {plainHeader + `{"time":"2026-11-21T08:00:00Z","resource":"i-a","done":true,"code":"X"}` + "\n" + lineA, 2, "or both"},
		"no resource":               {plainHeader + lineA + `{"time":"2026-11-21T08:00:00Z","resource":"","done":true}` + "\n" + lineA, 3, "no resource"},
		"two resources":             {plainHeader + `{"time":"2026-11-21T08:00:00Z","resource":"i-a","bytes":"/w==","done":true}` + "\n", 2, "two resources"},
		"no time":                   {plainHeader + `{"resource":"i-a","done":true}` + "\n" + lineA, 2, "no time"},
		"bad time":                  {plainHeader + strings.Replace(lineA, "11-21", "13-21", 1), 2, "not valid JSON"},
		"bad escape":                {plainHeader + strings.Replace(lineA, "i-a", `i-\a`, 1), 2, "not valid JSON"},
		"far down":                  {plainHeader + strings.Repeat(lineA, 5000) + "[]\n" + lineB, 5002, "not valid JSON"},
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
