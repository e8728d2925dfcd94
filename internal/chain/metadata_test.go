package chain_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMetadataService goes through what the service of an instance may answer, in hardened and in normal mode (IMDSv2, IMDSv1).
func TestMetadataService(t *testing.T) {
	const role = "/latest/meta-data/ram/security-credentials/"
	for _, test := range []struct {
		name    string
		token   int               // status of the question for a token
		answers map[string]string // by path; a status stands for itself
		hard    bool              // ALIBABA_CLOUD_IMDSV1_DISABLED
		named   bool              // ALIBABA_CLOUD_ECS_METADATA
		says    string            // "": it works
		tokens  []string          // that came with the questions after the first
	}{
		{"hardened mode", 200, map[string]string{role: "attached"}, false, false, "", []string{"metadata-token", "metadata-token", "metadata-token"}},
		{"normal mode", 404, map[string]string{role: "attached"}, false, false, "", []string{"", "", ""}},
		{"normal mode is forbidden", 404, nil, true, true, "role of this instance, named by ALIBABA_CLOUD_ECS_METADATA: the metadata service refused (HTTP 404): no token of the hardened mode; and ALIBABA_CLOUD_IMDSV1_DISABLED forbids the normal mode", nil},
		{"normal mode is forbidden, no name", 404, nil, true, false, "metadata service: the metadata service refused (HTTP 404): no token of the hardened mode; and ALIBABA_CLOUD_IMDSV1_DISABLED forbids the normal mode", nil},
		{"no role", 200, map[string]string{role: "404"}, false, false, "no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID", nil},
		{"another role", 200, map[string]string{role + "named": "404"}, false, true, `role of this instance, named by ALIBABA_CLOUD_ECS_METADATA: the metadata service knows no role "named" on this instance (HTTP 404)`, nil},
		{"forbidden", 200, map[string]string{role: "403"}, false, false, "metadata service: the metadata service refused (HTTP 403): an answer that names no role", nil},
		{"a page of another", 200, map[string]string{role: "<html> " + canarySecret}, false, false, "metadata service: the metadata service refused (HTTP 200): an answer that names no role", nil},
		{"out of order", 200, map[string]string{role + "named": "503"}, false, true, "role of this instance, named by ALIBABA_CLOUD_ECS_METADATA: the metadata service refused (HTTP 503)", nil},
		{"no success", 200, map[string]string{role + "named": `{"Code":"Failed"}`}, false, true, `role of this instance, named by ALIBABA_CLOUD_ECS_METADATA: the metadata service gave no keys: its code is "Failed", not Success`, nil},
		{"no JSON", 200, map[string]string{role + "named": canarySecret}, false, true, "role of this instance, named by ALIBABA_CLOUD_ECS_METADATA: the answer of the metadata service is not the JSON that was expected", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
			if test.hard {
				t.Setenv("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")
			}
			if test.named {
				t.Setenv("ALIBABA_CLOUD_ECS_METADATA", "named")
			}
			var tokens []string
			w.answers["100.100.100.200"] = func(rw http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					assert.Equal(t, "21600", r.Header.Get("X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds"))
					rw.WriteHeader(test.token)
					_, _ = io.WriteString(rw, "metadata-token")
					return
				}
				tokens = append(tokens, r.Header.Get("X-Aliyun-Ecs-Metadata-Token"))
				switch answer, ok := test.answers[r.URL.Path]; {
				case !ok:
					w.metadata(rw, r)
				case len(answer) == 3:
					rw.WriteHeader(map[string]int{"403": 403, "404": 404, "503": 503}[answer])
				default:
					_, _ = io.WriteString(rw, answer)
				}
			}
			_, _, err := w.get()
			if test.says == "" {
				require.NoError(t, err)
				assert.Equal(t, test.tokens[:len(tokens)], tokens)
				return
			}
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), test.says), err.Error())
		})
	}
	t.Run("a name that is a path", func(t *testing.T) {
		w := newWorld(t)
		t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
		t.Setenv("ALIBABA_CLOUD_ECS_METADATA", "../../user-data")
		_, _, err := w.get()
		require.EqualError(t, err, "role of this instance, named by ALIBABA_CLOUD_ECS_METADATA: the role's name has characters that none has")
		assert.Empty(t, w.asked)
	})
}
