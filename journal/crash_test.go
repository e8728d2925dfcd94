package journal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

const (
	crashResources = 6_000
	crashWindow    = 800
	crashBatch     = 50
)

func crashIDs() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range crashResources {
			if !yield(fmt.Sprintf("i-bp1%012d", i)) {
				return
			}
		}
	}
}

// refused is what the service will never do.
func refused(id string) bool { return crc32.ChecksumIEEE([]byte(id))%40 == 0 }

// crashChild is a run that will be killed. The directory is the world that outlives it: the journal, what the service has done,
// and what the loop was told.
func crashChild(dir string) {
	must(os.Stdout.WriteString("here\n"))
	appendTo := func(name string) *os.File {
		return must(os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600))
	}
	service, told := appendTo("service"), appendTo("told")
	j := must(journal.Open(filepath.Join(dir, "journal"), testPlan))
	must(os.Stdout.WriteString("open\n"))
	for id, err := range j.Record(untagMany(j.Pending(crashIDs()), service)) {
		if err == nil {
			must(told.WriteString(id + "\n"))
		}
	}
	if err := j.Close(); err != nil {
		panic(err)
	}
}

// untagMany behaves as the runs of the services do: it reads a window ahead, sends batches in any order,
// and yields verdicts in the order of the input. The service has done its work before a verdict is known.
func untagMany(ids iter.Seq[string], service io.Writer) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var window []pair
		sent := 0
		send := func() {
			batches := slices.Collect(slices.Chunk(window[sent:], crashBatch))
			rand.Shuffle(len(batches), func(i, k int) { batches[i], batches[k] = batches[k], batches[i] })
			for _, batch := range batches {
				var did bytes.Buffer
				for i := range batch {
					switch id := batch[i].resource; {
					case refused(id):
						batch[i].err = errRefused
					case rand.IntN(100) == 0:
						batch[i].err = untag.ErrOutcomeUnknown
					default:
						did.WriteString(id + "\n")
					}
				}
				must(service.Write(did.Bytes()))
			}
			sent = len(window)
		}
		deliver := func(n int) bool {
			for _, p := range window[:n] {
				if !yield(p.resource, p.err) {
					return false
				}
			}
			window = slices.Delete(window, 0, n)
			sent -= n
			return true
		}
		for id := range ids {
			window = append(window, pair{id, nil})
			if len(window) < crashWindow {
				continue
			}
			send()
			if !deliver(crashBatch + rand.IntN(crashBatch)) {
				return
			}
		}
		send()
		deliver(len(window))
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	kills, workers := 100, 2
	if testing.Short() {
		kills = 10
	}
	for worker := range workers {
		t.Run(strconv.Itoa(worker), func(t *testing.T) {
			t.Parallel()
			killed, torn, again, runs := 0, 0, 0, 0
			for ; killed < kills/workers; runs++ {
				w := &world{dir: t.TempDir(), succeeded: map[string]bool{}, lost: map[string]bool{}, recorded: map[string]bool{}, read: map[string]int64{}}
				for !w.round(t) {
					killed++
				}
				w.checkEnd(t)
				torn += w.torn
				again = max(again, w.again)
			}
			t.Logf("%d kills of %d runs, %d torn lines, at most %d resources sent again by one resume", killed, runs, torn, again)
		})
	}
}

// world is what the parent knows of a run over all its lives.
type world struct {
	dir       string
	read      map[string]int64 // how far each file has been read
	succeeded map[string]bool  // by the service
	lost      map[string]bool  // by the service, and the verdict was lost with the process that waited for it
	recorded  map[string]bool  // as done
	torn      int
	again     int // the most that one resume has sent again
}

