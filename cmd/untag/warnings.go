package main

import (
	"regexp"
	"strings"

	"github.com/untag-go/untag/cleanup"
)

// warningKinds say what a warning is about; a sentence follows.
var warningKinds = map[cleanup.WarningKind]message{
	cleanup.WarnNothing: msg("on nothing"), cleanup.WarnSpelling: msg("spelling"), cleanup.WarnIncomplete: msg("incomplete"),
	cleanup.WarnUnseen: msg("not seen"), cleanup.WarnInheritance: msg("inheritance"), cleanup.WarnUnsupported: msg("not removable"),
	cleanup.WarnNotRestorable: msg("not restorable"), cleanup.WarnPolicies: msg("policies"), cleanup.WarnUnchecked: msg("not checked"),
}

func warningText(w cleanup.Warning) error {
	return msg("%s: %s", warningKinds[w.Kind], sentence(w.Text))
}

// warningTexts are the sentences of package cleanup, and how the command says them: package cleanup speaks English, and of
// methods and fields. A test compares them with that package.
var warningTexts = []struct {
	is  *regexp.Regexp
	say func(arg []string) message
}{
	{is("The key (.+) is on no resource that was found. Keys are case-sensitive; look whether it is spelt as it is on the resources."), func(arg []string) message {
		return msg("The key %s is on no resource that was found. Capitals and spaces count: look whether it is spelt as it is on the resources.", arg[0])
	}},
	{is("Tags[(.+)], with the key (.+), is on no resource that was found, and other values of the key are. Values are case-sensitive."), func(arg []string) message {
		return msg("The value that -tag names for the key %s is on no resource that was found, and other values of the key are. Capitals and spaces count.", arg[1])
	}},
	{is("The key (.+?) ((?:begins|holds) .+). It is taken as it stands."), func(arg []string) message {
		return msg("The key %s %s. It is taken as it stands.", arg[0], oddity(arg[1]))
	}},
	{is("The value of Tags[(.+)], with the key (.+), ((?:begins|holds) .+). It is taken as it stands."), func(arg []string) message {
		return msg("The value that -tag names for the key %s %s. It is taken as it stands.", arg[1], oddity(arg[2]))
	}},
	{is("Find did not come to its end, so resources may be missing here. Call it again; Remove refuses until it does, unless it is told otherwise."), func([]string) message {
		return msg("The search did not come to its end, so resources may be missing here. Run untag find again; untag remove refuses until then, unless -incomplete is set.")
	}},
	{is("Whether rules make resources in (.+) take over the tags of others is not known: (.+)"), func(arg []string) message {
		return msg("Whether rules make resources in %s take over the tags of others is not known: %s", arg[0], arg[1])
	}},
	{is("The rule (.+) in (.+) makes resources take over the key (.+) of others: removing it from an instance, say, removes it from its disks as well, and restoring overwrites values that differ there. Resources that carry the key were found by themselves and are saved; what a rule does in between is not."), func(arg []string) message {
		return msg("The rule %s in %s makes resources take over the key %s of others: removing it from an instance, say, removes it from its disks as well, and restoring overwrites values that differ there. Resources that carry the key were found by themselves and are saved; what a rule does in between is not.", arg[0], arg[1], arg[2])
	}},
	{is("Whether Tag removes tags from all the types that were found is not known: (.+)"), func(arg []string) message {
		return msg("Whether Tag removes tags from all the types that were found is not known: %s", arg[0])
	}},
	{is("(.+) is not among the types that Tag says it removes tags from, so the service may refuse."), func(arg []string) message {
		return msg("%s is not among the types that Tag says it removes tags from, so the service may refuse.", arg[0])
	}},
	{is("On (.+) resources the value of the key (.+?) could not be restored: it (.+)."), func(arg []string) message {
		return msg("On %s resources the value of the key %s could not be restored: it %s.", arg[0], arg[1], arg[2])
	}},
	{is("Tag cannot be asked for empty values, so of resources other than those of ECS, VPC IPAM and Resource Sharing, tags with an empty value are found only beside another tag that was asked for, unless Find lists by type."), func([]string) message {
		return msg("Tag cannot be asked for empty values, so of resources other than those of ECS, VPC IPAM and Resource Sharing, tags with an empty value are found only beside another tag that was asked for, unless untag find has -by-type.")
	}},
	{is("Resources of other accounts, of types that Tag does not list, and those that the credentials may not read are not found. A service may leave them out without saying so."), func([]string) message {
		return msg("Resources of other accounts, of types that Tag does not list, and those that the credentials may not read are not found. A service may leave them out without saying so.")
	}},
	{is("Regions that were not searched are not seen. Some central services list their resources in one region only; (.+) regions were searched."), func(arg []string) message {
		return msg("Regions that were not searched are not seen. Some central services list their resources in one region only. Regions searched: %s.", arg[0])
	}},
	{is("Not checked: RAM policies that allow by this tag may stop allowing, for the credentials in use, too, and then nothing can be restored; tag policies may put a tag back or refuse its value; bills are split by the tags of their time, which a restore does not repair."), func([]string) message {
		return msg("Not checked: RAM policies that allow by this tag may stop allowing, for the credentials in use, too, and then nothing can be restored; tag policies may put a tag back or refuse its value; bills are split by the tags of their time, which a restore does not repair.")
	}},
}

// is matches a text; groups in parentheses are its arguments.
func is(text string) *regexp.Regexp {
	plain := strings.NewReplacer(". ", `\. `, "[", `\[`, "]", `\]`)
	body, ends := strings.CutSuffix(text, ".")
	if body = plain.Replace(body); ends {
		body += `\.`
	}
	return regexp.MustCompile("^(?s:" + body + ")$")
}

// sentence is a warning of package cleanup as the command says it; one that is not known stays as it is.
func sentence(text string) error {
	for _, known := range warningTexts {
		if found := known.is.FindStringSubmatch(text); found != nil {
			return known.say(found[1:])
		}
	}
	return msg("%s", text)
}

// oddity is what is odd about a spelling.
func oddity(text string) error {
	var all []error
	for _, part := range strings.Split(text, ", and ") {
		switch part {
		case "begins or ends with a space":
			all = append(all, msg("begins or ends with a space"))
		case "holds a comma or a semicolon, as if it were several":
			all = append(all, msg("holds a comma or a semicolon, as if it were several"))
		case "holds full-width characters, which look like others":
			all = append(all, msg("holds full-width characters, which look like others"))
		case "holds characters that do not show":
			all = append(all, msg("holds characters that do not show"))
		default:
			all = append(all, msg("%s", part))
		}
	}
	both := all[0]
	for _, one := range all[1:] {
		both = msg("%s, and %s", both, one)
	}
	return both
}
