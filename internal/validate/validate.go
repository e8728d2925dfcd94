// Package validate holds the rules that the requests of several services share. A request is checked as a whole:
// all its problems are reported at once. Checking a valid request allocates nothing.
package validate

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/endpoint"
)

// Check collects the problems of one request.
type Check struct {
	level    untag.Validation
	problems []untag.Problem
}

// New returns a Check that reports what the level refuses.
func New(level untag.Validation) *Check { return &Check{level: level} }

// Err returns a *untag.ValidationError of all problems, nil if there are none.
func (c *Check) Err(request string) error {
	if len(c.problems) == 0 {
		return nil
	}
	return &untag.ValidationError{Request: request, Problems: c.problems}
}

// Unsafe adds a problem that every level refuses: sending it could remove more than was meant.
func (c *Check) Unsafe(field, value, reason string) {
	c.problems = append(c.problems, untag.Problem{Field: field, Value: value, Reason: reason})
}

// Certain adds a problem that every source agrees the service refuses.
func (c *Check) Certain(field, value, reason string) {
	if c.level <= untag.ValidateCertain {
		c.Unsafe(field, value, reason)
	}
}

// Documented adds a problem that the operation's document forbids, and says how to send it anyway.
func (c *Check) Documented(field, value, reason string) {
	if c.level <= untag.ValidateDocumented {
		c.Unsafe(field, value, reason+" (by the document; Config.Validation: untag.ValidateCertain sends it anyway)")
	}
}

// Region checks a region's presence and syntax. It becomes part of a host name, so no level skips this.
func (c *Check) Region(region string) {
	if region == "" {
		c.Unsafe("Region", "", "is missing; set it in the request or in the Config, such as cn-hangzhou")
		return
	}
	if err := endpoint.CheckRegion(region); err != nil {
		c.Unsafe("Region", region, err.Error())
	}
}

// Count checks a list's length. many says what to do with more.
func (c *Check) Count(field string, n, most int, many string) {
	if n > most {
		c.Certain(field, "", "has "+strconv.Itoa(n)+" elements, the limit is "+strconv.Itoa(most)+" a call; "+many)
	}
}

// ID checks a resource ID. It returns "" if it is fine, else what is wrong.
func ID(id string) (reason string, unsafe bool) {
	switch {
	case id == "":
		return "is empty", true
	case isARN(id):
		return "is an ARN; give the ID alone, the part behind its last slash, or use package tag, which takes ARNs", false
	case Text(id):
		return "", false
	case !utf8.ValidString(id):
		return "is not valid UTF-8", false
	}
	return "holds a control character, such as a line break or a tab", false
}

// isARN reports whether an ID is an ARN, as people copy it: with space or a quotation mark before it, in any case.
func isARN(id string) bool {
	id = strings.ToLower(strings.TrimLeft(id[:min(len(id), 64)], " \"'"))
	return strings.HasPrefix(id, "acs:") || strings.HasPrefix(id, "arn:acs:")
}

// IDs checks the resource IDs of a call.
func (c *Check) IDs(field string, ids []string, most int, many string) {
	if len(ids) == 0 {
		c.Unsafe(field, "", "is empty; name at least one resource")
	}
	c.Count(field, len(ids), most, many)
	for i, id := range ids {
		c.id(field, i, id)
	}
}

func (c *Check) id(field string, i int, id string) {
	if id != "" && strings.IndexByte(id, ':') < 0 && printableASCII(id) {
		return // nearly always; nothing below costs a valid request anything
	}
	reason, unsafe := ID(id)
	switch {
	case reason == "":
	case unsafe:
		c.Unsafe(Index(field, i), id, reason)
	default:
		c.Certain(Index(field, i), id, reason)
	}
}

// Index returns the path of a list's element, "TagKeys[3]".
func Index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// KeyRules are a service's rules for tag keys. The zero value knows none.
type KeyRules struct {
	Most      int  // keys a call
	Reserved  bool // no prefix aliyun or acs:
	NoURL     bool // no http:// or https:// inside
	MaxLength int  // in characters; 0: not documented
	Charset   bool // letters, digits, ".", "_", "-", a letter first; a Chinese character is a letter
}

func reserved(s string) string {
	switch {
	case strings.HasPrefix(s, "aliyun"):
		return "starts with the reserved prefix aliyun"
	case strings.HasPrefix(s, "acs:"):
		return "starts with the reserved prefix acs:"
	}
	return ""
}

