package main

import (
	"errors"
	"strings"

	"github.com/untag-go/untag"
)

// flagOf is the flag that a field of the SDK's requests was filled from.
var flagOf = map[string]string{
	"TagKeys": "-keys", "Keys": "-keys", "Tags": "-tag", "Region": "-region", "Regions": "-regions", "Account": "-account", "Endpoint": "-endpoint",
	"ResourceType": "-resource-type", "Concurrency": "-concurrency", "Deadline": "-deadline", "Rate": "-rate",
}

// inFlags says what is wrong with the command line where the SDK has found that, in terms of flags instead of fields. Any
// other error is returned as it is.
func inFlags(err error) error {
	broken, ok := errors.AsType[*untag.ValidationError](err)
	if !ok {
		return err
	}
	var wrong problems
	for _, p := range broken.Problems {
		field, _, _ := strings.Cut(p.Field, "[")
		field, _, _ = strings.Cut(field, ".")
		name, known := flagOf[field]
		if !known {
			return err
		}
		if p.Value != "" {
			name += " " + clean(p.Value, 60)
		}
		wrong.add("%s: %s", name, errors.New(reasonText(p.Reason)))
	}
	if len(wrong) == 0 {
		return err
	}
	return wrong.err()
}

// reasonText is a reason of the SDK without its advice for programs.
func reasonText(reason string) string {
	text, _, _ := strings.Cut(reason, " (by the document; Config.")
	if strings.HasPrefix(text, "repeats ") { // a field by its index
		return "is there twice; name each key once"
	}
	return text
}
