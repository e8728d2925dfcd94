package journal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"
	"unicode/utf8"
)

// The versions of the file format. That of a file is in its header; an older SDK must not append to what it cannot read.
const (
	versionPlain   = 1 // that of SDK 0.1.0: lines without numbers and checksums
	versionChained = 2 // each line has a number and a checksum
)

// chain is how far a file has been read or written: what the next line depends on. It is a value, so that a line that
// could not be written leaves nothing behind.
//
// The checksum of a line is the CRC-32C of everything before it in the file but the checksums. So it tells every line that
// was changed, moved, repeated or left out from the one that was written, unless somebody means to deceive: it guards
// against accidents. A single flipped bit is always found, and always in its own line.
type chain struct {
	version int
	seq     uint64 // the number of the last outcome
	sum     uint32 // up to the last line
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli) // processors have instructions for it

// A line of success is put together and taken apart by hand, since there may be millions; all others are read as any JSON.
// stampLayout has a fixed length.
const (
	stampLayout = "2006-01-02T15:04:05.000Z"
	fieldSeq    = `{"seq":`
	fieldTime   = `"time":"`
	fieldID     = `","resource":`
	fieldBytes  = `","bytes":`
	fieldTags   = `,"tags":"`
	fieldDone   = `,"done":true`
	fieldSum    = `,"sum":"`
	sumLength   = len(fieldSum) + 8 + len(`"}`)
)

// append appends the line of an outcome, made at the time of the stamp.
func (c *chain) append(b, stamp []byte, resource string, tags *digest, e *Entry) []byte {
	start := len(b)
	if c.version == versionPlain {
		b = append(b, '{')
	} else {
		c.seq++
		b = append(b, fieldSeq...)
		b = strconv.AppendUint(b, c.seq, 10)
		b = append(b, ',')
	}
	b = append(b, fieldTime...)
	b = append(b, stamp...)
	if utf8.ValidString(resource) {
		b = append(b, fieldID...)
		b = appendString(b, resource)
	} else { // JSON has no other bytes, and an identifier that comes back changed would be pending for ever
		b = append(b, fieldBytes...)
		b = appendJSON(b, []byte(resource))
	}
	if tags != nil {
		b = append(b, fieldTags...)
		b = hex.AppendEncode(b, tags[:])
		b = append(b, '"')
	}
	if e.Done {
		b = append(b, fieldDone...)
	} else {
		b = append(b, `,"code":`...)
		b = appendString(b, e.Code)
		b = append(b, `,"message":`...)
		b = appendString(b, e.Message)
		if e.RequestID != "" {
			b = append(b, `,"requestId":`...)
			b = appendString(b, e.RequestID)
		}
	}
	if c.version == versionPlain {
		return append(b, "}\n"...)
	}
	c.sum = crc32.Update(c.sum, castagnoli, b[start:])
	b = appendSum(b, c.sum)
	return append(b, '\n')
}

