package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/untag-go/untag"
)

// PendingTags is [Journal.Pending] for TagMany: it leaves out the resources that got these very pairs. One that got others is
// passed on, also if only a value has changed. The order of the pairs does not matter.
//
// Use it together with [Journal.RecordTags]:
//
//	req.Resources = j.PendingTags(all)
//	for arn, err := range j.RecordTags(client.TagMany(ctx, req)) {
func (j *Journal) PendingTags(in iter.Seq2[string, []untag.Tag]) iter.Seq2[string, []untag.Tag] {
	if in == nil {
		return nil // TagMany refuses it with a clear error
	}
	return func(yield func(string, []untag.Tag) bool) {
		for id, tags := range in {
			if !j.handOut(id, digestOf(tags)) && !yield(id, tags) {
				return
			}
		}
	}
}

// handOut reports whether a resource has its pairs already. If not, it is remembered that the run gets it with these.
func (j *Journal) handOut(id string, tags digest) (done bool) {
	k := j.seeds.string(id)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.done.find(k.with(&tags)) != nil {
		return true
	}
	j.handouts.add(k, tags)
	return false
}

// RecordTags is [Journal.Record] for TagMany. Each line has a digest of the pairs that the resource was to get. They are
// known from the [Journal.PendingTags] of this Journal that the run reads while RecordTags is ranged over; a resource from
// elsewhere, also one of a PendingTags that was read before, ends the run with an error. So RecordTags keeps in memory what the
// run has read ahead, and no more: some hundred bytes for each resource.
//
// A resource that comes again with other pairs before its first outcome is known succeeds when all that was read of it
// has succeeded, since an unordered run does not say which outcome is whose.
func (j *Journal) RecordTags(results iter.Seq2[string, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if err := j.beginTags(); err != nil {
			yield("", err)
			return
		}
		defer j.endTags()
		j.record(results, true, yield)
	}
}

func (j *Journal) beginTags() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.chain.version == versionPlain {
		return &endError{errors.New("journal " + j.path + ": a journal of version 0.1.0 has no digests of pairs; choose another path")}
	}
	j.handouts.runs++
	return nil
}

func (j *Journal) endTags() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.handouts.runs--; j.handouts.runs == 0 {
		j.handouts.open = nil // what the run has read and not yielded
	}
}

// handouts are the resources that runs have read and not yielded, with their pairs.
type handouts struct {
	runs int // of RecordTags, now; without any nothing is kept
	open map[key]handout
}

// handout is one resource: how many of its outcomes are missing.
type handout struct {
	tags   digest
	more   []digest // different ones that the same resource was read with
	left   int
	failed bool // one of several
}

func (h *handouts) add(k key, tags digest) {
	if h.runs == 0 {
		return
	}
	if h.open == nil {
		h.open = make(map[key]handout)
	}
	o := h.open[k]
	if o.left == 0 {
		o.tags = tags
	} else if o.tags != tags && !slices.Contains(o.more, tags) {
		o.more = append(o.more, tags)
	}
	o.left++
	h.open[k] = o
}

// settle takes an outcome, and returns with which pairs of the resource it is to be recorded.
func (h *handouts) settle(k key, done bool) ([]digest, error) {
	o := h.open[k]
	if o.left == 0 {
		return nil, errors.New("RecordTags does not know its pairs: give the run the PendingTags of the same journal, and range over RecordTags alone")
	}
	o.left--
	o.failed = o.failed || !done
	if o.left == 0 {
		delete(h.open, k)
	} else {
		h.open[k] = o
	}
	switch {
	case o.more == nil:
		return []digest{o.tags}, nil
	case !done || o.left == 0 && !o.failed:
		return append(o.more, o.tags), nil
	}
	return nil, nil // not yet, or never
}

// digest stands for the pairs of a resource, as a set: 128 bits of a SHA-256.
type digest [16]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

func parseDigest(text []byte) (*digest, bool) {
	var d digest
	if len(text) != hex.EncodedLen(len(d)) {
		return nil, false
	}
	_, err := hex.Decode(d[:], text)
	return &d, err == nil
}

// digestOf leaves Tag.System out, as requests do.
func digestOf(tags []untag.Tag) digest {
	if len(tags) > 1 {
		tags = slices.Clone(tags)
		slices.SortFunc(tags, func(a, b untag.Tag) int {
			if c := strings.Compare(a.Key, b.Key); c != 0 {
				return c
			}
			return strings.Compare(a.Value, b.Value)
		})
		tags = slices.CompactFunc(tags, func(a, b untag.Tag) bool { return a.Key == b.Key && a.Value == b.Value })
	}
	var b []byte
	for _, tag := range tags {
		b = appendText(appendText(b, tag.Key), tag.Value)
	}
	sum := sha256.Sum256(b)
	return digest(sum[:len(digest{})])
}

// appendText appends a text so that what follows cannot be taken for a part of it.
func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
