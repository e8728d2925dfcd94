package main

import (
	"errors"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
)

// someWarnings has each sentence once, with arguments that have no letters.
var someWarnings = []struct {
	cleanup.Warning
	holds []string
}{
	{cleanup.Warning{Kind: cleanup.WarnNothing, Key: "键"}, []string{`"键"`}},
	{cleanup.Warning{Kind: cleanup.WarnNothing, Key: "键", Field: "Tags[0].Value"}, []string{`"键"`, "-tag"}},
	{cleanup.Warning{Kind: cleanup.WarnSpelling, Key: "键", Oddities: []cleanup.Oddity{cleanup.OddSpace, cleanup.OddSeparator}}, []string{`"键"`}},
	{cleanup.Warning{Kind: cleanup.WarnSpelling, Key: "键", Field: "Tags[0].Value", Oddities: []cleanup.Oddity{cleanup.OddFullWidth, cleanup.OddHidden}}, []string{`"键"`, "-tag"}},
	{cleanup.Warning{Kind: cleanup.WarnIncomplete}, []string{"untag find"}},
	{cleanup.Warning{Kind: cleanup.WarnUnseen}, nil},
	{cleanup.Warning{Kind: cleanup.WarnEmptyValues}, []string{"-by-type"}},
	{cleanup.Warning{Kind: cleanup.WarnRegions, Regions: 1066}, []string{"1,066"}},
	{cleanup.Warning{Kind: cleanup.WarnInheritance, Key: "键", Region: "11", Rule: "22"}, []string{`"键"`, "11", `"22"`}},
	{cleanup.Warning{Kind: cleanup.WarnUnsupported, Type: "33/34"}, []string{"33/34"}},
	{cleanup.Warning{Kind: cleanup.WarnNotRestorable, Key: "键", Reason: "44", Resources: 1077}, []string{`"键"`, "44", "1,077"}},
	{cleanup.Warning{Kind: cleanup.WarnPolicies}, []string{"RAM"}},
	{cleanup.Warning{Kind: cleanup.WarnUnchecked, Region: "11", Missing: cleanup.WarnInheritance, Err: errors.New("55")}, []string{"11", "55"}},
	{cleanup.Warning{Kind: cleanup.WarnUnchecked, Missing: cleanup.WarnUnsupported, Err: errors.New("55")}, []string{"55"}},
}

// names are the same in both languages.
var names = regexp.MustCompile(`untag (find|remove)|-(tag|incomplete|by-type)|ECS|VPC IPAM|RAM`)

func TestEveryWarningIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	known, said := map[string]bool{}, map[string]bool{}
	for _, w := range someWarnings {
		known[string(w.Kind)] = true
		for _, odd := range w.Oddities {
			known[string(odd)] = true
		}
		text := warningText(w.Warning)
		for l, bad := range map[lang]string{english: `Find|Remove|Tags\[|%!`, chinese: `%!|[A-Za-z]`} {
			for _, arg := range w.holds {
				assert.Contains(t, l.text(text), arg, w.Kind)
			}
			assert.NotRegexp(t, bad, names.ReplaceAllString(l.text(text), ""))
			said[l.text(text)] = true
		}
	}
	assert.Len(t, said, 2*len(someWarnings), "no two are the same")
	source, err := os.ReadFile("../../cleanup/plan.go")
	require.NoError(t, err)
	declared := regexp.MustCompile(`\b(?:WarningKind|Oddity)\s*=\s*"(.*?)"`).FindAllSubmatch(source, -1)
	assert.Len(t, declared, len(known), "the search finds every constant")
	for _, constant := range declared {
		assert.Contains(t, known, string(constant[1]))
	}
	assert.Equal(t, `写法：标签键 " a" 以空格开头或结尾，并且含有不显示的字符。按原样处理。`, chinese.text(warningText(cleanup.Warning{
		Kind: cleanup.WarnSpelling, Key: " a", Oddities: []cleanup.Oddity{cleanup.OddSpace, cleanup.OddHidden},
	})))
}
