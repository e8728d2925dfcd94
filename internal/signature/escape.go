package signature

const upperHex = "0123456789ABCDEF"

// unreserved marks the bytes that stand for themselves in a canonical query: the unreserved set of RFC 3986.
var unreserved = func() (table [256]bool) {
	const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "abcdefghijklmnopqrstuvwxyz" + "0123456789" + "-_.~"
	for i := range len(set) {
		table[set[i]] = true
	}
	return table
}()

// widths are the bytes that each byte takes: 1 or 3.
var widths = func() (table [256]uint8) {
	for c := range table {
		if table[c] = 3; unreserved[c] {
			table[c] = 1
		}
	}
	return table
}()

// AppendEscaped appends s percent-encoded to dst: A-Z, a-z, 0-9 and - _ . ~ stay, every other byte of its UTF-8 form becomes %XX in
// upper case. A space becomes %20, never +. Bytes that are not UTF-8 are encoded as they are.
func AppendEscaped(dst []byte, s string) []byte {
	return appendEscaped(dst, s)
}

// appendEscaped also takes bytes, because V1 encodes a query that is already encoded. It copies runs rather than bytes: most of an
// identifier or an ARN needs no encoding.
func appendEscaped[S string | []byte](dst []byte, s S) []byte {
	run := 0
	for i := range len(s) {
		c := s[i]
		if unreserved[c] {
			continue
		}
		dst = append(dst, s[run:i]...)
		dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		run = i + 1
	}
	return append(dst, s[run:]...)
}

// EscapedLen returns the number of bytes that AppendEscaped appends for s. It adds up widths and asks nothing of a byte: to
// guess where the colons of an ARN are costs a processor more than to look at every byte.
func EscapedLen(s string) int {
	n := 0
	for i := range len(s) {
		n += int(widths[s[i]])
	}
	return n
}
