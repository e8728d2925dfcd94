package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// small is a journal with lines of every kind, and what it says.
func small(t *testing.T) (content string, list []journal.Entry) {
	t.Helper()
	path := newPath(t)
	j := open(t, path)
	record(t, j,
		pair{"acs:ecs:*:*:instance/i-1", nil}, pair{"i-2", errRefused}, pair{"i-3", nil}, pair{"\xff\x00", nil}, pair{"", untag.ErrInvalidRequest},
		pair{"Ж \"4\"", untag.ErrThrottled}, pair{"i-2", nil})
	tagged := tagsOf("i-5", "a=1", "i-6", "a=2", "i-7", "")
	require.Len(t, collect(j.RecordTags(tagRun(j.PendingTags(tagged), map[string]error{"i-6": errRefused}))), 3)
	list = entries(t, j)
	require.NoError(t, j.Close())
	return read(t, path), list
}

// TestLinesAreReadByOthers reads a journal with nothing of this package: JSON, numbers, and a checksum bit by bit.
func TestLinesAreReadByOthers(t *testing.T) {
	t.Parallel()
	content, _ := small(t)
	sum := uint32(0)
	for number, line := range slices.Collect(strings.Lines(content)) {
		body, end, ok := strings.Cut(line, `,"sum":"`)
		require.True(t, ok)
		for _, b := range []byte(body) { // CRC-32C, reflected, with both inversions
			sum = ^(^sum ^ uint32(b))
			for range 8 {
				sum = ^(^sum>>1 ^ 0x82F63B78&-(^sum&1))
			}
		}
		require.Equal(t, fmt.Sprintf("%08x\"}\n", sum), end, "line %d", number+1)
		if number > 0 {
			require.True(t, strings.HasPrefix(body, `{"seq":`+strconv.Itoa(number)+`,"time":"`), body)
		}
	}
}

// reading is what a damaged journal says: an error, or the first so many of the outcomes.
func reading(t *testing.T, path, content string) (*journal.CorruptError, []journal.Entry) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	j, err := journal.Open(path, testPlan)
	if err != nil {
		var corrupt *journal.CorruptError
		require.ErrorAs(t, err, &corrupt)
		require.Equal(t, content, read(t, path), "nothing was changed")
		return corrupt, nil
	}
	list := entries(t, j)
	require.NoError(t, j.Close())
	return nil, list
}

// TestEveryBit flips each bit of a journal in turn. Either Open names the line, or the last line is cut off, which is tried again.
func TestEveryBit(t *testing.T) {
	t.Parallel()
	content, _ := small(t)
	path := newPath(t)
	whole := strings.Count(content, "\n")
	tried, lost := 0, 0
	for at := range len(content) {
		line := 1 + strings.Count(content[:at], "\n")
		for bit := range 8 {
			flipped := []byte(content)
			flipped[at] ^= 1 << bit
			tried++
			require.NoError(t, os.WriteFile(path, flipped, 0o600))
			j, err := journal.Open(path, testPlan)
			if err == nil {
				require.NoError(t, j.Close())
				left := read(t, path)
				require.Equal(t, whole, line, "byte %d, bit %d", at, bit)
				require.Equal(t, whole-1, strings.Count(left, "\n"))
				require.True(t, strings.HasPrefix(content, left))
				lost++
				continue
			}
			corrupt, ok := errors.AsType[*journal.CorruptError](err)
			if !ok || corrupt.Line != line || read(t, path) != string(flipped) {
				t.Fatalf("byte %d, bit %d in line %d: %v", at, bit, line, err)
			}
		}
	}
	t.Logf("%d flips: %d refused, in %d the last outcome is tried again, 0 misread", tried, tried-lost, lost)
	assert.Less(t, lost, 100)
}

// TestEveryBitOfTheHeader is TestEveryBit for a journal that says nothing yet.
func TestEveryBitOfTheHeader(t *testing.T) {
	t.Parallel()
	for version, header := range map[string]string{"2": headerOf(t), "1": plainHeader} {
		path := newPath(t)
		for at := range len(header) {
			for bit := range 8 {
				flipped := []byte(header)
				flipped[at] ^= 1 << bit
				corrupt, _ := reading(t, path, string(flipped))
				if corrupt == nil || corrupt.Line != 1 {
					t.Errorf("version %s, byte %d, bit %d: %v", version, at, bit, corrupt)
				}
			}
		}
	}
}

// TestEveryCut cuts a journal at each byte. What is left of it holds, and nothing else.
func TestEveryCut(t *testing.T) {
	t.Parallel()
	content, _ := small(t)
	path := newPath(t)
	for size := range len(content) {
		write(t, path, content[:size])
		j, err := journal.Open(path, testPlan)
		require.NoError(t, err, "%d bytes", size)
		require.NoError(t, j.Close())
		want := content[:1+strings.LastIndexByte(content[:size], '\n')]
		if want == "" {
			want = headerOf(t)
		}
		require.Equal(t, want, read(t, path))
	}
}

