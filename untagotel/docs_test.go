package untagotel_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

const page = "../docs/observability.md"

// read returns a file of the repository. Where the module is used by itself there are no pages, and nothing to compare.
func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) && strings.HasPrefix(file, "../") {
		t.Skip("not in the repository: ", file)
	}
	require.NoError(t, err)
	return string(text)
}

var dotted = regexp.MustCompile(`\b(?:rpc|http|cloud|error|untag|alibaba_cloud)\.[a-z_]+(?:\.[a-z_]+)*\b`)

// TestDocumentedNames compares the names of everything that is exported with those in the package's comment and on the page.
func TestDocumentedNames(t *testing.T) {
	t.Parallel()
	comment := read(t, "doc.go")
	text := read(t, page)
	synctest.Test(t, func(t *testing.T) {
		c := newCollector(t)
		cloud := newCloud()
		cloud.Inject(untagtest.Fault{Calls: 2, Code: untag.CodeThrottlingUser}, untagtest.Fault{Calls: 1, Code: untag.CodeForbiddenRAM})
		untagAll(t, c, cloud.Config())
		exported := make(map[string]bool)
		for _, span := range append(c.calls(), c.attempts()...) {
			for key := range attributesOf(span.Attributes()) {
				exported[key] = true
			}
		}
		for name, points := range c.metrics() {
			exported[name] = true
			for _, p := range points {
				for key := range p.attributes {
					exported[key] = true
				}
			}
		}
		for where, text := range map[string]string{"doc.go": comment, page: text} {
			documented := make(map[string]bool)
			for _, name := range dotted.FindAllString(text, -1) {
				documented[name] = true
			}
			for _, other := range []string{"cloud.provider"} { // mentioned, not exported
				delete(documented, other)
			}
			assert.Equal(t, exported, documented, where)
		}
		for _, m := range c.collect().Metrics {
			_, row, _ := strings.Cut(text, "\n| `"+m.Name+"` | ")
			row, _, _ = strings.Cut(row, "\n")
			assert.Contains(t, row, " | `"+m.Unit+"` | ", m.Name)
			assert.NotEmpty(t, m.Description)
		}
	})
}

// TestDocumentedWords looks for every value of error.type and untag.outcome.
func TestDocumentedWords(t *testing.T) {
	t.Parallel()
	for file, quote := range map[string]string{page: "`", "doc.go": ""} {
		text := read(t, file)
		for _, word := range []string{
			"done", "refused", "unknown", "not_attempted", "invalid", "partial",
			"invalid_parameter", "unauthenticated", "permission_denied", "not_found", "quota_exceeded", "throttled", "unavailable",
			"clock_skew", "partial_failure", "timeout", "canceled", "invalid_request", "_OTHER",
		} {
			assert.Contains(t, text, quote+word+quote, file)
		}
	}
}

// TestDocumentedCode finds the page's code in the examples, which are run.
func TestDocumentedCode(t *testing.T) {
	t.Parallel()
	examples := unindented(read(t, "example_test.go"))
	blocks := strings.Split(read(t, page), "```go\n")[1:]
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "```")
		assert.Contains(t, examples, unindented(code))
	}
}

func unindented(code string) string {
	return regexp.MustCompile(`(?m)^\t+`).ReplaceAllString(code, "")
}

// TestDocumentedDependencies looks for every module that go.mod requires, on the page or among those of the SDK.
func TestDocumentedDependencies(t *testing.T) {
	t.Parallel()
	text := read(t, page) + read(t, "../docs/dependencies.md")
	found := 0
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`).FindAllStringSubmatch(read(t, "go.mod"), -1) {
		module, version := m[1], m[2]
		if module == "github.com/untag-go/untag" {
			continue
		}
		found++
		row := regexp.MustCompile("(?m)^.*`" + regexp.QuoteMeta(module) + "`.*$").FindString(text)
		assert.Contains(t, row, version, module)
	}
	assert.Greater(t, found, 10)
}
