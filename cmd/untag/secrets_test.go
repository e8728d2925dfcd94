package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The canaries. None of them may show in anything that the program writes.
const (
	hiddenID     = "LTAI5tBulkCanaryKeyIdZx81Q"
	hiddenSecret = "BulkCanarySecret/Ty77+UiOp=AsDf"
	hiddenToken  = "CAISBulkCanaryToken%41/GhJk+Lz99==& x"
)

// hostileService echoes what a request holds, and what it knows of the secrets, in every field of its answers.
type hostileService struct {
	status int
	answer func(text string, resources []string) string
	before func() // runs at each request

	mu         sync.Mutex
	signatures []string
}

func (h *hostileService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	query := r.URL.Query()
	_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	if signature == "" {
		signature = form.Get("Signature")
	}
	h.mu.Lock()
	h.signatures = append(h.signatures, signature)
	h.mu.Unlock()
	if h.before != nil {
		h.before()
	}
	var resources []string
	for n := 1; ; n++ {
		name := fmt.Sprintf("ResourceARN.%d", n)
		if !query.Has(name) && !form.Has(name) {
			break
		}
		resources = append(resources, query.Get(name)+form.Get(name))
	}
	text := fmt.Sprintf("%s %s %s %v %s %s", hiddenID, hiddenSecret, hiddenToken, r.Header, r.Header.Get("Authorization"), body)
	line := strings.Map(func(c rune) rune { return max(c, ' ') }, text)
	for _, name := range []string{"X-Acs-Request-Id", "X-Acs-Retry-After", "Date", "Server", "Location", "X-Ratelimit-User"} {
		w.Header().Set(name, line)
	}
	w.WriteHeader(h.status)
	_, _ = io.WriteString(w, h.answer(text, resources))
}

func marshal(value any) string {
	data, _ := json.Marshal(value)
	return string(data)
}

func echo(code string) func(string, []string) string {
	return func(text string, _ []string) string {
		return marshal(map[string]any{
			"RequestId": text, "HostId": text, "Code": cmp.Or(code, text), "Message": text, "Recommend": text, text: text,
			"AccessDeniedDetail": map[string]string{"PolicyType": text, "AuthPrincipalDisplayName": text, "EncodedDiagnosticMessage": text, "NoPermissionType": text, "AuthAction": text},
		})
	}
}

// failItems is an answer of the Tag service that has text in every failed resource.
func failItems(text string, resources []string) string {
	var failed []any
	for _, name := range resources {
		failed = append(failed, map[string]any{"ResourceARN": name, "Result": map[string]string{"Code": text, "Message": text}})
	}
	return marshal(map[string]any{"RequestId": text, "FailedResources": map[string]any{"FailedResource": failed}})
}

// hostileServices are the ways to answer.
func hostileServices() map[string]*hostileService {
	page := func(text string, _ []string) string { return "<html><body>" + text + "</body></html>" }
	return map[string]*hostileService{
		"echo":           {status: 400, answer: echo("")},
		"refusal":        {status: 403, answer: echo("Forbidden.RAM")},
		"each resource":  {status: 404, answer: echo("InvalidResourceId.NotFound")},
		"signature":      {status: 400, answer: echo("SignatureDoesNotMatch")},
		"expired token":  {status: 400, answer: echo("InvalidSecurityToken.Expired")},
		"a page":         {status: 502, answer: page},
		"a redirect":     {status: 302, answer: page},
		"success":        {status: 200, answer: func(text string, _ []string) string { return marshal(map[string]string{"RequestId": text}) }},
		"items":          {status: 200, answer: failItems},
		"half an answer": {status: 200, answer: func(text string, _ []string) string { return `{"RequestId":"` + text }},
	}
}

// environment puts the canaries where the default chain finds them.
func environment(t *testing.T) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, "")
		t.Setenv(strings.ToLower(name), "")
	}
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", hiddenID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", hiddenSecret)
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", hiddenToken)
}

// checkHidden searches a text for the longest part of each secret that every encoder leaves as it is.
func checkHidden(t *testing.T, where, text string, signatures []string) {
	t.Helper()
	for _, secret := range slices.Concat([]string{hiddenID, hiddenSecret, hiddenToken}, signatures) {
		require.GreaterOrEqual(t, len(secret), 6, "a request without a signature")
		part := slices.MaxFunc(strings.FieldsFunc(secret, func(r rune) bool { return strings.ContainsRune("/+=&% ", r) }),
			func(a, b string) int { return len(a) - len(b) })
		for _, form := range []string{part, fmt.Sprintf("%x", part[:6])} {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%q is in %s: …%s…", secret, where, text[max(0, at-200):min(len(text), at+200)])
			}
		}
	}
}

// checkAll searches what a run printed, and every file of a directory.
func checkAll(t *testing.T, r result, dir string, signatures []string) {
	t.Helper()
	checkHidden(t, "stdout", r.stdout, signatures)
	checkHidden(t, "stderr", r.stderr, signatures)
	assert.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			checkHidden(t, entry.Name(), string(data), signatures)
		}
		return err
	}))
}

// TestNoSecretIsWritten runs the program with every flag against services that echo: neither the terminal nor a report nor the
// journal may have a secret, and neither may what is written when the run is repeated from them.
func TestNoSecretIsWritten(t *testing.T) {
	environment(t)
	var all sync.WaitGroup // subtests cannot be parallel beside the environment
	for name, service := range hostileServices() {
		for _, kind := range []string{"tag", "ecs"} {
			all.Go(func() {
				provoke(t, name+", "+kind, kind, &hostileService{status: service.status, answer: service.answer})
			})
		}
	}
	all.Wait()
}

