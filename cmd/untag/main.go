// Untag takes tag keys off the resources of an Alibaba Cloud account, after it has saved their values, and puts them back
// when somebody asks for it. It finds the resources itself, or takes lists of them.
//
//	go install github.com/untag-go/untag/cmd/untag@latest
//	untag demo
//
// shows the whole job on an account in memory. A job on a real account is a folder, and a verb for each step:
//
//	untag find   DIR -live -keys env,owner   # find what carries the keys, and save it
//	untag plan   DIR -live                   # what would happen; sends reads only
//	untag remove DIR -live                   # shows whose account it is, and asks
//	untag verify DIR -live
//	untag restore DIR -live
//
// untag run removes keys from the resources of a list instead. Nothing is sent without -live, and nothing is removed without
// a typed confirmation or -yes. untag help VERB explains each verb. The exit status is 0 if all is done, 1 if something is
// not, and 2 if the command was called wrongly and has done nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// The exit codes.
const (
	exitOK    = 0 // all is done
	exitNot   = 1 // something is not done: a resource failed, the run was interrupted, or it could not begin
	exitUsage = 2 // called wrongly; nothing was done
)

func main() {
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	output := newBroken(signals)
	e := &env{stdin: os.Stdin, stdout: output.watch(os.Stdout), stderr: output.watch(os.Stderr), getenv: os.Getenv, person: isTerminalReader, signals: signals}
	os.Exit(run(context.Background(), e, os.Args[1:]))
}

// env is the world of a command. What was asked for goes to stdout; progress and what concerns the user go to stderr.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	person         func(io.Reader) bool // whether somebody can type there
	signals        <-chan os.Signal
	lang           lang
}

func (e *env) out() printer { return printer{e.stdout, e.lang} }
func (e *env) err() printer { return printer{e.stderr, e.lang} }

// action is what a verb does with the arguments that are no flags, after its flags were parsed. It returns the exit code.
// A usageError is one of the command line.
type action func(ctx context.Context, e *env, args []string) (int, error)

// verb is one of the words that follow untag.
type verb struct {
	name, args, about string
	details           []string // paragraphs of the help
	examples          []string
	define            func(f *flags) action
}

// run is the whole program.
func run(ctx context.Context, e *env, args []string) int {
	e.lang = langOf(e.getenv)
	for len(args) > 0 && strings.HasPrefix(args[0], "-") { // untag -lang zh help
		name, value, joined := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
		switch {
		case name == "lang" && joined:
			args = args[1:]
		case name == "lang" && len(args) > 1:
			value, args = args[1], args[2:]
		case name == "h" || name == "help":
			args = append([]string{"help"}, args[1:]...)
			continue
		case name == "version" || name == "v":
			args = append([]string{"version"}, args[1:]...)
			continue
		default:
			return e.wrong(msg("the first word has to be a verb, not %s", clean(args[0], 40)), "")
		}
		if err := e.setLang(value); err != nil {
			return e.wrong(err, "")
		}
	}
	if len(args) == 0 {
		e.help("")
		return exitOK
	}
	v := verbByName(args[0])
	if v == nil {
		return e.wrong(msg("there is no verb %s", clean(args[0], 40)), "")
	}
	f := newFlags()
	act := v.define(f)
	language := string(e.lang)
	f.always(&language)
	rest, err := f.parse(args[1:])
	if wrong := e.setLang(language); err == nil && wrong != nil {
		err = wrong
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		e.help(v.name)
		return exitOK
	case err != nil:
		return e.wrong(err, v.name)
	}
	code, err := act(ctx, e, rest)
	if wrong, ok := errors.AsType[usageError](err); ok {
		return e.wrong(wrong.error, v.name)
	}
	if err != nil {
		e.err().print(msg("untag %s: %s", v.name, err))
		return max(code, exitNot)
	}
	return code
}

func (e *env) setLang(value string) error {
	switch l := lang(value); l {
	case english, chinese:
		e.lang = l
	default:
		return msg("-lang %s: choose en or zh", clean(value, 20))
	}
	return nil
}

// wrong says what is wrong with the command line, and where to read on.
func (e *env) wrong(err error, verb string) int {
	p := e.err()
	if verb == "" {
		p.print(msg("untag: %s", err))
		p.say("Nothing was done. untag help lists the verbs.")
		return exitUsage
	}
	p.print(msg("untag %s: %s", verb, err))
	p.say("Nothing was done. untag help %s explains it.", verb)
	return exitUsage
}
