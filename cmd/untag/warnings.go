package main

import (
	"strconv"

	"github.com/untag-go/untag/cleanup"
)

func warningText(w cleanup.Warning) error {
	about, text := warning(w)
	return msg("%s: %s", about, text)
}

// warning is what a warning of package cleanup is about, and a sentence from its fields: its Text speaks English, and of methods
// and fields.
func warning(w cleanup.Warning) (about, text message) {
	key := strconv.Quote(w.Key)
	switch w.Kind {
	case cleanup.WarnNothing:
		if w.Field != "" {
			return msg("on nothing"), msg("The value that -tag names for the key %s is on no resource that was found, and other values of the key are. Capitals and spaces count.", key)
		}
		return msg("on nothing"), msg("The key %s is on no resource that was found. Capitals and spaces count: look whether it is spelt as it is on the resources.", key)
	case cleanup.WarnSpelling:
		if w.Field != "" {
			return msg("spelling"), msg("The value that -tag names for the key %s %s. It is taken as it stands.", key, odd(w.Oddities))
		}
		return msg("spelling"), msg("The key %s %s. It is taken as it stands.", key, odd(w.Oddities))
	case cleanup.WarnIncomplete:
		return msg("incomplete"), msg("The search did not come to its end, so resources may be missing here. Run untag find again; untag remove refuses until then, unless -incomplete is set.")
	case cleanup.WarnEmptyValues:
		return msg("not seen"), msg("Tag cannot be asked for empty values, so of resources other than those of ECS, VPC IPAM and Resource Sharing, tags with an empty value are found only beside another tag that was asked for, unless untag find has -by-type.")
	case cleanup.WarnUnseen:
		return msg("not seen"), msg("Resources of other accounts, of types that Tag does not list, and those that the credentials may not read are not found. A service may leave them out without saying so.")
	case cleanup.WarnRegions:
		return msg("not seen"), msg("Regions that were not searched are not seen. Some central services list their resources in one region only. Regions searched: %s.", number(w.Regions))
	case cleanup.WarnInheritance:
		return msg("inheritance"), msg("The rule %s in %s makes resources take over the key %s of others: removing it from an instance, say, removes it from its disks as well, and restoring overwrites values that differ there. Resources that carry the key were found by themselves and are saved; what a rule does in between is not.", strconv.Quote(w.Rule), w.Region, key)
	case cleanup.WarnUnsupported:
		return msg("not removable"), msg("%s is not among the types that Tag says it removes tags from, so the service may refuse.", w.Type)
	case cleanup.WarnNotRestorable:
		return msg("not restorable"), msg("On %s resources the value of the key %s could not be restored: it %s.", number(w.Resources), key, w.Reason)
	case cleanup.WarnPolicies:
		return msg("policies"), msg("Not checked: RAM policies that allow by this tag may stop allowing, for the credentials in use, too, and then nothing can be restored; tag policies may put a tag back or refuse its value; bills are split by the tags of their time, which a restore does not repair.")
	case cleanup.WarnUnchecked:
		if w.Missing == cleanup.WarnUnsupported {
			return msg("not checked"), msg("Whether Tag removes tags from all the types that were found is not known: %s", w.Err)
		}
		return msg("not checked"), msg("Whether rules make resources in %s take over the tags of others is not known: %s", w.Region, w.Err)
	}
	return msg("%s", w.Kind), msg("%s", w.Text) // a kind that is missing above, which a test keeps out
}

var oddities = map[cleanup.Oddity]message{
	cleanup.OddSpace:     msg("begins or ends with a space"),
	cleanup.OddSeparator: msg("holds a comma or a semicolon, as if it were several"),
	cleanup.OddFullWidth: msg("holds full-width characters, which look like others"),
	cleanup.OddHidden:    msg("holds characters that do not show"),
}

// odd is what is odd about a spelling.
func odd(all []cleanup.Oddity) message {
	text := oddities[all[0]]
	for _, one := range all[1:] {
		text = msg("%s, and %s", text, oddities[one])
	}
	return text
}
