package untag_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/markdown"
)

func page(t *testing.T, name string) markdown.Page {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return markdown.Parse(string(text))
}

func TestReadmeCode(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("readme_code_test.go")
	require.NoError(t, err)
	regions := markdown.Regions(string(source))
	require.NotEmpty(t, regions)
	compiled := make(map[string]bool)
	for _, region := range regions {
		compiled[region] = true
	}
	for _, block := range page(t, "README.md").Blocks {
		if block.Language == "go" {
			assert.True(t, compiled[block.Text], "readme_code_test.go has no such region, or the page shows it twice:\n%s", block.Text)
			delete(compiled, block.Text)
		}
	}
	assert.Empty(t, compiled, "regions that README.md does not show")
}

// TestReadmeCommands looks for the packages and files that the README's commands name.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	found := 0
	for _, block := range page(t, "README.md").Blocks {
		if block.Language != "sh" {
			continue
		}
		for _, path := range regexp.MustCompile(`(?m)^go (?:run|test) (\./[\w/]+)`).FindAllStringSubmatch(block.Text, -1) {
			assert.DirExists(t, path[1])
			found++
		}
	}
	assert.GreaterOrEqual(t, found, 3)
}

// TestReadmeInChinese keeps the two READMEs in step: the same headings by level, the same code, the same names and numbers
// in the text, tables of the same shape, and links to the same places, apart from headings of the page itself, whose names differ.
func TestReadmeInChinese(t *testing.T) {
	t.Parallel()
	english, chinese := page(t, "README.md"), page(t, "README.zh.md")
	levels := func(p markdown.Page) (levels []int) {
		for _, heading := range p.Headings {
			levels = append(levels, heading.Level)
		}
		return levels
	}
	assert.Equal(t, levels(english), levels(chinese), "levels of the headings")
	for _, heading := range chinese.Headings[1:] {
		assert.NotContains(t, english.Headings, heading, "is not translated")
	}
	assert.Equal(t, english.Blocks, chinese.Blocks)
	assert.Equal(t, english.Tables, chinese.Tables)

	set := func(pattern string, p markdown.Page) []string {
		found := regexp.MustCompile(pattern).FindAllString(p.Prose, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	assert.Equal(t, set("`[^`]+`", english), set("`[^`]+`", chinese), "code in the text")
	assert.Equal(t, set(`\d[\d,.]*\d|\d`, english), set(`\d[\d,.]*\d|\d`, chinese), "numbers in the text")

	places := func(p markdown.Page, other string) (outside []string, inside int) {
		for _, link := range p.Links {
			switch {
			case strings.HasPrefix(link, "#"):
				inside++
			case link != other:
				outside = append(outside, link)
			}
		}
		slices.Sort(outside) // the order of words differs
		return outside, inside
	}
	wantOutside, wantInside := places(english, "README.zh.md")
	outside, inside := places(chinese, "README.md")
	assert.Equal(t, wantOutside, outside)
	assert.Equal(t, wantInside, inside, "links to headings of the page")
	assert.Contains(t, english.Links, "README.zh.md")
	assert.Contains(t, chinese.Links, "README.md")
}
