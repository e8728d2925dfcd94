package untag_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/untag-go/untag"

// layers are the packages of this module from the bottom up. A package imports from layers below its own alone, so a name
// belongs in the lowest one that can hold it. "*" stands for one folder.
var layers = [][]string{
	{"internal/endpoint", "internal/exampletest", "internal/jobdir", "internal/markdown", "internal/pace", "internal/redact", "internal/signature", "internal/sortedrun", "internal/static"},
	{"internal/chain"},
	{"."},
	{"internal/rpc", "internal/validate", "journal", "untagtest"},
	{"internal/bulk", "internal/identity", "internal/listing"},
	{"internal/byid", "internal/servicetest"},
	{"internal/fixture"},
	{"ecs", "resourcesharing", "tag", "vpc"},
	{"cleanup"},
	{"cmd/*", "examples/*"},
}

// apart are packages that import the root and the standard library, and nothing else of ours: untagtest so that it can
// disagree with the client, journal so that it can be used with any other engine.
var apart = []string{"journal", "untagtest"}

// TestImportsGoDown holds the direction of imports, those of tests left out.
func TestImportsGoDown(t *testing.T) {
	t.Parallel()
	all := importsOf(t)
	require.Contains(t, all, "tag")
	require.Contains(t, all["tag"], ".", "the parser finds no imports")
	for name, imports := range all {
		own := layerOf(name)
		if !assert.GreaterOrEqual(t, own, 0, "%s stands in no layer: add it to the list", name) {
			continue
		}
		for _, other := range imports {
			assert.Less(t, layerOf(other), own, "%s imports %s, which is not below it", name, other)
			if slices.Contains(apart, name) {
				assert.Equal(t, ".", other, "%s imports more of the module than its root", name)
			}
		}
	}
}

func layerOf(name string) int {
	return slices.IndexFunc(layers, func(layer []string) bool {
		return slices.ContainsFunc(layer, func(pattern string) bool {
			matched, _ := path.Match(pattern, name)
			return matched
		})
	})
}

// importsOf returns what each package of the module imports of the module. Folders with a go.mod of their own are others.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	all := make(map[string][]string)
	require.NoError(t, filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if _, err := os.Stat(filepath.Join(file, "go.mod")); file != "." && (err == nil || entry.Name() == "testdata" || entry.Name()[0] == '.') {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(filepath.Dir(file))
		if all[name] == nil {
			all[name] = []string{}
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if imported == module {
				all[name] = append(all[name], ".")
			} else if below, ok := strings.CutPrefix(imported, module+"/"); ok {
				all[name] = append(all[name], below)
			}
		}
		return nil
	}))
	return all
}
