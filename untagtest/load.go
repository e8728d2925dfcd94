package untagtest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// loaded is how many resources are put at once.
const loaded = 1000

// Load puts resources from JSON Lines, one object a line as [Cloud.Dump] writes it:
//
//	{"product":"ecs","region":"cn-hangzhou","type":"instance","id":"i-1","tags":{"env":"test"},"system":{"acs:tag:createdby":"me"}}
//
// Empty lines are passed over. It returns how many it has put. An error names the line; those before it may have been put.
func (c *Cloud) Load(r io.Reader) (n int, err error) {
	batch := make([]Resource, 0, loaded)
	put := func() {
		c.Put(batch...)
		n += len(batch)
		batch = batch[:0]
	}
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, readErr := lines.ReadString('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return n, fmt.Errorf("untagtest: line %d: %w", number, readErr)
		}
		if strings.TrimSpace(line) != "" {
			resource, err := parseResource(line)
			if err != nil {
				return n, fmt.Errorf("untagtest: line %d: %w", number, err)
			}
			if batch = append(batch, resource); len(batch) == loaded {
				put()
			}
		}
		if readErr != nil {
			put()
			return n, nil
		}
	}
}

func parseResource(line string) (r Resource, err error) {
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	if d.More() {
		return r, errors.New("more than one object")
	}
	return r, r.problem()
}

// Dump writes all resources with their tags as they are now, in the order in which they were put, as JSON Lines that
// [Cloud.Load] reads.
func (c *Cloud) Dump(w io.Writer) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	s := c.resources
	for start := 0; ; start += loaded {
		// A part at a time, so that a slow reader keeps nobody waiting.
		s.mu.RLock()
		part := make([]stored, 0, loaded)
		end := min(start+loaded, len(s.all))
		for _, r := range s.all[min(start, end):end] {
			if r != nil {
				part = append(part, *r)
			}
		}
		done := end == len(s.all)
		s.mu.RUnlock()
		for _, r := range part {
			of := r.scope.of
			err := lines.Encode(Resource{of.product, of.region, of.kind, r.id, r.live.pick(false), r.live.pick(true)})
			if err != nil {
				return fmt.Errorf("untagtest: dump: %w", err)
			}
		}
		if done {
			return out.Flush()
		}
	}
}