// round runs a child until it ends or is killed, checks what is left, and tells whether it ended.
func (w *world) round(t *testing.T) (ended bool) {
	t.Helper()
	cmd, out := startChild(t, "crash", w.dir, nil)
	if rand.IntN(10) > 0 { // one in ten dies while it reads or begins the journal
		_, err := out.ReadString('\n')
		require.NoError(t, err)
	}
	killer := time.AfterFunc(time.Duration(rand.Int64N(int64(30*time.Millisecond))), func() { _ = cmd.Process.Kill() })
	ended = cmd.Wait() == nil
	killer.Stop()

	// One in a hundred fails for the moment. What was lost by a crash and what failed before it can be more than a window, if
	// the next life sends both, records neither and is killed too.
	again := 0
	for _, id := range w.newLines(t, "service") {
		if w.lost[id] {
			again++
		}
		if w.recorded[id] {
			t.Errorf("%s was sent again though its success was on file", id)
		}
		w.succeeded[id], w.lost[id] = true, true
	}
	assert.LessOrEqual(t, again, crashWindow+crashWindow/20, "sent again by one resume")
	w.again = max(w.again, again)

	for _, line := range w.newLines(t, "journal") {
		if strings.Contains(line, `"journal":"untag"`) {
			continue
		}
		var outcome struct {
			Resource string
			Done     bool
		}
		require.NoError(t, json.Unmarshal([]byte(line), &outcome), line)
		delete(w.lost, outcome.Resource)
		if !outcome.Done {
			continue
		}
		if !w.succeeded[outcome.Resource] {
			t.Errorf("%s is on file as done, and is not", outcome.Resource)
		}
		if w.recorded[outcome.Resource] {
			t.Errorf("%s is on file as done twice", outcome.Resource)
		}
		w.recorded[outcome.Resource] = true
	}
	assert.LessOrEqual(t, len(w.lost), crashWindow+crashWindow/20, "lost by one crash")
	for _, id := range w.newLines(t, "told") {
		if !w.recorded[id] {
			t.Errorf("%s was reported as done and is not on file", id)
		}
	}
	if !ended && w.read["journal"] > 0 && rand.IntN(3) == 0 {
		w.tear(t)
	}
	return ended
}

// newLines returns the whole lines that the last child has added to a file. It removes a torn line, unless Open has to do that.
func (w *world) newLines(t *testing.T, name string) (lines []string) {
	t.Helper()
	path := filepath.Join(w.dir, name)
	content, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	whole := bytes.LastIndexByte(content, '\n') + 1
	if name == "journal" && whole < len(content) {
		w.torn++
	} else {
		require.NoError(t, os.Truncate(path, int64(whole)))
	}
	for line := range strings.Lines(string(content[w.read[name]:whole])) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	w.read[name] = int64(whole)
	return lines
}

// tear appends a part of a line to the journal: a kill seldom leaves one, since the kernel ends most writes before it ends the process.
func (w *world) tear(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(w.dir, "journal"), os.O_WRONLY|os.O_APPEND, 0)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	_, err = f.WriteString(lineA[:1+rand.IntN(len(lineA)-1)])
	require.NoError(t, err)
	w.torn++
}

// checkEnd checks a run that has come to its end: every resource has one outcome, the right one.
func (w *world) checkEnd(t *testing.T) {
	t.Helper()
	j := open(t, filepath.Join(w.dir, "journal"))
	outcomes := map[string]journal.Entry{}
	for _, entry := range entries(t, j) {
		if _, twice := outcomes[entry.Resource]; twice {
			t.Errorf("%s has two outcomes", entry.Resource)
		}
		outcomes[entry.Resource] = entry
	}
	var left []string
	for id := range crashIDs() {
		entry, ok := outcomes[id]
		code := journal.CodeOutcomeUnknown
		if refused(id) {
			code = errRefused.Code
		}
		if entry.Done {
			code = ""
		} else {
			left = append(left, id)
		}
		if !ok || entry.Code != code || entry.Done != w.recorded[id] {
			t.Errorf("%s has the outcome %+v", id, entry)
		}
	}
	assert.Len(t, outcomes, crashResources)
	assert.Equal(t, left, slices.Collect(j.Pending(crashIDs())))
	require.NoError(t, j.Close())
}
