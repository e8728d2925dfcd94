package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
)

// TestEveryWarningIsKnown takes the warnings out of the source of package cleanup.
func TestEveryWarningIsKnown(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../cleanup/warnings.go")
	require.NoError(t, err)
	found := regexp.MustCompile(`Text: (?:fmt\.Sprintf\(\s*)?("(?:[^"\\]|\\.)*")(?: \+ strconv\.Itoa\([^"]*\) \+ ("[^"]*"))?`).FindAllStringSubmatch(string(source), -1)
	require.Len(t, found, len(warningTexts), "the search finds every warning, and none is known that nobody gives")
	seen := make(map[string]bool)
	for _, one := range found {
		text, err := strconv.Unquote(one[1])
		require.NoError(t, err)
		if one[2] != "" {
			end, err := strconv.Unquote(one[2])
			require.NoError(t, err)
			text += "7" + end
		}
		text = regexp.MustCompile(`(key %q|value of Tags\[%d\], with the key %q,) %s`).ReplaceAllString(text, "$1 begins or ends with a space, and holds characters that do not show")
		text = regexp.MustCompile(`%[qdsv]`).ReplaceAllString(text, "7")
		said, ok := sentence(text).(message) //nolint:errorlint // its own
		require.True(t, ok)
		require.NotEqual(t, "%s", said.format, "not known: %s", text)
		seen[said.format] = true
		assert.NotRegexp(t, `Find|Remove|Tags\[|7\.\.`, english.text(said))
		assert.NotRegexp(t, `resource|removed|begins|holds`, chinese.text(said))
		assert.NotContains(t, chinese.text(said), "%!")
	}
	assert.Len(t, seen, len(warningTexts))
	assert.Equal(t, "plain words", sentence("plain words").Error(), "not known")
	assert.Equal(t, `写法：标签键 " a" 以空格开头或结尾，并且含有不显示的字符。按原样处理。`, chinese.text(warningText(cleanup.Warning{
		Kind: cleanup.WarnSpelling, Text: `The key " a" begins or ends with a space, and holds characters that do not show. It is taken as it stands.`,
	})))
}
