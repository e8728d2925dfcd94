package untag_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	inline    = regexp.MustCompile("`[^`\n]*`")
	anchor    = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	link      = regexp.MustCompile(`(?:\]\(|\bhref="|\bsrc="|(?m)^\[[^\]]+\]: +)<?([^)>"\s]+)`)
	linkText  = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
	elsewhere = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
)

// TestLinksOfPages checks that relative links in the pages lead to files, and their fragments to headings.
func TestLinksOfPages(t *testing.T) {
	t.Parallel()
	pages := []string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		pages = append(pages, found...)
	}
	require.Contains(t, pages, "README.md")
	checked := 0
	for _, file := range pages {
		prose := inline.ReplaceAllString(page(t, file).Prose, "")
		for _, m := range link.FindAllStringSubmatch(prose, -1) {
			if elsewhere.MatchString(m[1]) {
				continue
			}
			assert.NoError(t, checkLink(t, file, m[1]), file)
			checked++
		}
	}
	assert.Positive(t, checked)
}

// checkLink follows a link of a page.
func checkLink(t *testing.T, from, target string) error {
	t.Helper()
	file, fragment, _ := strings.Cut(target, "#")
	if file == "" {
		file = from
	} else {
		file = filepath.Join(filepath.Dir(from), filepath.FromSlash(file))
	}
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	if fragment == "" || info.IsDir() || filepath.Ext(file) != ".md" {
		return nil
	}
	if !fragments(t, file)[fragment] {
		return fmt.Errorf("%s: %s has no such heading", target, file)
	}
	return nil
}

// fragments returns what links to the page can end in after #, as the usual renderers make them of headings.
func fragments(t *testing.T, file string) map[string]bool {
	t.Helper()
	p := page(t, file)
	all := map[string]bool{}
	for _, heading := range p.Headings {
		name := fragmentOf(heading.Text)
		for i, base := 1, name; all[name]; i++ {
			name = fmt.Sprintf("%s-%d", base, i)
		}
		all[name] = true
	}
	for _, m := range anchor.FindAllStringSubmatch(p.Prose, -1) {
		all[m[1]] = true
	}
	return all
}

func fragmentOf(heading string) string {
	heading = linkText.ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
}

func TestFragmentOf(t *testing.T) {
	t.Parallel()
	for heading, want := range map[string]string{
		"A first call":                     "a-first-call",
		"What `credentials-go` does":       "what-credentials-go-does",
		"[Bulk runs](docs/bulk-runs.md)!":  "bulk-runs",
		"Region, endpoint and VPC network": "region-endpoint-and-vpc-network",
		"四个操作":                             "四个操作",
	} {
		assert.Equal(t, want, fragmentOf(heading))
	}
}

func TestCheckLinkComplains(t *testing.T) {
	t.Parallel()
	for target, ok := range map[string]bool{
		"../SECURITY.md":                      true,
		"../SECURITY.md#reporting-a-weakness": true,
		"../tag":                              true,
		"#dependencies":                       true,
		"../SECURITY.md#no-such-heading":      false,
		"no-such-page.md":                     false,
		"#no-such-heading":                    false,
	} {
		assert.Equal(t, ok, checkLink(t, filepath.Join("docs", "dependencies.md"), target) == nil, target)
	}
}