// provoke plans, runs, retries and resumes.
func provoke(t *testing.T, name, kind string, service *hostileService) {
	t.Helper()
	server := httptest.NewServer(service)
	defer server.Close()
	list := strings.Join(arns(60), "\n") + "\ni-1\n"
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	args := []string{"run", "-live", "-endpoint", server.URL, "-service", kind, "-keys", "a,b", "-rate", "-1", "-region", "cn-hangzhou", "-no-whoami", "-account", "42"}
	if kind == "ecs" {
		args = append(args, "-resource-type", "instance")
	}
	record := []string{"-yes", "-journal", path("j")}
	for _, more := range [][]string{
		{"-plan"},
		nil,
		append(record, "-report", path("r.csv"), "-report", path("r.jsonl"), "-report", path("r.html")),
		{"-yes", "-retry", path("r.csv"), "-report", path("again.html"), "-unordered"},
		append(record, "-report", path("resumed.csv"), "-concurrency", "1"),
	} {
		stdin := list
		if slices.Contains(more, "-retry") {
			stdin = ""
		}
		checkAll(t, start(t, stdin, nil, slices.Concat(args, more)...), dir, service.signatures)
	}
	assert.NotEmpty(t, service.signatures, name)
	assert.FileExists(t, path("r.html"), name)
	assert.FileExists(t, path("j"), name)
}

// TestNoSecretIsWrittenOnInterrupt stops runs gently and at once.
func TestNoSecretIsWrittenOnInterrupt(t *testing.T) {
	environment(t)
	for _, times := range []int{1, 2} {
		signals := make(chan os.Signal, 2)
		service := &hostileService{status: 503, answer: echo("ServiceUnavailable")}
		service.before = sync.OnceFunc(func() {
			for range times {
				signals <- os.Interrupt
			}
		})
		server := httptest.NewServer(service)
		dir := t.TempDir()
		r := start(t, strings.Join(arns(120), "\n"), signals, "run", "-live", "-yes", "-endpoint", server.URL, "-service", "tag", "-keys", "a", "-region", "cn-hangzhou",
			"-no-whoami", "-account", "42", "-journal", filepath.Join(dir, "j"), "-report", filepath.Join(dir, "r.csv"), "-report", filepath.Join(dir, "r.html"))
		server.Close()
		assert.Equal(t, exitNot, r.code)
		assert.Contains(t, r.stderr, "Interrupted")
		checkAll(t, r, dir, service.signatures)
	}
}

// TestNoSecretIsWrittenWithoutAService has what goes wrong before a request is sent, or in the place of one.
func TestNoSecretIsWrittenWithoutAService(t *testing.T) {
	environment(t)
	live := []string{"run", "-live", "-yes", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance"}
	for _, args := range [][]string{
		{"-h"},
		{"-unknown"},
		{"run", "-unknown", hiddenSecret[:0]},
		{"run", "-service", "oss"},
		{"run", "-concurrency", "x"},
		append(live, "-keys", "a", "-endpoint", "http://127.0.0.1:1"),
		append(live, "-keys", "a", "-endpoint", "http://user:"+url.QueryEscape(hiddenSecret)+"@127.0.0.1:1"),
		append(live, "-keys", "a", "-endpoint", "http://127.0.0.1:1/?AccessKeyId="+hiddenID+"&SecurityToken="+url.QueryEscape(hiddenToken)),
		append(live, "-all", "-keys", "a"),
		append(live, "-keys", "a,a"),
		append(live, "-keys", "a", "-journal", filepath.Join(t.TempDir(), "no", "such", "j"), "-account", "42"),
	} {
		r := start(t, "i-1\n", nil, args...)
		assert.NotEmpty(t, r.stdout+r.stderr)
		checkAll(t, r, t.TempDir(), nil)
	}
	// Half of the credentials, and credentials that cannot stand in a header.
	for name, value := range map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": hiddenID + "\n", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": hiddenSecret + "\n"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			r := start(t, "i-1\n", nil, append(live, "-keys", "a", "-endpoint", "http://127.0.0.1:1")...)
			assert.Equal(t, exitNot, r.code)
			checkAll(t, r, t.TempDir(), nil)
		})
	}
}

// TestNoSecretIsWrittenByJobs has the verbs on folders and whoami, against services that echo.
func TestNoSecretIsWrittenByJobs(t *testing.T) {
	environment(t)
	var all sync.WaitGroup
	for name, service := range hostileServices() {
		all.Go(func() {
			server := httptest.NewServer(service)
			defer server.Close()
			dir := t.TempDir()
			for _, args := range [][]string{
				{"whoami"},
				{"find", filepath.Join(dir, "job"), "-live", "-keys", "a", "-regions", "cn-hangzhou"},
				{"run", "-live", "-yes", "-service", "tag", "-keys", "a", "-region", "cn-hangzhou", file(t, "l.txt", arns(1)[0])},
			} {
				r := start(t, "", nil, append(args, "-endpoint", server.URL)...)
				assert.Equal(t, exitNot, r.code, "%s: %v", name, args)
				checkAll(t, r, dir, service.signatures)
			}
		})
	}
	all.Wait()
}

// TestSearchFindsSecrets checks the search itself.
func TestSearchFindsSecrets(t *testing.T) {
	t.Parallel()
	for _, text := range []string{hiddenID, url.QueryEscape(hiddenSecret), marshal(hiddenToken), "signature-0123456789", fmt.Sprintf("%x", hiddenSecret)} {
		probe := new(testing.T)
		checkHidden(probe, "a text", "x "+text+" x", []string{"signature-0123456789"})
		assert.True(t, probe.Failed(), text)
	}
}
