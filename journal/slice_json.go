package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"time"

	"github.com/untag-go/untag"
)

// ErrOtherSlice says that a state is that of another plan, or of another list of resources, or of one in another order.
var ErrOtherSlice = errors.New("the state is that of another slice")

// sliceState is a Slice without its list. Texts that many refusals share stand in it once.
type sliceState struct {
	Version int            `json:"version"`
	Plan    string         `json:"plan"`
	List    string         `json:"list"`
	Final   []byte         `json:"final"` // bit i%8 of byte i/8: resource i of the list
	Texts   [][2]string    `json:"texts,omitempty"`
	Refused []sliceRefusal `json:"refused,omitempty"`
	Sum     uint32         `json:"sum"` // the CRC-32C of the state with a Sum of 0
}

type sliceRefusal struct {
	At        int32  `json:"at"`   // of the list, from 0
	Text      int    `json:"text"` // of Texts: the code and the message
	Milli     int64  `json:"time"` // since 1970
	RequestID string `json:"requestId,omitempty"`
}

// sliceVersion is that of the state's form.
const sliceVersion = 1

// sum does not depend on how the JSON was formatted: databases and engines do so.
func (s sliceState) sum() uint32 {
	s.Sum = 0
	text, _ := json.Marshal(s) // cannot fail
	return crc32.Checksum(text, castagnoli)
}

// MarshalJSON returns the state: a digest of the plan and the list, a bit for each resource, and an entry for each refused
// one. That is 1 KB for 5,000 resources, and some 100 bytes more for each refusal; a text that many share is in it once. It
// holds error texts and request IDs, and neither the resources nor anything of the credentials.
func (s *Slice) MarshalJSON() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := sliceState{
		Version: sliceVersion, Plan: s.plan.String(), List: s.list.String(), Final: s.final,
	}
	texts := make(map[[2]string]int)
	for _, at := range s.refusedPlaces() {
		e := s.refused[at]
		text := [2]string{e.Code, e.Message}
		n, known := texts[text]
		if !known {
			n = len(state.Texts)
			texts[text] = n
			state.Texts = append(state.Texts, text)
		}
		state.Refused = append(state.Refused, sliceRefusal{At: at, Text: n, Milli: e.Time.UnixMilli(), RequestID: e.RequestID})
	}
	state.Sum = state.sum()
	return json.Marshal(state)
}

// UnmarshalJSON takes over a state of the same plan and list, in place of what the Slice has recorded. The Slice must be one
// of [NewSlice] or [NewTagSlice]. It is unchanged if there is an error: [ErrOtherSlice], or that the state is damaged or of a
// version that this SDK does not know.
func (s *Slice) UnmarshalJSON(data []byte) error {
	if s.index == nil {
		return errors.New("journal: a Slice needs its list before its state: make it with NewSlice or NewTagSlice")
	}
	var state sliceState
	if err := json.Unmarshal(data, &state); err != nil {
		return fmt.Errorf("journal: the state of a slice is not valid JSON (%w)", err)
	}
	switch {
	case state.Version != sliceVersion:
		return fmt.Errorf("journal: the state of a slice is of version %d, and this SDK knows version %d", state.Version, sliceVersion)
	case state.Sum != state.sum():
		return errors.New("journal: the state of a slice was changed: its checksum does not match")
	case state.Plan != s.plan.String():
		return fmt.Errorf("journal: %w: its plan is not the same", ErrOtherSlice)
	case state.List != s.list.String():
		return fmt.Errorf("journal: %w: its list of resources is not the same", ErrOtherSlice)
	}
	refused, err := s.refusals(&state)
	if err != nil {
		return fmt.Errorf("journal: the state of a slice: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.final, s.refused = state.Final, refused
	return nil
}

// refusals checks what a checksum cannot: that somebody else has not made a state that no Slice would.
func (s *Slice) refusals(state *sliceState) (map[int32]Entry, error) {
	if len(state.Final) != len(s.final) {
		return nil, errors.New("as many bits as another list has")
	}
	n := 0
	for i, at := range s.first {
		if int32(i) == at && state.Final[at/8]&(1<<(at%8)) != 0 {
			n++
		}
	}
	for _, b := range state.Final {
		n -= bits.OnesCount8(b)
	}
	if n != 0 {
		return nil, errors.New("a bit that stands for no resource")
	}
	refused := make(map[int32]Entry, len(state.Refused))
	for _, r := range state.Refused {
		if r.At < 0 || int(r.At) >= len(s.first) || state.Final[r.At/8]&(1<<(r.At%8)) == 0 || r.Text < 0 || r.Text >= len(state.Texts) {
			return nil, errors.New("a refusal of no resource, or without a text")
		}
		text := state.Texts[r.Text]
		e := Entry{
			Time: time.UnixMilli(r.Milli).UTC(), Resource: s.resources[r.At], Code: text[0], Message: text[1], RequestID: r.RequestID,
		}
		if s.tags != nil {
			e.Tags = digestOf(s.tags[r.At]).String()
		}
		refused[r.At] = e
	}
	return refused, nil
}

func planDigest(plan Plan) digest {
	line, _ := plan.normal().header(versionChained)
	sum := sha256.Sum256(line)
	return digest(sum[:len(digest{})])
}

// listDigest depends on the order too, since the bits do.
func listDigest(resources []string, tags [][]untag.Tag) digest {
	h := sha256.New()
	var b []byte
	for i, resource := range resources {
		b = appendText(b[:0], resource)
		if tags != nil {
			pairs := digestOf(tags[i])
			b = append(b, pairs[:]...)
		}
		_, _ = h.Write(b) // never fails
	}
	_, _ = h.Write(binary.BigEndian.AppendUint64(b[:0], uint64(len(resources))))
	if tags != nil {
		_, _ = h.Write([]byte("tags"))
	}
	return digest(h.Sum(nil)[:len(digest{})])
}
