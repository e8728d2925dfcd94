package markdown_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/internal/markdown"
)

func TestParse(t *testing.T) {
	t.Parallel()
	page := markdown.Parse("# One\nSee [a](a.md) and [b](https://b.example/#c).\n\n| x | y |\n|---|---|\n| 1 | [z](#one) |\n\n## Two\n" +
		"```go\n# no heading\n| no | table |\n[no](link)\n```\n|q|\n")
	assert.Equal(t, markdown.Page{
		Headings: []markdown.Heading{{1, "One"}, {2, "Two"}},
		Blocks:   []markdown.Block{{"go", "# no heading\n| no | table |\n[no](link)\n"}},
		Links:    []string{"a.md", "https://b.example/#c", "#one"},
		Tables:   []markdown.Table{{Rows: 3, Columns: 2}, {Rows: 1, Columns: 1}},
		Prose:    "# One\nSee [a](a.md) and [b](https://b.example/#c).\n\n| x | y |\n|---|---|\n| 1 | [z](#one) |\n\n## Two\n|q|\n",
	}, page)
}

func TestRegions(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[string]string{"a": "x := 1\nif x {\n\ty()\n}\n", "b": "z\n"},
		markdown.Regions("func f() {\n\t// page: a\n\tx := 1\n\tif x {\n\t\ty()\n\t}\n\t// end page\n\tnot()\n\t// page: b\n\tz\n\t// end page\n}\n"))
	for _, bad := range []string{
		"// page: a\nx\n", "// page: a\n// page: b\nx\n// end page\n", "// page: a\nx\n// end page\n// page: a\ny\n// end page\n",
	} {
		assert.Panics(t, func() { markdown.Regions(bad) }, bad)
	}
}