func holdsURL(s string) bool {
	return strings.IndexByte(s, ':') >= 0 && (strings.Contains(s, "http://") || strings.Contains(s, "https://"))
}

// tooLong counts characters, not bytes. 0: there is no limit.
func tooLong(s string, most int) string {
	if most == 0 || len(s) <= most || utf8.RuneCountInString(s) <= most {
		return ""
	}
	return fmt.Sprintf("has %d characters, the limit is %d", utf8.RuneCountInString(s), most)
}

// Keys checks the tag keys of a call, without their number. A repeated key is refused: every service has a code for it.
func (c *Check) Keys(keys []string, rules KeyRules) {
	for i, key := range keys {
		if !printableASCII(key) && !utf8.ValidString(key) {
			c.Certain(Index("TagKeys", i), key, "is not valid UTF-8")
			continue
		}
		if reason := rules.broken(key); reason != "" {
			c.Documented(Index("TagKeys", i), key, reason)
		}
	}
	c.unique(len(keys), func(i int) string { return keys[i] }, func(i int) string { return Index("TagKeys", i) })
}

// broken returns the first documented rule that key breaks, "" if there is none. The empty key is allowed.
func (r KeyRules) broken(key string) string {
	if r.Reserved {
		if reason := reserved(key); reason != "" {
			return reason
		}
	}
	if r.NoURL && holdsURL(key) {
		return "holds http:// or https://"
	}
	if reason := tooLong(key, r.MaxLength); reason != "" {
		return reason
	}
	if r.Charset {
		for i, char := range key {
			switch {
			case unicode.IsLetter(char):
			case i == 0:
				return "does not start with a letter"
			case unicode.IsDigit(char), char == '.', char == '_', char == '-', unicode.IsMark(char):
			default:
				return fmt.Sprintf("holds %q; letters, digits, periods, underscores and hyphens are allowed", char)
			}
		}
	}
	return ""
}

// unique compares a key with those before it if one of them had the same length and the same two last bytes, by a hash
// of 64 values. Keys of one request mostly differ at their end, so that few are compared. path names the nth.
func (c *Check) unique(n int, key func(i int) string, path func(i int) string) {
	const few = 64
	repeats := func(i, j int) {
		c.Certain(path(i), key(i), "repeats "+path(j)+"; name each key once")
	}
	if n > few {
		first := make(map[string]int, n)
		for i := range n {
			if j, seen := first[key(i)]; seen {
				repeats(i, j)
			} else {
				first[key(i)] = i
			}
		}
		return
	}
	var seen uint64
	for i := range n {
		own := key(i)
		hash := len(own)
		if hash >= 2 {
			hash += int(own[len(own)-1]) + 16*int(own[len(own)-2])
		}
		bit := uint64(1) << (hash % 64)
		for j := 0; seen&bit != 0 && j < i; j++ {
			if key(j) == own {
				repeats(i, j)
				break
			}
		}
		seen |= bit
	}
}

// AnyKeys checks that a request that knows no All says what to remove.
func (c *Check) AnyKeys(keys []string) {
	if len(keys) == 0 {
		c.Unsafe("TagKeys", "", "is empty; name the keys to remove")
	}
}

// KeysOrAll checks that a request says what to remove, in one way.
func (c *Check) KeysOrAll(keys []string, all bool) {
	switch {
	case all && len(keys) > 0:
		c.Unsafe("All", "true", "stands beside TagKeys; it is not clear whether all tags or only those keys are to go, so set one of the two")
	case !all && len(keys) == 0:
		c.Unsafe("TagKeys", "", "is empty; name the keys to remove, or set All to remove every tag")
	}
}

// Refuses reports whether a level refuses what the service is certain to refuse.
func Refuses(level untag.Validation) bool { return level <= untag.ValidateCertain }

// maxConcurrency is far above what any published quota can feed. It bounds goroutines and read-ahead.
const maxConcurrency = 4096

// Many checks what only requests of UntagMany have.
func (c *Check) Many(field string, missing bool, concurrency int) {
	if missing {
		c.Unsafe(field, "", "is nil; slices.Values makes an iterator of a slice")
	}
	if concurrency < 0 || concurrency > maxConcurrency {
		c.Unsafe("Concurrency", strconv.Itoa(concurrency), "is not between 0, the default, and "+strconv.Itoa(maxConcurrency))
	}
}
