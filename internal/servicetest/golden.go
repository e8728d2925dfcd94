package servicetest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var changing = regexp.MustCompile(`\b(SignatureNonce|Timestamp|Signature)=[^&]+`)

// Golden compares the only request of a recorder with testdata/golden/name. The first lines of that file, after "#", say where it
// comes from; the rest are the parameters, one line for each, whose order matters. What changes with every request is "…" there.
func Golden(t *testing.T, name string, recorder *Recorder, host string, inBody bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "golden", name))
	require.NoError(t, err)
	var want []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "#") {
			want = append(want, line)
		}
	}
	require.Len(t, recorder.Sent(), 1)
	sent := recorder.Sent()[0]
	parameters, other, contentType := sent.RawQuery, sent.Body, ""
	if inBody {
		parameters, other, contentType = sent.Body, sent.RawQuery, "application/x-www-form-urlencoded"
	}
	assert.Equal(t, strings.Join(want, "&"), changing.ReplaceAllString(parameters, "$1=…"))
	assert.Empty(t, other)
	assert.Equal(t, contentType, sent.Header.Get("Content-Type"))
	assert.Equal(t, "application/json", sent.Header.Get("Accept"))
	assert.Equal(t, [...]string{"POST", "https", host, "/"}, [...]string{sent.Method, sent.Scheme, sent.Host, sent.Path})
}
