package bulk

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/untag-go/untag"
)

// TagParts makes the parts of a TagMany of the tags that a resource brings.
type TagParts struct {
	Check func(tags []untag.Tag) []untag.Problem // what is wrong with them, with fields that begin ".Tags"
	Size  func(tag untag.Tag) int                // of a tag in the query
}

// maxKnown is how many sets of tags are remembered, some MB. Runs mostly have a few, or as many as resources.
const maxKnown = 4096

// EachTags gives each resource the parts of its tags. The order of tags means nothing, so sets that are equal but for it
// are one: they are sorted by key. Tags are copied, because the input may use its slice again.
func EachTags(resources iter.Seq2[string, []untag.Tag], parts TagParts) iter.Seq2[string, *Parts] {
	return func(yield func(string, *Parts) bool) {
		known := make(map[string]*Parts)
		var sorted []untag.Tag
		var id []byte
		for resource, tags := range resources {
			sorted = append(sorted[:0], tags...)
			slices.SortStableFunc(sorted, func(a, b untag.Tag) int { return cmp.Compare(a.Key, b.Key) })
			id = appendTagsID(id[:0], sorted)
			own := known[string(id)]
			if own == nil {
				if len(known) == maxKnown {
					clear(known) // those that are in use stay in use
				}
				own = parts.of(slices.Clone(sorted), tags)
				own.ID = string(id)
				known[own.ID] = own
			}
			if !yield(resource, own) {
				return
			}
		}
	}
}

// appendTagsID appends what equal sets of tags have in common, and no others.
func appendTagsID(dst []byte, sorted []untag.Tag) []byte {
	for _, tag := range sorted {
		system := byte(0)
		if tag.System {
			system = 1
		}
		dst = append(dst, system)
		for _, word := range [...]string{tag.Key, tag.Value} {
			dst = append(binary.AppendUvarint(dst, uint64(len(word))), word...)
		}
	}
	return dst
}

func (p TagParts) of(sorted, given []untag.Tag) *Parts {
	parts := &Parts{Value: sorted, Problems: p.Check(given)}
	for _, tag := range sorted {
		parts.Sizes = append(parts.Sizes, p.Size(tag))
	}
	return parts
}

// TagsOf returns the tags that a call of a TagMany writes.
func TagsOf(b *Batch) []untag.Tag {
	return b.Parts.Value.([]untag.Tag)[b.From:b.To] //nolint:forcetypeassert // EachTags'
}

// TagsWritten is the Operation.Partly of a TagMany.
func TagsWritten(parts *Parts, done int, err error) error {
	written := &untag.TagsWrittenError{Err: err}
	for _, tag := range parts.Value.([]untag.Tag)[:done] { //nolint:forcetypeassert // EachTags'
		written.Keys = append(written.Keys, tag.Key)
	}
	return written
}
