package cleanup

import (
	"slices"
	"time"

	"github.com/untag-go/untag"
)

// What the lines of the folder's logs hold. Short names: there are some lines for each of ten million resources.

// header is the first line of job.log.
type header struct {
	Format  int       `json:"format"` // 1
	Created time.Time `json:"created"`
	Account string    `json:"account"`
	Keys    []string  `json:"keys,omitempty"`
	Pairs   []pair    `json:"tags,omitempty"`
	Regions []string  `json:"regions,omitempty"`
	Asked   bool      `json:"asked,omitempty"` // the account was named by whoever made the job
	Local   string    `json:"local,omitempty"` // the loopback endpoint of a rehearsal; "": the real services
}

// event is any other line of job.log: the beginning or the end of a run.
type event struct {
	Time    time.Time `json:"time"`
	Run     int       `json:"run"`
	Step    step      `json:"step"`
	Regions []string  `json:"regions,omitempty"` // of a run of find: where it searches
	Told    string    `json:"told,omitempty"`    // a region whose resources Find has yielded
	End     bool      `json:"end,omitempty"`     // the run came to its end
}

type step string

const (
	stepFind    step = "find"
	stepRemove  step = "remove"
	stepVerify  step = "verify"
	stepRestore step = "restore"
)

// pair is a tag: a key and a value.
type pair [2]string

func pairsOf(tags []untag.Tag) []pair {
	pairs := make([]pair, len(tags))
	for i, t := range tags {
		pairs[i] = pair{t.Key, t.Value}
	}
	return pairs
}

func tagsOf(pairs []pair) []untag.Tag {
	if len(pairs) == 0 {
		return nil
	}
	tags := make([]untag.Tag, len(pairs))
	for i, p := range pairs {
		tags[i] = untag.Tag{Key: p[0], Value: p[1]}
	}
	return tags
}

func keysOf(pairs []pair) []string {
	keys := make([]string, len(pairs))
	for i, p := range pairs {
		keys[i] = p[0]
	}
	return keys
}

func sortPairs(pairs []pair) {
	slices.SortFunc(pairs, func(a, b pair) int { return slices.Compare(a[:], b[:]) })
}
