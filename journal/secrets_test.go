package journal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// The canaries, and what of each no encoder changes.
const (
	hiddenID, hiddenSecret, hiddenToken = "LTAI5tJournalCanaryKeyId", "JournalCanarySecret/+=", "CAISJournalCanaryToken/+== x"
	hiddenParts                         = "LTAI5tJournalCanaryKeyId JournalCanarySecret CAISJournalCanaryToken"
)

// caught is a run against a service that echoes, and all that came of it.
type caught struct {
	mu         sync.Mutex
	text       strings.Builder
	signatures []string
}

func (c *caught) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

func (c *caught) check(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, secret := range slices.Concat(strings.Fields(hiddenParts), c.signatures) {
		if at := strings.Index(c.text.String(), secret); at >= 0 {
			t.Errorf("%q is in …%s…", secret, c.text.String()[max(0, at-200):at+len(secret)])
		}
	}
}

// serve echoes a request in every field, and in a failure of every resource.
func (c *caught) serve(t *testing.T, status int, code string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
		c.mu.Lock()
		c.signatures = append(c.signatures, signature)
		c.mu.Unlock()
		text := fmt.Sprint(hiddenID, " ", hiddenSecret, " ", hiddenToken, r.Header, string(body))
		var failed []any
		for name, values := range r.URL.Query() {
			if strings.HasPrefix(name, "ResourceARN.") {
				failed = append(failed, map[string]any{"ResourceARN": values[0], "Result": map[string]string{"Code": code + text, "Message": text}})
			}
		}
		w.Header().Set("X-Acs-Request-Id", text)
		w.WriteHeader(status)
		data, _ := json.Marshal(map[string]any{"RequestId": text, "Code": code, "Message": text, "FailedResources": map[string]any{"FailedResource": failed}})
		_, _ = w.Write(data)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func (c *caught) config(endpoint string) untag.Config {
	return untag.Config{
		Region: "cn-hangzhou", Endpoint: endpoint, Credentials: untag.StaticCredentials(hiddenID, hiddenSecret, hiddenToken),
		HTTPClient: &http.Client{Transport: untag.NewTransport()}, Retry: untag.Retry{MaxAttempts: 1, MaxThrottle: -1},
		Logger:    slog.New(slog.NewTextHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OnAttempt: func(_ context.Context, a untag.Attempt) { fmt.Fprintf(c, "%v %+v %#v\n", a, a, a) },
	}
}

// run records a run, and keeps what it yields, what it logs, the file, and what the file says.
func (c *caught) run(t *testing.T, config untag.Config) {
	t.Helper()
	path := newPath(t)
	j := open(t, path)
	client, err := tag.New(config)
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	arns := slices.Values([]string{"arn:acs:ecs:*:*:instance/i-1", "arn:acs:ecs:*:*:instance/i-2"})
	defer func() {
		if value := recover(); value != nil {
			fmt.Fprintf(c, "%v %+v %#v\n%s\n", value, value, value, debug.Stack())
		}
		summary, err := j.Summary()
		fmt.Fprintf(c, "%+v %#v %v\n%s", summary, summary, err, read(t, path))
		for entry, err := range j.Entries() {
			fmt.Fprintf(c, "%+v %#v %v\n", entry, entry, err)
		}
	}()
	for resource, err := range j.Record(client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: j.Pending(arns), TagKeys: testPlan.TagKeys})) {
		fmt.Fprintf(c, "%s %v %+v %#v\n", resource, err, err, err)
	}
}

func TestNoSecretIsRecorded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		code   string
	}{
		{200, ""},
		{200, "NoPermission.Operator"},
		{403, "Forbidden.RAM"},
		{404, "InvalidResourceId.NotFound"},
		{400, "SignatureDoesNotMatch"},
		{503, "ServiceUnavailable"},
	} {
		t.Run(fmt.Sprint(test.status, test.code), func(t *testing.T) {
			t.Parallel()
			c := new(caught)
			c.run(t, c.config(c.serve(t, test.status, test.code)))
			assert.NotEmpty(t, c.signatures)
			c.check(t)
		})
	}
}

type asked func() (*credentials.CredentialModel, error)

func (a asked) GetCredential() (*credentials.CredentialModel, error) { return a() }

// TestNoSecretIsRecordedOfPanics has a provider that panics with what it holds, and hooks that panic with what they were given.
func TestNoSecretIsRecordedOfPanics(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*untag.Config){
		"provider": func(config *untag.Config) {
			config.Credentials = asked(func() (*credentials.CredentialModel, error) { panic(hiddenID + " " + hiddenSecret + " " + hiddenToken) })
		},
		"provider with an error": func(config *untag.Config) {
			config.Credentials = asked(func() (*credentials.CredentialModel, error) {
				panic(fmt.Errorf("bad profile: secret = %s, token = %s", hiddenSecret, hiddenToken))
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := new(caught)
			config := c.config(c.serve(t, 403, "Forbidden.RAM"))
			change(&config)
			c.run(t, config)
			assert.Empty(t, c.signatures)
			c.check(t)
		})
	}
	// A hook runs in a goroutine of the run, where nobody can recover; that of a single call is the caller's.
	hooks := map[string]func(*untag.Config){
		"OnAttempt": func(config *untag.Config) { config.OnAttempt = func(_ context.Context, a untag.Attempt) { panic(a) } },
		"OnCall": func(config *untag.Config) {
			config.OnCall = func(_ context.Context, call untag.Call) (context.Context, func(error)) { panic(call) }
		},
		"the end of OnCall": func(config *untag.Config) {
			config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
				return ctx, func(err error) { panic(err) }
			}
		},
	}
	for name, change := range hooks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := new(caught)
			config := c.config(c.serve(t, 403, "Forbidden.RAM"))
			change(&config)
			client, err := tag.New(config)
			require.NoError(t, err)
			defer client.CloseIdleConnections()
			func() {
				defer func() {
					value := recover()
					assert.NotNil(t, value)
					fmt.Fprintf(c, "%v %+v %#v\n%s\n", value, value, value, debug.Stack())
				}()
				_, _ = client.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:*:*:instance/i-1"}, TagKeys: []string{"k"}})
			}()
			c.check(t)
		})
	}
}

// TestNoSecretIsRecordedOfAnyError records errors that quote what a request holds: only the SDK's own are scrubbed,
// so the check is that a journal adds nothing of its own, such as the fields of an error.
func TestNoSecretIsRecordedOfAnyError(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	record(t, j, pair{"i-1", silent{hiddenSecret}}, pair{"i-2", &untag.APIError{Code: "C", Message: "m", Kind: silent{hiddenToken}}})
	c := new(caught)
	_, _ = io.WriteString(c, read(t, path))
	c.check(t)
	assert.Len(t, entries(t, j), 2)
}

// silent holds more than it says.
type silent struct{ inside string }

func (silent) Error() string { return "refused" }
