package servicetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// Code is a row of testdata/codes.tsv.
type Code struct {
	Status                         int
	Code, Kind, Scope, Message, By string
}

// Codes compares testdata/codes.tsv, the error tables of the operation's documents, with the constants of codes.go and with
// what the service makes of them. others are the constants that no table has.
func Codes(t *testing.T, service rpc.Service, others ...string) {
	t.Helper()
	constants := codeConstants(t)
	unlisted := make(map[string]bool)
	for _, code := range others {
		unlisted[code] = true
		assert.Contains(t, constants, code)
	}
	rows := readCodes(t)
	require.NotEmpty(t, rows)
	listed := make(map[string]bool)
	for _, row := range rows {
		listed[row.Code] = true
		assert.Contains(t, constants, row.Code, "no constant has this code")
		assert.NotEmpty(t, row.Message, row.Code)
		assert.NotEmpty(t, row.By, row.Code)
		verdict := service.Classify(row.Status, row.Code, row.Message)
		assert.Equal(t, row.Kind, KindName(verdict.Kind), "kind of %s", row.Code)
		assert.Equal(t, row.Scope, verdict.Scope.String(), "scope of %s", row.Code)
	}
	for code, name := range constants {
		assert.True(t, listed[code] != unlisted[code], "%s = %q must be in one of the tables or among the others", name, code)
	}
}

func readCodes(t *testing.T) []Code {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "codes.tsv"))
	require.NoError(t, err)
	var rows []Code
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, fields, 6, line)
		status, err := strconv.Atoi(fields[0])
		require.NoError(t, err)
		rows = append(rows, Code{status, fields[1], fields[2], fields[3], fields[4], fields[5]})
	}
	return rows
}

// codeConstants returns the values of codes.go and the names that hold them.
func codeConstants(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	constants := make(map[string]string)
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value, ok := spec.(*ast.ValueSpec)
			require.True(t, ok)
			require.Len(t, value.Values, 1)
			literal, ok := value.Values[0].(*ast.BasicLit)
			require.True(t, ok, "%s is not a literal", value.Names[0])
			code, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			assert.True(t, strings.HasPrefix(value.Names[0].Name, "Code"), value.Names[0].Name)
			assert.NotContains(t, constants, code, "two constants of one code")
			constants[code] = value.Names[0].Name
		}
	}
	return constants
}

// KindName returns the name of a kind without its Err: "Throttled".
func KindName(kind error) string {
	return map[error]string{
		untag.ErrInvalidParameter: "InvalidParameter", untag.ErrUnauthenticated: "Unauthenticated", untag.ErrPermissionDenied: "PermissionDenied",
		untag.ErrNotFound: "NotFound", untag.ErrQuotaExceeded: "QuotaExceeded", untag.ErrThrottled: "Throttled", untag.ErrUnavailable: "Unavailable",
		untag.ErrClockSkew: "ClockSkew",
	}[kind]
}
