package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/untag-go/untag"
)

// Goroutines inherit the labels of the one that starts them, so those of a client can be told from all others.
const label = "client"

// labelled runs f as a client's goroutine.
func labelled(ctx context.Context, name string, f func(context.Context)) {
	pprof.Do(ctx, pprof.Labels(label, name), f)
}

// census counts the goroutines of every client. To ask costs much, so those who ask together share an answer.
var census struct {
	mu    sync.Mutex
	taken time.Time
	count map[string]int
}

// goroutines counts those that a client has left behind.
func goroutines(t *testing.T, name string) int {
	asked := time.Now()
	census.mu.Lock()
	defer census.mu.Unlock()
	if census.taken.Before(asked) {
		taken := time.Now()
		count, err := countLabels()
		if err != nil {
			t.Error(err)
			return -1
		}
		census.taken, census.count = taken, count
	}
	return census.count[name]
}

// countLabels counts all goroutines by their label.
func countLabels() (map[string]int, error) {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return nil, err
	}
	count := map[string]int{}
	mark := strconv.Quote(label) + ":"
	for block := range strings.SplitSeq(profile.String(), "\n\n") {
		_, rest, ok := strings.Cut(block, mark)
		if !ok {
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return nil, err
		}
		name, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		head, _, _ := strings.Cut(strings.TrimSpace(block), " @")
		n, err := strconv.Atoi(head)
		if err != nil {
			return nil, err
		}
		count[name] += n
	}
	return count, nil
}

// eventually waits until a count has come down.
func eventually(want int, count func() int) (last int) {
	deadline := time.Now().Add(15 * time.Second)
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		if last = count(); last == want || time.Now().After(deadline) {
			return last
		}
		time.Sleep(pause)
	}
}

// records is what a client has logged and told its hook.
type records struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *records) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(line)
}

func (r *records) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func (r *records) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(r, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (r *records) attempt(a untag.Attempt) {
	fmt.Fprintf(r, "%v %+v %#v\n", a, a, a)
	fmt.Fprintln(r, everyText(a.Err))
}

// everyText is all that a program may print of an error: in every way, and of everything inside.
func everyText(err error) string {
	if err == nil {
		return ""
	}
	var b strings.Builder
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&b, format+"\n", err)
	}
	data, _ := json.Marshal(err)
	b.Write(data)
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, inner := range joined.Unwrap() {
			b.WriteString(everyText(inner))
		}
	}
	b.WriteString(everyText(errors.Unwrap(err)))
	return b.String()
}

// leaked returns the canaries that text holds.
func leaked(text string, canaries []string) []string {
	var found []string
	for _, canary := range canaries {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			found = append(found, canary)
		}
	}
	return found
}
