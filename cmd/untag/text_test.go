package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestClean(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a\uFFFD[31mb\uFFFDc\uFFFD", clean("a\x1b[31mb\nc\xff", 20))
	assert.Equal(t, "right\uFFFDleft", clean("right\u202eleft", 20))
	assert.Equal(t, "资源…", clean("资源名", 2))
	assert.Equal(t, "", clean("", 2))
	assert.Equal(t, "a\nb\uFFFD", printable("a\nb\r", true))
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "abc": 3, "地域 a": 6, "，": 2, "é": 1, "e\u0301": 1, "█": 1, "😀": 2, "ｱ": 1} {
		assert.Equal(t, want, columns(text), text)
	}
	assert.Equal(t, "地", cut("地域", 3))
	assert.Equal(t, "地域", cut("地域", 4))
	assert.Equal(t, "fits", shorten("fits", 4))
	assert.Equal(t, "alpha beta…", shorten("alpha beta gamma", 14))
	assert.Equal(t, "地域地…", shorten("地域地域地域", 8))
	assert.Equal(t, "  ", padding("地", 4))
	assert.Empty(t, padding("long", 2))
}

func TestWrap(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text   string
		most   int
		indent string
		want   string
	}{
		"short":           {"a b", 10, "", "a b"},
		"words stay":      {"alpha beta gamma", 11, "", "alpha beta\ngamma"},
		"exactly":         {"alpha beta", 10, "", "alpha beta"},
		"indent":          {"alpha beta gamma", 11, "  ", "alpha beta\n  gamma"},
		"too long a word": {"a " + strings.Repeat("x", 20) + " b", 10, "", "a\n" + strings.Repeat("x", 20) + "\nb"},
		"lines stay":      {"a\nb c", 3, "", "a\nb c"},
		"inner spaces":    {"a   b", 10, "", "a   b"},
		"leading spaces":  {"  a b", 10, "", "  a b"},
		"Chinese":         {"标签的值不会被保存", 8, "", "标签的值\n不会被保\n存"},
		"no full stop":    {"标签的值。然后", 8, "", "标签的\n值。然后"},
		"mixed":           {"用 untag find 保存", 12, "", "用 untag\nfind 保存"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, wrap(test.text, test.most, test.indent))
		})
	}
}

func TestNumberAndRound(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		assert.Equal(t, want, number(n))
	}
	assert.Equal(t, "1.2s", round(1234*time.Millisecond).String())
	assert.Equal(t, "12s", round(12345*time.Millisecond).String())
	assert.Equal(t, "12m0s", round(12*time.Minute+10*time.Second).String())
}
