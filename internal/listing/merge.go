package listing

import (
	"slices"

	"github.com/untag-go/untag"
)

// MergeTags adds more to tags. Of two values of one key the later stays, in the place of the earlier: a row came twice, or
// the tag was changed while the list was read.
func MergeTags(tags, more []untag.Tag) []untag.Tag {
	for _, tag := range more {
		if i := IndexOfKey(tags, tag.Key); i >= 0 {
			tags[i] = tag
		} else {
			tags = append(tags, tag)
		}
	}
	return tags
}

// IndexOfKey returns where the tag of a key is, -1 if there is none.
func IndexOfKey(tags []untag.Tag, key string) int {
	return slices.IndexFunc(tags, func(tag untag.Tag) bool { return tag.Key == key })
}
