package untag_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// TestObservabilityPage compares the log records of docs/observability.md, and its table of keys, with what is logged.
// Programs search their logs by these keys: to change one breaks them.
func TestObservabilityPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/observability.md")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) { // whose clock makes durations exact
		var log bytes.Buffer
		cloud := untagtest.NewCloud()
		cloud.AllowAnyResource()
		cloud.Inject(
			untagtest.Fault{Latency: 120 * time.Millisecond},
			untagtest.Fault{Calls: 1, Code: untag.CodeServiceUnavailable, RetryAfter: 2 * time.Second},
			untagtest.Fault{Calls: 1, Reset: true, After: true},
		)
		config := cloud.Config()
		config.Retry = untag.Retry{BaseDelay: time.Second, MaxDelay: 1} // a pause of 0 or 1 ns
		config.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{
			Level: slog.LevelDebug,
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				switch {
				case a.Key == slog.TimeKey:
					return slog.Attr{}
				case a.Key == "wait" && a.Value.Duration() < time.Second: // drawn at random
					return slog.Duration("wait", 100*time.Millisecond)
				}
				return a
			},
		}))
		client, err := tag.New(config)
		require.NoError(t, err)
		_, err = client.UntagResources(t.Context(), tag.UntagResourcesRequest{
			ResourceARNs: []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs"}, TagKeys: []string{"env"},
		})
		require.NoError(t, err)

		_, example, _ := strings.Cut(string(page), "```json\n")
		example, _, _ = strings.Cut(example, "```")
		assert.Equal(t, log.String(), example, "the example in docs/observability.md")

		keys := make(map[string]bool)
		for line := range strings.Lines(log.String()) {
			var record map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &record))
			for key := range record {
				keys[key] = true
			}
		}
		delete(keys, slog.LevelKey)
		delete(keys, slog.MessageKey)
		_, section, _ := strings.Cut(string(page), "| key |")
		section, _, _ = strings.Cut(section, "\n\n")
		documented := make(map[string]bool)
		for row := range strings.Lines(section) {
			if name, ok := strings.CutPrefix(row, "| `"); ok {
				name, _, _ = strings.Cut(name, "`")
				documented[name] = true
			}
		}
		assert.Equal(t, keys, documented, "the table of keys in docs/observability.md")
	})
}
