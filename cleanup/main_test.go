package cleanup_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func testContext() context.Context { return context.Background() }

func isEnd(err error) bool { return errors.Is(err, untag.ErrRunEnded) }

// intentPairs are the values of the last intents in a region's log, by resource and key. A torn last line is left out.
func intentPairs(t testing.TB, dir, region string) map[string]map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "acts."+region+".log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	all := make(map[string]map[string]string)
	for text := range strings.Lines(string(data)) {
		if !strings.HasSuffix(text, "\n") {
			break
		}
		var line struct {
			Op    string
			Items []struct {
				R string
				P [][2]string
			}
		}
		require.NoError(t, json.Unmarshal([]byte(strings.SplitN(text, " ", 3)[2]), &line))
		for _, item := range line.Items {
			if line.Op != "intent" {
				continue
			}
			if all[item.R] == nil {
				all[item.R] = make(map[string]string)
			}
			for _, p := range item.P {
				all[item.R][p[0]] = p[1]
			}
		}
	}
	return all
}
