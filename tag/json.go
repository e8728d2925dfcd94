package tag

import (
	"bytes"
	"encoding/json"

	"github.com/untag-go/untag"
)

// tagsJSON returns tags as the parameter Tags, a JSON object with the pairs in their order. "<", ">" and "&" are not
// escaped: for a value of 128 of them that would be 768 characters.
func tagsJSON(tags []untag.Tag) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	write := func(s string) {
		_ = encoder.Encode(s)   // a string always has an encoding
		b.Truncate(b.Len() - 1) // the encoder ends each value with a line break
	}
	b.WriteByte('{')
	for i, tag := range tags {
		if i > 0 {
			b.WriteByte(',')
		}
		write(tag.Key)
		b.WriteByte(':')
		write(tag.Value)
	}
	b.WriteByte('}')
	return b.String()
}
