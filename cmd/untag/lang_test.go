package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// said collects every text that the program says, from its source and its templates.
func said(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		require.NoError(t, err)
		note := func(e ast.Expr) {
			if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				all[text] = set.Position(lit.Pos()).String()
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.Ident:
					name = f.Name
				case *ast.SelectorExpr:
					name = f.Sel.Name
				}
				switch {
				case slices.Contains([]string{"msg", "say", "t"}, name) && len(n.Args) > 0, name == "group":
					note(n.Args[0])
				case name == "add" && len(n.Args) > 0 && isWrong(n.Fun), name == "must" && len(n.Args) > 1:
					if name == "must" {
						note(n.Args[1])
						break
					}
					note(n.Args[0])
				case name == "yes" || name == "whole":
					note(n.Args[2])
				case slices.Contains([]string{"text", "texts", "real", "duration"}, name) && len(n.Args) >= 4:
					note(n.Args[3])
				case name == "table":
					if list, ok := n.Args[0].(*ast.CompositeLit); ok {
						for _, e := range list.Elts {
							note(e)
						}
					}
				case name == "chart" && len(n.Args) > 2:
					note(n.Args[2])
				}
			case *ast.CompositeLit:
				switch typ := n.Type.(type) {
				case *ast.Ident:
					if typ.Name == "verb" {
						for _, e := range n.Elts {
							pair := e.(*ast.KeyValueExpr)
							switch pair.Key.(*ast.Ident).Name {
							case "about":
								note(pair.Value)
							case "details":
								for _, e := range pair.Value.(*ast.CompositeLit).Elts {
									note(e)
								}
							}
						}
					}
				case *ast.ArrayType:
					if elem, ok := typ.Elt.(*ast.Ident); ok && elem.Name == "counter" {
						for _, e := range n.Elts {
							note(e.(*ast.CompositeLit).Elts[0])
						}
					}
				}
			}
			return true
		})
	}
	templates, err := filepath.Glob("*.tmpl")
	require.NoError(t, err)
	for _, name := range templates {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, found := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			all[found[1]] = name
		}
	}
	for _, info := range stateInfos {
		all[info.label] = "states.go"
	}
	for _, label := range outcomeLabels {
		all[label] = "outcome.go"
	}
	delete(all, "%s")
	return all
}

func isWrong(fun ast.Expr) bool {
	s, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && (x.Name == "wrong" || x.Name == "p")
}

// neutral are texts without words, which are the same in both languages.
var neutral = regexp.MustCompile(`^(-[a-z]+|[^a-zA-Z]*)$`)

func TestEverythingIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	all := said(t)
	require.Greater(t, len(all), 150, "the search finds what is said")
	verb := regexp.MustCompile(`%(?:\[(\d)\])?[-+.\d]*([a-z%])`)
	for text, place := range all {
		translated, ok := inChinese[text]
		if bare := verb.ReplaceAllString(text, ""); !ok && !neutral.MatchString(bare) {
			t.Errorf("%s: not in the table: %q", place, text)
			continue
		}
		if ok {
			assert.Equal(t, arguments(verb, text), arguments(verb, translated), "%s: %q", place, text)
		}
	}
	for text := range inChinese {
		if all[text] == "" {
			t.Errorf("nobody says this any more: %q", text)
		}
	}
}

// arguments lists which arguments a format takes.
func arguments(verb *regexp.Regexp, format string) (all []string) {
	n := 0
	for _, found := range verb.FindAllStringSubmatch(format, -1) {
		if found[2] == "%" {
			continue
		}
		n++
		if found[1] != "" {
			n, _ = strconv.Atoi(found[1])
		}
		all = append(all, strconv.Itoa(n)+found[2])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestLangOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env  map[string]string
		want lang
	}{
		{nil, english},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, chinese},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, english},
		{map[string]string{"LANG": "de_DE", "LC_MESSAGES": "zh_TW"}, chinese},
	} {
		assert.Equal(t, test.want, langOf(func(name string) string { return test.env[name] }), test.env)
	}
}

func TestMessagesWrapAndTranslate(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk: context deadline exceeded")
	m := msg("%s: %s", "list.txt", msg("%s invalid lines, which would not be sent:", "3"))
	assert.Equal(t, "list.txt: 3 invalid lines, which would not be sent:", m.Error())
	assert.NotEqual(t, m.Error(), chinese.text(m))
	assert.Contains(t, chinese.text(m), "3")
	wrapped := msg("report: %s", cause)
	require.ErrorIs(t, wrapped, cause)
	assert.Equal(t, "report: disk: no answer in time", english.text(wrapped))
	assert.Equal(t, "a\nb", english.text(errors.Join(errors.New("a"), errors.New("b"))))
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"dial tcp 127.0.0.1:1: connect: connection refused": "no connection to 127.0.0.1:1: refused",
		"read: unexpected EOF":                              "read: the connection was closed in the middle",
		"x: EOF":                                            "x: the connection was closed",
		"context canceled":                                  "stopped",
		"other":                                             "other",
	} {
		assert.Equal(t, want, plain(errors.New(text)))
	}
}
