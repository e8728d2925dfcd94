package main

import (
	"errors"
	"flag"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// flags are the flags of a verb: what is parsed, what -h shows and what a shell completes come from one list.
type flags struct {
	set    *flag.FlagSet
	groups []flagGroup
}

type flagGroup struct {
	title string
	flags []flagDoc
}

// flagDoc describes a flag. value names what follows it, "" for one that takes nothing; words are what it can be.
type flagDoc struct {
	name, value, about string
	words              []string
}

func newFlags() *flags {
	f := &flags{set: flag.NewFlagSet("untag", flag.ContinueOnError)}
	f.set.SetOutput(io.Discard)
	return f
}

// group begins a group of flags in the help.
func (f *flags) group(title string) { f.groups = append(f.groups, flagGroup{title: title}) }

func (f *flags) add(name, value, about string, words []string) {
	if len(f.groups) == 0 {
		f.group("FLAGS")
	}
	last := &f.groups[len(f.groups)-1]
	last.flags = append(last.flags, flagDoc{name, value, about, words})
}

// always adds the flags that every verb has.
func (f *flags) always(language *string) {
	f.group("ALWAYS")
	f.text(language, "lang", "en|zh", "the language; otherwise LC_ALL, LC_MESSAGES or LANG says it", "en", "zh")
}

func (f *flags) text(p *string, name, value, about string, words ...string) {
	f.add(name, value, about, words)
	f.set.StringVar(p, name, *p, "")
}

func (f *flags) texts(p *[]string, name, value, about string) {
	f.add(name, value, about, nil)
	f.set.Func(name, "", func(s string) error { *p = append(*p, s); return nil })
}

func (f *flags) yes(p *bool, name, about string) {
	f.add(name, "", about, nil)
	f.set.BoolFunc(name, "", func(s string) error {
		on, err := strconv.ParseBool(s)
		if err != nil {
			return msg("takes no value, or true or false")
		}
		*p = on
		return nil
	})
}

func (f *flags) whole(p *int, name, about string, low, high int) {
	f.add(name, "N", about, nil)
	f.set.Func(name, "", func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > high {
			return msg("has to be a whole number from %s to %s", number(low), number(high))
		}
		*p = n
		return nil
	})
}

func (f *flags) real(p *float64, name, value, about string) {
	f.add(name, value, about, nil)
	f.set.Func(name, "", func(s string) error {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return msg("has to be a number")
		}
		*p = n
		return nil
	})
}

func (f *flags) duration(p *time.Duration, name, value, about string) {
	f.add(name, value, about, nil)
	f.set.Func(name, "", func(s string) error {
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 {
			return msg("has to be a time such as 30s or 5m")
		}
		*p = d
		return nil
	})
}

// given tells whether the command line has a flag, with whatever value.
func (f *flags) given(name string) (found bool) {
	f.set.Visit(func(g *flag.Flag) { found = found || g.Name == name })
	return found
}

// parse reads flags and arguments in any order; after -- there are only arguments.
func (f *flags) parse(args []string) (rest []string, err error) {
	for len(args) > 0 {
		before := args
		if err := f.set.Parse(args); err != nil {
			return nil, f.explain(err, before)
		}
		args = f.set.Args()
		if used := before[:len(before)-len(args)]; len(used) > 0 && used[len(used)-1] == "--" {
			return append(rest, args...), nil
		}
		if len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, nil
}

// explain says in our words what package flag found wrong.
func (f *flags) explain(err error, args []string) error {
	if errors.Is(err, flag.ErrHelp) {
		return flag.ErrHelp
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		if near := f.near(name); near != "" {
			return msg("there is no flag -%s; did you mean -%s?", name, near)
		}
		return msg("there is no flag -%s", name)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return msg("-%s: a value has to follow", name)
	}
	// invalid value "x" for flag -name: …, and for flags without a value: invalid boolean value "x" for -name: …
	for _, g := range f.groups {
		for _, d := range g.flags {
			if _, reason, ok := strings.Cut(text, "for flag -"+d.name+": "); ok {
				return msg("-%s %s: %s", d.name, clean(valueOf(args, d.name), 60), reworded(reason))
			}
			if strings.Contains(text, "for -"+d.name+": ") {
				return msg("-%s: %s", d.name, msg("takes no value, or true or false"))
			}
		}
	}
	return msg("%s", text)
}

// reworded finds the message that package flag has made a text of.
func reworded(reason string) error {
	for _, known := range []string{"has to be a number", "has to be a time such as 30s or 5m", "takes no value, or true or false"} {
		if reason == known {
			return msg(known)
		}
	}
	if low, high, ok := strings.Cut(strings.TrimPrefix(reason, "has to be a whole number from "), " to "); ok {
		return msg("has to be a whole number from %s to %s", low, high)
	}
	return errors.New(reason)
}

// valueOf is the value that a flag has on the command line.
func valueOf(args []string, name string) string {
	for i, arg := range args {
		bare := strings.TrimLeft(arg, "-")
		if value, ok := strings.CutPrefix(bare, name+"="); ok && strings.HasPrefix(arg, "-") {
			return value
		}
		if bare == name && strings.HasPrefix(arg, "-") && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// near is a flag whose name is almost the one that is not there, "" if there is none.
func (f *flags) near(name string) string {
	for _, g := range f.groups {
		for _, d := range g.flags {
			if len(name) > 1 && (strings.HasPrefix(d.name, name) || strings.HasPrefix(name, d.name) || distance(name, d.name) <= 2) {
				return d.name
			}
		}
	}
	return ""
}

// distance is how many letters have to be put in, taken out or changed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// problems collects what is wrong with a command line, so that all of it is said at once.
type problems []error

func (p *problems) add(format string, args ...any) { *p = append(*p, msg(format, args...)) }

// err is nil if nothing is wrong.
func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return usageError{errors.Join(p...)}
}

// usageError is a command line that makes no sense: nothing was done.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }
