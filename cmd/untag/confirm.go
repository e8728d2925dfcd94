package main

import (
	"bufio"
	"io"
	"strings"
)

// confirm asks for a word to be typed. Nothing else, not even a pipe that has the word, lets the work begin: who calls the
// command from a program says -yes.
func (e *env) confirm(word string) bool {
	p := e.err()
	if !e.person(e.stdin) {
		p.say("Nothing was changed: there is no terminal to type the confirmation at. If this is what you want, add -yes.")
		return false
	}
	p.blank()
	p.say("Type %s to go on, anything else to leave it:", word)
	typed := make(chan string, 1)
	go func() { // ends with the process if nothing is ever typed
		line, err := bufio.NewReader(io.LimitReader(e.stdin, 100)).ReadString('\n')
		if err != nil {
			line = ""
		}
		typed <- line
	}()
	select {
	case line := <-typed:
		if strings.TrimSpace(line) == word {
			return true
		}
	case <-e.signals:
	}
	p.say("Left as it is; nothing was changed.")
	return false
}