// appendSum appends the end of a line.
func appendSum(b []byte, sum uint32) []byte {
	b = append(b, fieldSum...)
	b = hex.AppendEncode(b, []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	return append(b, `"}`...)
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendJSON(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendJSON[T string | []byte](b []byte, value T) []byte {
	text, _ := json.Marshal(value) // cannot fail
	return append(b, text...)
}

// outcome is an Entry whose resource has not been copied out of the line yet.
type outcome struct {
	Entry
	resource []byte
	tags     *digest
}

func (o *outcome) entry() Entry {
	e := o.Entry
	e.Resource = string(o.resource)
	if o.tags != nil {
		e.Tags = o.tags.String()
	}
	return e
}

var errChecksum = errors.New("the checksum does not match: the line, or what stood before it, was changed")

// parse takes the next line apart, which must follow what c has seen.
func (c *chain) parse(line []byte) (outcome, error) {
	if c.version == versionPlain {
		if body, ok := bytes.CutPrefix(line, []byte("{")); ok {
			if body, ok = bytes.CutSuffix(body, []byte("}")); ok {
				if o, ok := parseDone(body); ok && o.tags == nil {
					return o, nil
				}
			}
		}
		return parseJSON(line, true)
	}
	next := *c
	next.seq++
	var number [len(fieldSeq) + 21]byte
	head := append(strconv.AppendUint(append(number[:0], fieldSeq...), next.seq, 10), ',')
	body := line[:max(0, len(line)-sumLength)]
	rest, ok := bytes.CutPrefix(body, head)
	if !ok {
		return outcome{}, fmt.Errorf("this is not outcome number %d: the line was changed, or lines are missing, repeated or swapped", next.seq)
	}
	next.sum = crc32.Update(next.sum, castagnoli, body)
	var sum [sumLength]byte
	if !bytes.Equal(appendSum(sum[:0], next.sum), line[len(body):]) {
		return outcome{}, errChecksum
	}
	o, ok := parseDone(rest)
	if !ok {
		var err error
		if o, err = parseJSON(line, false); err != nil {
			return outcome{}, err
		}
	}
	*c = next
	return o, nil
}

// parseJSON takes any line apart. plain: it is one of version 1.
func parseJSON(line []byte, plain bool) (outcome, error) {
	var l struct {
		Time      time.Time       `json:"time"`
		Resource  *string         `json:"resource"`
		Bytes     []byte          `json:"bytes"`
		Tags      *string         `json:"tags"`
		Done      bool            `json:"done"`
		Code      string          `json:"code"`
		Message   string          `json:"message"`
		RequestID string          `json:"requestId"`
		Seq       json.RawMessage `json:"seq"`
		Sum       json.RawMessage `json:"sum"`
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return outcome{}, fmt.Errorf("not valid JSON (%w)", err)
	}
	if plain && (l.Seq != nil || l.Sum != nil || l.Tags != nil) {
		return outcome{}, fmt.Errorf("a line of version %d in a journal whose header says version %d: the header was changed", versionChained, versionPlain)
	}
	o := outcome{
		Entry:    Entry{Time: l.Time.UTC(), Code: l.Code, Message: l.Message, RequestID: l.RequestID, Done: l.Done},
		resource: l.Bytes,
	}
	if l.Tags != nil {
		var ok bool
		if o.tags, ok = parseDigest([]byte(*l.Tags)); !ok {
			return outcome{}, errors.New("tags is no digest")
		}
	}
	switch {
	case l.Bytes != nil && l.Resource != nil && *l.Resource != "":
		return outcome{}, errors.New("two resources")
	case l.Bytes == nil && (l.Resource == nil || plain && *l.Resource == ""):
		return outcome{}, errors.New("no resource")
	case l.Time.IsZero():
		return outcome{}, errors.New("no time")
	case l.Done == (l.Code != ""):
		return outcome{}, errors.New("neither done nor failed, or both")
	}
	if l.Bytes == nil {
		o.resource = []byte(*l.Resource)
	}
	return o, nil
}

// parseDone takes the fields of the usual line of a success apart, from its time on. It accepts nothing that encoding/json
// would refuse or read otherwise.
func parseDone(fields []byte) (o outcome, ok bool) {
	const idAt = len(fieldTime) + len(stampLayout)
	rest, ok := bytes.CutSuffix(fields, []byte(fieldDone))
	if !ok || len(rest) < idAt || string(rest[:len(fieldTime)]) != fieldTime {
		return o, false
	}
	resource := rest[idAt:]
	if len(resource) == 0 || resource[len(resource)-1] != '"' {
		return o, false
	}
	resource = resource[:len(resource)-1]
	const tagsLength = len(`"`) + len(fieldTags) + 2*len(digest{})
	if at := len(resource) - tagsLength; at > 0 && string(resource[at:at+1+len(fieldTags)]) == `"`+fieldTags {
		if o.tags, ok = parseDigest(resource[at+1+len(fieldTags):]); !ok {
			return o, false
		}
		resource = resource[:at]
	}
	resource, ok = bytes.CutPrefix(resource, []byte(fieldID+`"`))
	if !ok || len(resource) == 0 {
		return o, false
	}
	for _, c := range resource {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return o, false
		}
	}
	if err := o.Time.UnmarshalText(rest[len(fieldTime):idAt]); err != nil || o.Time.IsZero() {
		return o, false
	}
	o.Time = o.Time.UTC()
	o.Done = true
	o.resource = resource
	return o, true
}