// TestLinesOutOfPlace: what no flip does. Each row edits the lines of a journal; Open names the first that is not where it belongs.
func TestLinesOutOfPlace(t *testing.T) {
	t.Parallel()
	content, list := small(t)
	other, _ := small(t)
	lines, others := slices.Collect(strings.Lines(content)), slices.Collect(strings.Lines(other))
	last := len(lines)
	path := newPath(t)
	check := func(what string, line int, edited ...[]string) {
		t.Helper()
		corrupt, _ := reading(t, path, strings.Join(slices.Concat(edited...), ""))
		if assert.NotNil(t, corrupt, what) {
			assert.Equal(t, line, corrupt.Line, what)
		}
	}
	for i := 1; i < last; i++ {
		if i < last-1 {
			check(fmt.Sprint("missing ", i+1), i+1, lines[:i], lines[i+1:])
		}
		check(fmt.Sprint("twice ", i+1), i+2, lines[:i+1], lines[i:])
		check(fmt.Sprint("blank after ", i+1), i+2, lines[:i+1], []string{"\n"}, lines[i+1:])
		check(fmt.Sprint("a line of 0.1.0 after ", i+1), i+2, lines[:i+1], []string{lineA}, lines[i+1:])
		for k := i + 1; k < last; k++ {
			swapped := slices.Clone(lines)
			swapped[i], swapped[k] = swapped[k], swapped[i]
			check(fmt.Sprint("swapped ", i+1, " and ", k+1), i+1, swapped)
		}
		for k := i + 1; k <= last; k++ {
			check(fmt.Sprint("repeated ", i+1, " to ", k), k+1, lines[:k], lines[i:])
			if k < last {
				check(fmt.Sprint("left out ", i+1, " to ", k), i+1, lines[:i], lines[k:])
			}
		}
	}
	require.Equal(t, lines[0], others[0])
	for i := 2; i < last; i++ { // a journal of the same plan, begun at another time
		if lines[1] != others[1] {
			check(fmt.Sprint("of another from ", i+1), i+1, lines[:i], others[i:])
		}
	}
	check("headers of both versions", 2, []string{plainHeader}, lines)
	check("the header of 0.1.0 in its place", 2, []string{plainHeader}, lines[1:])
	check("the header of 0.1.0 in its place, a line further on", 3, []string{plainHeader, lineA}, lines[1:])
	check("a header without its checksum", 1, []string{strings.Split(lines[0], `,"sum"`)[0] + "}\n"}, lines[1:])
	check("another header in its place", 2, []string{headerOf(t)}, lines[2:])

	corrupt, same := reading(t, path, content)
	require.Nil(t, corrupt)
	assert.Equal(t, list, same)
}

// TestEndsThatACrashLeaves: a crash of the machine can leave blocks of zeros.
func TestEndsThatACrashLeaves(t *testing.T) {
	t.Parallel()
	content, _ := small(t)
	before := strings.TrimSuffix(content, "\n")
	before = before[:1+strings.LastIndexByte(before, '\n')]
	last := content[len(before):]
	for name, test := range map[string]struct {
		tail string
		cut  bool
	}{
		"zeros":                  {strings.Repeat("\x00", 4096), true},
		"first block lost":       {strings.Repeat("\x00", 30) + last[30:], true},
		"second block lost":      {last[:30] + strings.Repeat("\x00", 100), true},
		"no line break":          {strings.TrimSuffix(last, "\n"), true},
		"garbage, no line break": {"\xff\xfe garbage", true},
		"first part, and line":   {last[:40] + "\n", false},
		"two halves":             {last[:40] + "\n" + last[:40] + "\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "journal")
			corrupt, _ := reading(t, path, before+test.tail)
			if !test.cut {
				require.NotNil(t, corrupt)
				assert.Equal(t, strings.Count(content, "\n"), corrupt.Line)
				return
			}
			require.Nil(t, corrupt)
			assert.Equal(t, before, read(t, path))
			j := open(t, path)
			record(t, j, pair{"i-new", nil})
			require.NoError(t, j.Close())
			assert.Empty(t, pending(open(t, path), "i-new"))
		})
	}
}

// TestJournalsOf010GoOn: an older journal is read, and goes on as it is, so that the SDK that began it can still read it.
func TestJournalsOf010GoOn(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	before := plainHeader + lineA + lineB
	write(t, path, before)
	j := open(t, path)
	record(t, j, pair{"i-b", nil}, pair{"", untag.ErrInvalidRequest}, pair{"i-c", errRefused}, pair{"i-a", nil})
	got := collect(j.RecordTags(tagRun(j.PendingTags(tagsOf("i-d", "a=1")), nil)))
	require.Len(t, got, 1)
	require.ErrorContains(t, got[0].err, "0.1.0")
	require.ErrorIs(t, got[0].err, untag.ErrRunEnded)
	require.NoError(t, j.Close())
	after := strings.TrimPrefix(read(t, path), before)
	assert.Regexp(t, `^\{"time":"[^"]+","resource":"i-b","done":true\}\n`+
		`\{"time":"[^"]+","resource":"i-c","code":"InvalidParameter.TagKey","message":"The tag key is not valid.","requestId":"9C7A2E10"\}\n$`, after)
	j = open(t, path)
	assert.Equal(t, []string{"i-a done", "i-b done", "i-c InvalidParameter.TagKey"}, short(t, j))
}
