package validate_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/internal/validate"
)

func TestTextAtEveryPlace(t *testing.T) {
	t.Parallel()
	for length := range 20 {
		for at := range length {
			for c := range 256 {
				s := []byte(strings.Repeat("~", length))
				s[at] = byte(c)
				want := utf8.Valid(s) && !strings.ContainsFunc(string(s), unicode.IsControl)
				assert.Equal(t, want, validate.Text(string(s)), "%q", s)
			}
		}
	}
	assert.True(t, validate.Text("标签 é 😀"))
	assert.False(t, validate.Text("a\u0085b"))
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "arn:acs:ecs:cn-hangzhou:*:instance/i-1", "标签", "a\nb", "\x7f", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if want := utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl); validate.Text(s) != want {
			t.Fatalf("%q: %v", s, !want)
		}
	})
}
