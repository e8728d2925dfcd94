package migration_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// block is a block of Go in a page, with the comment before it that names its region.
var block = regexp.MustCompile("(?ms)^(?:<!-- docs: ([a-z0-9-]+) -->\n)?```go\n(.*?)^```$")

// TestPages compares the blocks of Go in the pages with the regions of this package.
func TestPages(t *testing.T) {
	t.Parallel()
	regions := readRegions(t)
	pages, err := filepath.Glob("../../../docs/from-*.md")
	require.NoError(t, err)
	require.Len(t, pages, 2)
	used := map[string]bool{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		fixed := block.ReplaceAllStringFunc(string(text), func(b string) string {
			m := block.FindStringSubmatch(b)
			name, code := m[1], m[2]
			region, ok := regions[name]
			if !assert.True(t, ok, "%s: a block has no region %q:\n%s", page, name, code) {
				return b
			}
			used[name] = true
			if !*update {
				assert.Equal(t, region, code, "%s: block %s; go test ./migration -run TestPages -update mends it", page, name)
			}
			return "<!-- docs: " + name + " -->\n```go\n" + region + "```"
		})
		assert.Equal(t, strings.Count(string(text), "\n```go"), len(block.FindAllString(string(text), -1)), "%s: a block that does not end", page)
		if *update && fixed != string(text) {
			require.NoError(t, os.WriteFile(page, []byte(fixed), 0o644))
		}
	}
	for name := range regions {
		assert.True(t, used[name], "no page shows the region %s", name)
	}
}

// readRegions returns the text of every region of this package, as far to the left as it goes.
func readRegions(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	regions := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		name, lines := "", []string(nil)
		for i, line := range strings.Split(string(text), "\n") {
			where := fmt.Sprintf("%s:%d", file, i+1)
			comment := strings.TrimSpace(line)
			switch start, ok := strings.CutPrefix(comment, "// docs:start "); {
			case ok:
				require.Empty(t, name, "%s: a region inside %s", where, name)
				require.NotContains(t, regions, start, where)
				name, lines = start, nil
			case comment == "// docs:end":
				require.NotEmpty(t, name, where)
				regions[name] = outdent(lines)
				name = ""
			case name != "":
				lines = append(lines, lint.ReplaceAllString(line, ""))
			}
		}
		require.Empty(t, name, file)
	}
	return regions
}

// lint is a word to the linter, which the pages do without.
var lint = regexp.MustCompile(` //nolint:.*`)

// outdent takes away the tabs that all lines begin with, and empty lines at both ends.
func outdent(lines []string) string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for !slices.ContainsFunc(lines, func(line string) bool { return line != "" && line[0] != '\t' }) {
		for i, line := range lines {
			lines[i] = strings.TrimPrefix(line, "\t")
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
