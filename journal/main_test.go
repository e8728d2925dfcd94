package journal_test

import (
	"bufio"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// childRole names what the test binary does when a test starts it again as a process of its own.
const childRole = "UNTAG_JOURNAL_TEST_CHILD"

var children = map[string]func(dir string){"crash": crashChild, "hold": holdChild, "sdk": sdkChild}

func TestMain(m *testing.M) {
	if child, ok := children[os.Getenv(childRole)]; ok {
		child(os.Args[1])
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// startChild starts the test binary in a role and waits until it says that it is there.
func startChild(t *testing.T, role, dir string, edit func(*exec.Cmd)) (cmd *exec.Cmd, out *bufio.Reader) {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd = exec.CommandContext(t.Context(), exe, dir)
	cmd.Env = append(os.Environ(), childRole+"="+role, "GORACE=atexit_sleep_ms=0") // the race detector would keep a child for a second at its end
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	if edit != nil {
		edit(cmd)
	}
	require.NoError(t, cmd.Start())
	out = bufio.NewReader(stdout)
	if _, err := out.ReadString('\n'); err != nil {
		_ = cmd.Wait()
		t.Fatalf("child %s did not start: %v", role, err)
	}
	return cmd, out
}

// must is for children, which have no *testing.T.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

var testPlan = journal.Plan{Service: untag.ServiceTag, Action: "UntagResources", Account: "1234567890123456", TagKeys: []string{"env", "team"}}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "run.jsonl") }

func open(t testing.TB, path string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(path, testPlan)
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	return j
}

type pair struct {
	resource string
	err      error
}

// run is the results of a run.
func run(pairs ...pair) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, p := range pairs {
			if !yield(p.resource, p.err) {
				return
			}
		}
	}
}

func collect(seq iter.Seq2[string, error]) (pairs []pair) {
	for resource, err := range seq {
		pairs = append(pairs, pair{resource, err})
	}
	return pairs
}

// drain ranges over a sequence to its end.
func drain[K, V any](seq iter.Seq2[K, V]) {
	seq(func(K, V) bool { return true })
}

// record records a run and requires that all of it was passed on.
func record(t testing.TB, j *journal.Journal, pairs ...pair) {
	t.Helper()
	require.Equal(t, pairs, collect(j.Record(run(pairs...))))
	require.NoError(t, j.Err())
}

func entries(t testing.TB, j *journal.Journal) (list []journal.Entry) {
	t.Helper()
	for entry, err := range j.Entries() {
		require.NoError(t, err)
		list = append(list, entry)
	}
	return list
}

func read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

func write(t testing.TB, path, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

// headerOf is the first line of a journal of testPlan.
func headerOf(t testing.TB) string {
	t.Helper()
	path := newPath(t)
	require.NoError(t, open(t, path).Close())
	return read(t, path)
}

// holdChild keeps a journal open until it is killed.
func holdChild(path string) {
	must(journal.Open(path, testPlan))
	must(os.Stdout.WriteString("held\n"))
	must(io.Copy(io.Discard, os.Stdin))
}
