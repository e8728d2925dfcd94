package servicetest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/servicetest"
)

var root = filepath.Join("..", "..")

// each returns one field of all services, sorted.
func each(of func(servicetest.Info) string) []string {
	var all []string
	for _, service := range servicetest.Services {
		all = append(all, of(service))
	}
	slices.Sort(all)
	return all
}

// constants returns the text constants of a file whose names begin so, by the rest of their names.
func constants(t *testing.T, file, prefix string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	found := make(map[string]string)
	for _, decl := range parsed.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec) //nolint:forcetypeassert // of a const
			if len(value.Values) != 1 {
				continue
			}
			literal, ok := value.Values[0].(*ast.BasicLit)
			if name := value.Names[0].Name; ok && strings.HasPrefix(name, prefix) {
				text, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				found[strings.TrimPrefix(name, prefix)] = text
			}
		}
	}
	return found
}

func TestConstants(t *testing.T) {
	t.Parallel()
	want := make(map[string]string)
	for _, service := range servicetest.Services {
		want[service.Constant] = service.Name
	}
	assert.Equal(t, want, constants(t, "config.go", "Service"), "the constants of package untag")
	files, err := filepath.Glob(filepath.Join(root, "untagtest", "*.go"))
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		all.Write(data)
	}
	for _, service := range servicetest.Services {
		assert.Contains(t, all.String(), "const "+service.Constant+" Service = untag.Service"+service.Constant+"\n", "the services of package untagtest")
	}
}

func TestPackages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, "*", "client.go"))
	require.NoError(t, err)
	var packages []string
	for _, file := range files {
		packages = append(packages, filepath.Base(filepath.Dir(file)))
	}
	assert.Equal(t, each(func(s servicetest.Info) string { return s.Package }), packages)
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"internal/endpoint/testdata/endpoints.json", "untagtest/testdata/endpoints.json"} {
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		require.NoError(t, err)
		for _, service := range servicetest.Services {
			assert.Contains(t, string(data), strconv.Quote(service.Product), file)
		}
	}
}

// notAll are the files that name some of the services for a reason of their own.
var notAll = map[string]string{
	"cmd/untag/run_options.go": "vpcipam", // by its flag
}

// A file that names every service but one has a list in which that one was forgotten. Looked at is what users read and run,
// and the contract: tests, and what is internal, have cases of one service or two, and lists that other tests hold.
func TestNoListForgetsOne(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if entry.IsDir() {
			if strings.HasPrefix(entry.Name(), ".git") || entry.Name() == "testdata" || name == "internal" || name == "untagtest" || slices.Contains(each(func(s servicetest.Info) string { return s.Package }), name) {
				return filepath.SkipDir
			}
			return nil
		}
		isCode := strings.HasSuffix(name, ".go") && (!strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "contract"))
		if !isCode && filepath.Ext(name) != ".md" && filepath.Ext(name) != ".txt" || !entry.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var missing []string
		for _, service := range servicetest.Services {
			if !service.Named.Match(data) {
				missing = append(missing, service.Name)
			}
		}
		if len(missing) == 1 {
			assert.Equal(t, notAll[name], missing[0], "%s names every service but %s", name, missing[0])
		}
		return nil
	})
	require.NoError(t, err)
}
