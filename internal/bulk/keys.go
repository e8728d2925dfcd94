package bulk

import (
	"slices"
	"strconv"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/signature"
)

// ElementSize is the most bytes that an element of a list takes in the query of a call with at most most of them:
// "&ResourceARN.50=…".
func ElementSize(name string, most int, value string) int {
	return len("&.=") + len(name) + len(strconv.Itoa(most)) + signature.EscapedLen(value)
}

// KeyParts are the parts of an UntagMany: keys, at most most of them in a call. KeysOf gives them back.
func KeyParts(keys []string, most int) *Parts {
	parts := &Parts{Value: keys}
	for _, key := range keys {
		parts.Sizes = append(parts.Sizes, ElementSize("TagKey", most, key))
	}
	return parts
}

// KeysOf returns the keys of KeyParts that a call has.
func KeysOf(b *Batch) []string { return keysOf(b.Parts)[b.From:b.To] }

func keysOf(parts *Parts) []string {
	keys, _ := parts.Value.([]string)
	return keys
}

// KeysRemoved is the Operation.Partly of an UntagMany.
func KeysRemoved(parts *Parts, done int, err error) error {
	return &untag.KeysRemovedError{Keys: slices.Clone(keysOf(parts)[:done]), Err: err}
}
