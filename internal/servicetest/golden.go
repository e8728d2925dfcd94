package servicetest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

var changing = regexp.MustCompile(`\b(SignatureNonce|Timestamp|Signature)=[^&]+`)

// Golden makes each request of testdata/golden and compares it with its file. The first lines of a file, after "#", say where
// it comes from, and after "# action:" which operation it is for, if not UntagResources. The rest are the parameters, one
// line for each, whose order matters; they also say what the request is. What changes with every request is "…" there.
// Parameters of more than 8,000 bytes, and those of a V1 signature, are a form body.
func Golden(t *testing.T, hosts map[string]string, newClient New, requests ...any) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.txt"))
	require.NoError(t, err)
	covered := make(map[string]bool)
	for _, file := range files {
		action, want := readGolden(t, file)
		covered[action+"Request"] = true
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			recorder := &Recorder{Answer: `{"RequestId":"r"}`}
			config := recorder.Config()
			fields := FieldsOf(t, want)
			if strings.Contains(want, "SignatureVersion=1.0") {
				config.Signature = untag.SignatureV1
			}
			if strings.Contains(want, "SecurityToken=") {
				config.Credentials = untag.StaticCredentials(AccessKeyID, AccessKeySecret, SecurityToken)
			}
			_, err := Invoke(t.Context(), newClient.Make(t, config), Fill(Zero(t, action, requests), fields))
			require.NoError(t, err)
			compareGolden(t, recorder, action, want, hosts[fields["Region"].(string)], config.Signature) //nolint:forcetypeassert // FieldsOf's
		})
	}
	for _, request := range requests {
		assert.True(t, covered[nameOf(request)], "%s has no golden request", nameOf(request))
	}
}

// Zero returns the request of an action.
func Zero(t *testing.T, action string, requests []any) any {
	t.Helper()
	for _, request := range requests {
		if nameOf(request) == action+"Request" {
			return request
		}
	}
	require.FailNow(t, "no request is known for "+action)
	return nil
}

func readGolden(t *testing.T, file string) (action, parameters string) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	action = "UntagResources"
	var lines []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "# action: "); ok {
			action = name
		}
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return action, strings.Join(lines, "&")
}

func compareGolden(t *testing.T, recorder *Recorder, action, want, host string, signature untag.SignatureVersion) {
	t.Helper()
	require.Len(t, recorder.Sent(), 1)
	sent := recorder.Sent()[0]
	parameters, other, contentType := sent.RawQuery, sent.Body, ""
	if signature == untag.SignatureV1 || len(want) > 8000 {
		parameters, other, contentType = sent.Body, sent.RawQuery, "application/x-www-form-urlencoded"
	}
	assert.Equal(t, want, changing.ReplaceAllString(parameters, "$1=…"))
	assert.Empty(t, other)
	assert.Equal(t, contentType, sent.Header.Get("Content-Type"))
	assert.Equal(t, "application/json", sent.Header.Get("Accept"))
	if signature == untag.SignatureV3 {
		assert.Equal(t, []string{action}, sent.Header.Values("x-acs-action"))
	}
	assert.NotEmpty(t, host, "no host is known for the region")
	assert.Equal(t, [...]string{"POST", "https", host, "/"}, [...]string{sent.Method, sent.Scheme, sent.Host, sent.Path})
}
