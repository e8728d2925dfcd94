// Package exampletest holds the programs under examples/ to what their package comments say that they print.
package exampletest

import (
	"go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const anything = "…" // in a comment: a part of a line that varies or is left out; as a line of its own: any number of lines

// Output checks that output is what the package comment of the program in the working directory says: the block after the
// paragraph that ends in "prints:". The two agree line by line, but for what "…" stands for.
func Output(t *testing.T, output string) {
	t.Helper()
	said := block(t)
	if !strings.Contains(said, anything) {
		assert.Equal(t, said, output, "the package comment is not what the program prints")
		return
	}
	assert.True(t, agree(said, output), "the package comment says:\n%s\nThe program prints:\n%s", said, output)
}

// block returns the one block of a package comment that follows "prints:".
func block(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var doc strings.Builder
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly|parser.ParseComments)
		require.NoError(t, err)
		doc.WriteString(file.Doc.Text() + "\n")
	}
	found := blocks(doc.String())
	require.Len(t, found, 1, `the blocks after "prints:" in the package comment`)
	return found[0]
}

func blocks(doc string) []string {
	var found []string
	announced := false
	for _, part := range new(comment.Parser).Parse(doc).Content {
		switch part := part.(type) {
		case *comment.Paragraph:
			last, ok := part.Text[len(part.Text)-1].(comment.Plain)
			announced = ok && strings.HasSuffix(string(last), "prints:")
		case *comment.Code:
			if announced {
				found = append(found, part.Text)
			}
			announced = false
		default:
			announced = false
		}
	}
	return found
}

func agree(said, output string) bool {
	var pattern strings.Builder
	for line := range strings.Lines(said) {
		if strings.TrimSpace(line) == anything {
			pattern.WriteString(`(?:.*\n)*`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), anything, `.*`))
	}
	return regexp.MustCompile(`\A` + pattern.String() + `\z`).MatchString(output)
}
