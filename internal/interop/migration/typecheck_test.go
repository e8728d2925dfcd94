package migration_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestV1ECSTypes checks v1ecs_test.go against the three files of the vendor's generated client of ECS that it needs, of almost 900. See
// the package comment.
func TestV1ECSTypes(t *testing.T) {
	t.Parallel()
	const path = "github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	fset := token.NewFileSet()
	imports := &imports{
		files: exportData(t, "github.com/aliyun/alibaba-cloud-sdk-go/services/tag", "log"), // which this test is built with anyway
		known: map[string]*types.Package{},
	}
	imports.compiled = importer.ForCompiler(fset, "gc", imports.open)
	config := types.Config{Importer: imports}
	check := func(path string, names ...string) *types.Package {
		var files []*ast.File
		for _, name := range names {
			file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			files = append(files, file)
		}
		pkg, err := config.Check(path, fset, files, nil)
		require.NoError(t, err)
		return pkg
	}
	dir := string(bytes.TrimSpace(golist(t, "-find", "-f", "{{.Dir}}", path)))
	imports.known[path] = check(path, filepath.Join(dir, "client.go"), filepath.Join(dir, "endpoint.go"), filepath.Join(dir, "untag_resources.go"))
	check("migration_test", "v1ecs_test.go")
}

// imports finds packages that are known, or that the go command has compiled into files.
type imports struct {
	files    map[string]string
	known    map[string]*types.Package
	compiled types.Importer
}

func (i *imports) Import(path string) (*types.Package, error) {
	if pkg := i.known[path]; pkg != nil {
		return pkg, nil
	}
	return i.compiled.Import(path)
}

func (i *imports) open(path string) (io.ReadCloser, error) {
	if i.files[path] == "" {
		return nil, errors.New("no export data: " + path)
	}
	return os.Open(i.files[path])
}

// exportData returns the files with what these packages, and those that they import, export.
func exportData(t *testing.T, packages ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	decoder := json.NewDecoder(bytes.NewReader(golist(t, append([]string{"-export", "-deps", "-json=ImportPath,Export"}, packages...)...)))
	for {
		var p struct{ ImportPath, Export string }
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		files[p.ImportPath] = p.Export
	}
}

func golist(t *testing.T, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	return out
}
