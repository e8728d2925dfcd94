package exampletest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBlocks(t *testing.T) {
	t.Parallel()
	const command = "Program does it:\n\n\tgo run .\n\n"
	for _, test := range []struct {
		name, doc string
		want      []string
	}{
		{"none", command, nil},
		{"one", command + "It prints:\n\n\ta\n\n\t  b\n\nThe end.", []string{"a\n\n  b\n"}},
		{"with words before", command + "With -x it\nprints:\n\n\ta", []string{"a\n"}},
		{"not announced", command + "It prints:\n\nNot this:\n\n\ta", nil},
		{"a list between", "It prints:\n\n  - a\n\n\tb", nil},
		{"two", "It prints:\n\n\ta\n\nIt then prints:\n\n\tb", []string{"a\n", "b\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, blocks(test.doc))
		})
	}
}

func TestAgree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, said, output string
		want               bool
	}{
		{"equal", "a\nb\n", "a\nb\n", true},
		{"a part", "port …, done\n", "port 8080, done\n", true},
		{"a part of nothing", "a…\n", "a\n", true},
		{"a part is within its line", "a…c\n", "a\nb\nc\n", false},
		{"lines", "a\n…\nd\n", "a\nb\nc\nd\n", true},
		{"no lines", "a\n…\nd\n", "a\nd\n", true},
		{"lines at both ends", "…\nb\n…\n", "a\nb\nc\n", true},
		{"lines, indented", "a\n  …\n", "a\nb\n", true},
		{"whole lines only", "…\nb\n", "ab\n", false},
		{"more at the end", "a…\n", "ab\nc\n", false},
		{"more at the beginning", "b…\n", "a\nbc\n", false},
		{"another order", "…\na\n…\nb\n…\n", "b\na\n", false},
		{"nothing is a pattern", "a.c [x]\n…\n", "abc x\n", false},
		{"an output without an end of line", "…\na\n", "a", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, agree(test.said, test.output))
		})
	}
}
