package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.html")
	reports, err := openReports([]string{path}, false, aboutTest, english)
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
	j := &job{service: serviceByFlag("ecs"), keys: []string{"<i>"}, input: &source{path: "<u>.txt"}}
	require.NoError(t, reports.finish(tally, meta{job: j, about: aboutTest, list: "some/where/all.csv", problem: msg("The run was interrupted before its end.")}))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	page := string(content)
	for _, bad := range []string{"<script", "<img", "<b>key", "<i>", "<u>.txt", "\x1b", "\u202e", "http://", "https://", "//cdn", "@import", "url("} {
		assert.NotContains(t, page, bad)
	}
	assert.NotRegexp(t, regexp.MustCompile(`(?i)\s(src|href)\s*=`), strings.ReplaceAll(page, "&lt;img src=x", ""))
	for _, good := range []string{
		"&lt;script&gt;alert", "The run was interrupted before its end", "Account", "42", "by region", "the key &lt;i&gt;", "&lt;u&gt;.txt", pageMark, "Not every resource of the input is counted here", "Content-Security-Policy", `<th scope="col"`, "<title id=", "<desc id=", "prefers-color-scheme", "@media print",
		"The first 100 of 119; all of them are in all.csv", "Removed before that: &lt;b&gt;key",
	} {
		assert.True(t, strings.Contains(page, good), good)
	}
	assert.Equal(t, 100, strings.Count(page, `data-label="Request ID"`))
}
