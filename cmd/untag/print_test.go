package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTable(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := printer{&b, chinese}
	p.table([]string{"Region", "Resources"}, [][]string{{"cn-hangzhou", "1,000"}, {"（无）", "7"}})
	assert.Equal(t, "  地域         资源数\n  cn-hangzhou   1,000\n  （无）            7\n\n", b.String())

	b.Reset()
	p.lang = english
	p.table([]string{"Error code", "Resources", "What the first one was told"}, [][]string{{"A", "1", strings.Repeat("long \x1b ", 30)}, {"B", "2", "short"}})
	for _, line := range strings.Split(b.String(), "\n") {
		assert.LessOrEqual(t, columns(line), lineWidth)
	}
	assert.NotContains(t, b.String(), "\x1b")
	assert.Contains(t, b.String(), "  B                   2\n      short\n", "the last cell goes below")
}

func TestSayKeepsWithinTheLine(t *testing.T) {
	t.Parallel()
	for _, l := range []lang{english, chinese} {
		for text := range inChinese {
			if strings.Contains(text, "%") {
				continue
			}
			var b bytes.Buffer
			printer{&b, l}.say(text)
			for _, line := range strings.Split(b.String(), "\n") {
				assert.LessOrEqual(t, columns(line), lineWidth, line)
			}
		}
	}
}

func TestItemAndBlank(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := printer{&b, english}
	p.item(msg("and %s more", "7"))
	p.blank()
	p.raw("  set in " + strings.Repeat("word ", 20))
	assert.True(t, strings.HasPrefix(b.String(), "  and 7 more\n\n  set in"))
	assert.Contains(t, b.String(), "\n  word")
}
