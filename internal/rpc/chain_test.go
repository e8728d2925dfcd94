package rpc_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/markdown"
	"github.com/untag-go/untag/internal/rpc"
)

// provider is a CredentialProvider that may block, fail and change.
type provider func() (*credentials.CredentialModel, error)

func (p provider) GetCredential() (*credentials.CredentialModel, error) { return p() }

func model(id, secret, token string) *credentials.CredentialModel {
	m := &credentials.CredentialModel{AccessKeyId: tea.String(id), AccessKeySecret: tea.String(secret)}
	if token != "" {
		m.SecurityToken = tea.String(token)
	}
	return m
}

// diary notes what happens in which order.
type diary struct {
	mu    sync.Mutex
	notes []string
}

func (d *diary) note(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, what)
}

// TryAcquire, Acquire and Release make a diary the slot of a call, which the limiter takes when the call's time has come.
func (d *diary) Line() any { return d }

func (d *diary) TryAcquire() bool { d.note("pace"); return true }

func (d *diary) Acquire(context.Context) error { d.note("pace"); return nil }

func (d *diary) Release() { d.note("release") }

// notesOf makes a call that the service plays so, and returns what happened. A send has to be signed.
func notesOf(t *testing.T, steps ...step) []string {
	t.Helper()
	log := new(diary)
	for i, then := range steps {
		steps[i] = func(r *http.Request) (*http.Response, error) {
			assert.NotEmpty(t, r.Header.Get("Authorization"), "sent before signed")
			log.note("send")
			return then(r)
		}
	}
	client := newClient(t, play(steps...), func(c *untag.Config) {
		c.Credentials = provider(func() (*credentials.CredentialModel, error) {
			log.note("credentials")
			return model(keyID, keySecret, ""), nil
		})
		c.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
			log.note("begin")
			return ctx, func(error) { log.note("finish") }
		}
		c.OnAttempt = func(context.Context, untag.Attempt) { log.note("report") }
	})
	call := request()
	call.Slot = log
	_, err := client.Do(t.Context(), call)
	require.NoError(t, err)
	return log.notes
}

func TestOrderOfChain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		notes := notesOf(t, refuse(http.StatusServiceUnavailable, "ServiceUnavailable"), fail(errReset), ok)
		attempt := []string{"pace", "credentials", "send", "release", "report"}
		assert.Equal(t, slices.Concat([]string{"begin"}, attempt, attempt, attempt, []string{"finish"}), notes)
	})
}

// TestDiagramOfChain compares the steps of the README's diagram with what happens. Steps that leave no note in the diary
// are skipped; that the request is signed before it is sent is asserted where it is sent.
func TestDiagramOfChain(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	diagram := ""
	for _, block := range markdown.Parse(string(text)).Blocks {
		if block.Language == "mermaid" {
			diagram = block.Text
		}
	}
	next := make(map[string]string)
	var edges []string
	for _, edge := range regexp.MustCompile(`(?m)^\s*(\w+) -->(?:\|[^|]*\|)? (\w+)`).FindAllStringSubmatch(diagram, -1) {
		edges = append(edges, edge[1]+" "+edge[2])
		if next[edge[1]] == "" { // the first edge of a step is the way on, except at the two that may refuse or repeat
			next[edge[1]] = edge[2]
		}
	}
	require.Subset(t, edges, []string{"validate encode", "report finish", "report pace"})
	next["validate"], next["report"] = "encode", "finish"
	var steps []string
	for step := "validate"; step != ""; step = next[step] {
		require.NotContains(t, steps, step, "a circle")
		require.NotContains(t, []string{"call", "class", "click", "end", "graph", "style", "subgraph"}, step, "a word of Mermaid's own")
		steps = append(steps, step)
	}

	noted := slices.DeleteFunc(notesOf(t, ok), func(note string) bool { return note == "release" })
	assert.Equal(t, noted, slices.DeleteFunc(slices.Clone(steps), func(step string) bool { return !slices.Contains(noted, step) }))
	assert.Equal(t, []string{"validate", "encode", "begin", "pace", "credentials", "sign", "send", "read", "classify", "report", "finish"}, steps[:11])
}

func TestInvalidRequestAsksNobody(t *testing.T) {
	t.Parallel()
	config := settings(play(fail(errReset)))
	config.Credentials = provider(func() (*credentials.CredentialModel, error) {
		t.Error("credentials were asked for")
		return nil, errReset
	})
	config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
		t.Error("a call was reported")
		return ctx, nil
	}
	service, err := ecs.New(config)
	require.NoError(t, err)
	_, err = service.UntagResources(t.Context(), ecs.UntagResourcesRequest{Region: "cn-hangzhou"})
	require.ErrorIs(t, err, untag.ErrInvalidRequest)

	client, err := rpc.New(config, anyService)
	require.NoError(t, err)
	for _, region := range []string{"", "cn-hangzhou.evil.example", "cn-hangzhou/", "x@y-z"} {
		call := request()
		call.Region = region
		_, err = client.Do(t.Context(), call)
		require.ErrorIs(t, err, untag.ErrInvalidRequest, "%q", region)
	}
}

// verifyV3 computes the signature of what came over the wire from the protocol's words alone.
func verifyV3(t *testing.T, m message) {
	t.Helper()
	authorization := m.header.Get("Authorization")
	match := regexp.MustCompile(`^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$`).FindStringSubmatch(authorization)
	require.NotNil(t, match, authorization)
	hash := func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	names := strings.Split(match[2], ";")
	assert.True(t, slices.IsSorted(names))
	var lines strings.Builder
	for _, name := range names {
		value := m.header.Get(name)
		if name == "host" {
			value = m.host
		}
		lines.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	must := []string{"host"}
	for name := range m.header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") || lower == "content-type" {
			must = append(must, lower)
		}
	}
	assert.ElementsMatch(t, must, names)
	assert.Equal(t, hash(m.body), m.header.Get("X-Acs-Content-Sha256"))
	canonical := "POST\n/\n" + m.url.RawQuery + "\n" + lines.String() + "\n" + match[2] + "\n" + hash(m.body)
	mac := hmac.New(sha256.New, []byte(keySecret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hash(canonical)))
	assert.Equal(t, hex.EncodeToString(mac.Sum(nil)), match[3])
	assert.Equal(t, keyID, match[1])
}

// wire records what a server reads from its socket.
func wire(t *testing.T, then http.Handler) (server *httptest.Server, recorded *script) {
	t.Helper()
	recorded = play(ok)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		echo := r.Clone(r.Context())
		echo.URL.RawQuery = r.URL.RawQuery
		recorded.record(echo)
		r.Body = http.NoBody
		if body := recorded.messages()[len(recorded.messages())-1].body; body != "" {
			r.Body = bodyOf(body)
		}
		then.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server, recorded
}
