package main

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/untag-go/untag"
)

// readKeys reads lists such as `team,cost-center`. A key with a comma is quoted as in CSV: `"a,b",c`.
func (p *problems) readKeys(lists []string) []string {
	var keys []string
	for _, list := range lists {
		fields, err := csv.NewReader(strings.NewReader(list)).Read()
		if err != nil && !errors.Is(err, io.EOF) || strings.ContainsAny(list, "\r\n") {
			p.add("-keys %s: is no list of keys with commas between them; quote a key that holds a comma or a quote as in CSV", clean(list, 80))
			continue
		}
		if len(fields) == 0 {
			p.add("-keys: the list is empty")
		}
		if slices.Contains(fields, "") {
			p.add("-keys %s: there is an empty key between the commas", clean(list, 80))
		}
		keys = append(keys, fields...)
	}
	return keys
}

// keyList is a list of keys as -keys reads it.
func keyList(keys []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if w.Write(keys) != nil {
		return ""
	}
	w.Flush()
	return strings.TrimRight(b.String(), "\r\n")
}

// oddKeys are warnings about keys that are legal and look like a mistake.
func oddKeys(keys []string) (warnings []error) {
	for _, key := range keys {
		shown := clean(key, 60)
		switch {
		case strings.TrimSpace(key) != key:
			warnings = append(warnings, msg("the key “%s” begins or ends with a space: is that space part of it?", shown))
		case strings.ContainsAny(key, ",，、;；|"):
			warnings = append(warnings, msg("the key “%s” looks like several: -keys takes commas between keys, and this is one key", shown))
		case strings.Trim(key, `"'`) != key:
			warnings = append(warnings, msg("the key “%s” has quotes around it: are they part of it?", shown))
		case clean(key, len(key)) != key:
			warnings = append(warnings, msg("the key “%s” holds a character that cannot be seen: is it part of it?", shown))
		}
	}
	return warnings
}

// readTags reads pairs such as env=prod, each from a flag of its own: everything after the first = is the value.
func (p *problems) readTags(pairs []string) []untag.Tag {
	var tags []untag.Tag
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			p.add("-tag %s: has to be KEY=VALUE", clean(pair, 80))
			continue
		}
		tags = append(tags, untag.Tag{Key: key, Value: value})
	}
	return tags
}
