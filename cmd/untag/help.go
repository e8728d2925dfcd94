package main

import (
	"context"
	"strings"
)

// verbs are in the order in which a job needs them.
func verbs() []*verb {
	return []*verb{
		demoVerb(), findVerb(), planVerb(), removeVerb(), verifyVerb(), restoreVerb(), statusVerb(), reportVerb(), runVerb(), whoamiVerb(),
		completionVerb(), versionVerb(), helpVerb(),
	}
}

func verbByName(name string) *verb {
	for _, v := range verbs() {
		if v.name == name {
			return v
		}
	}
	return nil
}

func helpVerb() *verb {
	return &verb{
		name: "help", args: "[VERB]", about: "explain a verb",
		define: func(*flags) action {
			return func(_ context.Context, e *env, args []string) (int, error) {
				switch {
				case len(args) == 0:
					e.help("")
				case len(args) > 1 || verbByName(args[0]) == nil:
					return exitUsage, usageError{msg("there is no verb %s", clean(strings.Join(args, " "), 40))}
				default:
					e.help(args[0])
				}
				return exitOK, nil
			}
		},
	}
}

func (e *env) help(name string) {
	p := e.out()
	if name == "" {
		e.helpAll(p)
		return
	}
	v := verbByName(name)
	p.raw("untag " + v.name + " " + v.args)
	p.blank()
	p.say(v.about)
	for _, text := range v.details {
		p.blank()
		p.say(text)
	}
	f := newFlags()
	v.define(f)
	f.always(new(string))
	for _, g := range f.groups {
		p.blank()
		p.raw(p.lang.t(g.title))
		for _, d := range g.flags {
			left := "  -" + d.name
			if d.value != "" {
				left += " " + d.value
			}
			p.entry(left, d.about)
		}
	}
	if len(v.examples) > 0 {
		p.blank()
		p.say("EXAMPLES")
		for _, line := range v.examples {
			p.raw("  " + line)
		}
	}
}

func (e *env) helpAll(p printer) {
	p.say("untag takes tag keys off the resources of an Alibaba Cloud account, after it has saved their values, and puts them back when somebody asks for it.")
	p.blank()
	for _, v := range verbs() {
		p.entry("  untag "+v.name+" "+v.args, v.about)
	}
	p.blank()
	p.say("Nothing is sent to the account without -live, and nothing is removed without a typed confirmation or -yes. (whoami, which only reads, needs no -live.) Credentials come from the default chain: environment variables such as ALIBABA_CLOUD_ACCESS_KEY_ID, OIDC, the profile files of the vendor's command line, the role of the instance.")
	p.blank()
	p.say("The exit status is 0 if all is done, 1 if something is not, 2 if the command was called wrongly and has done nothing. untag help VERB explains a verb.")
}

// entryColumn is where explanations begin.
const entryColumn = 24

// entry prints a name and its explanation beside it, or below it if the name is long.
func (p printer) entry(left, about string) {
	indent := strings.Repeat(" ", entryColumn)
	left = strings.TrimRight(left, " ")
	if columns(left) > entryColumn-2 {
		left += "\n" + indent
	} else {
		left += padding(left, entryColumn)
	}
	text := wrap(p.lang.t(about), lineWidth-entryColumn, "")
	p.raw(left + strings.ReplaceAll(text, "\n", "\n"+indent))
}
