package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestHelpFitsTheLine has all the help in both languages.
func TestHelpFitsTheLine(t *testing.T) {
	t.Parallel()
	for _, l := range []string{"en", "zh"} {
		for _, v := range verbs() {
			r := start(t, "", nil, "-lang", l, "help", v.name)
			assert.Equal(t, exitOK, r.code)
			for _, line := range strings.Split(r.stdout, "\n") {
				assert.LessOrEqual(t, columns(line), lineWidth, line)
			}
		}
	}
}
