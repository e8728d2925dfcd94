package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

func completionVerb() *verb {
	return &verb{
		name: "completion", args: "bash|zsh|fish", about: "print a script that completes verbs and flags in a shell",
		details: []string{"Load it in the shell's start-up file, such as: source <(untag completion bash)"},
		define: func(*flags) action {
			return func(_ context.Context, e *env, args []string) (int, error) {
				write := map[string]func(io.Writer){"bash": completeBash, "zsh": completeZsh, "fish": completeFish}
				if len(args) != 1 || write[args[0]] == nil {
					return exitUsage, usageError{msg("name a shell: bash, zsh or fish")}
				}
				write[args[0]](e.stdout)
				return exitOK, nil
			}
		},
	}
}

// flagsOf lists the flags of a verb.
func flagsOf(v *verb) (all []flagDoc) {
	f := newFlags()
	v.define(f)
	f.always(new(string))
	for _, g := range f.groups {
		all = append(all, g.flags...)
	}
	return all
}

func verbNames() string {
	names := make([]string, 0, 16)
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return strings.Join(names, " ")
}

// completeBash completes the words of a flag, else flags after a dash, else files. zsh runs it through bashcompinit.
func completeBash(w io.Writer) {
	fmt.Fprintf(w, "_untag() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n")
	fmt.Fprintf(w, "  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return; fi\n", verbNames())
	fmt.Fprintf(w, "  case ${COMP_WORDS[1]}:$prev in\n")
	fmt.Fprintf(w, "    help:help) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", verbNames())
	fmt.Fprintf(w, "    completion:completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\")); return ;;\n")
	for _, v := range verbs() {
		for _, d := range flagsOf(v) {
			if len(d.words) > 0 {
				fmt.Fprintf(w, "    %s:-%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", v.name, d.name, strings.Join(d.words, " "))
			}
		}
	}
	fmt.Fprintf(w, "  esac\n  case ${COMP_WORDS[1]} in\n")
	for _, v := range verbs() {
		names := make([]string, 0, 32)
		for _, d := range flagsOf(v) {
			names = append(names, "-"+d.name)
		}
		fmt.Fprintf(w, "    %s) words='%s' ;;\n", v.name, strings.Join(names, " "))
	}
	fmt.Fprintf(w, "  esac\n  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n  else COMPREPLY=($(compgen -f -- \"$cur\")); fi\n}\ncomplete -o filenames -F _untag untag\n")
}

func completeZsh(w io.Writer) {
	fmt.Fprint(w, "autoload -U +X bashcompinit && bashcompinit\n")
	completeBash(w)
}

func completeFish(w io.Writer) {
	quote := func(s string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
	}
	for _, v := range verbs() {
		fmt.Fprintf(w, "complete -c untag -n __fish_use_subcommand -f -a %s -d %s\n", v.name, quote(v.about))
		for _, d := range flagsOf(v) {
			line := fmt.Sprintf("complete -c untag -n '__fish_seen_subcommand_from %s' -o %s -d %s", v.name, d.name, quote(d.about))
			switch {
			case len(d.words) > 0:
				line += " -x -a " + quote(strings.Join(d.words, " "))
			case d.value != "":
				line += " -r"
			}
			fmt.Fprintln(w, line)
		}
	}
}
