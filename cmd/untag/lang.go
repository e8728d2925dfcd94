package main

import (
	"errors"
	"fmt"
	"strings"
)

// lang is the language that people are spoken to in. Reports for programs, codes and the names of flags have only one.
type lang string

const (
	english lang = "en"
	chinese lang = "zh"
)

// langOf reads the environment as other programs do: the first of the variables that is set decides.
func langOf(getenv func(string) string) lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			if strings.HasPrefix(value, "zh") {
				return chinese
			}
			return english
		}
	}
	return english
}

// message is something to say: a format of the table in messages.go and what goes in it. As an error it wraps those
// among its arguments.
type message struct {
	format string
	args   []any
}

func msg(format string, args ...any) message { return message{format, args} }

// Error is the message in English.
func (m message) Error() string { return english.text(m) }

func (m message) Unwrap() []error {
	var all []error
	for _, arg := range m.args {
		if err, ok := arg.(error); ok {
			all = append(all, err)
		}
	}
	return all
}

// t is a text of the table in the language, with its arguments.
func (l lang) t(format string, args ...any) string { return l.text(msg(format, args...)) }

// text is a message, or any other error, in the language. What the SDK and the service say stays English.
func (l lang) text(err error) string {
	switch e := err.(type) { //nolint:errorlint // a message inside another error is found when that is taken apart
	case message:
		format := e.format
		if translated, ok := inChinese[format]; ok && l == chinese {
			format = translated
		}
		if len(e.args) == 0 {
			return format
		}
		args := make([]any, len(e.args))
		for i, arg := range e.args {
			args[i] = arg
			if inner, ok := arg.(error); ok {
				args[i] = l.text(inner)
			}
		}
		return fmt.Sprintf(format, args...)
	case interface{ Unwrap() []error }:
		if !isJoined(err) {
			break
		}
		var lines []string
		for _, inner := range e.Unwrap() {
			lines = append(lines, l.text(inner))
		}
		return strings.Join(lines, "\n")
	}
	return plain(err)
}

// isJoined tells an error of errors.Join, which is nothing but its parts, from one that has a text of its own.
func isJoined(err error) bool {
	parts := err.(interface{ Unwrap() []error }).Unwrap()
	return err.Error() == errors.Join(parts...).Error()
}

// plain says in common words what the language's own packages have terms for.
func plain(err error) string {
	text := err.Error()
	for _, term := range []struct{ of, is string }{
		{"context deadline exceeded (Client.Timeout exceeded while awaiting headers)", "no answer in time"},
		{"context deadline exceeded", "no answer in time"},
		{"context canceled", "stopped"},
		{"unexpected EOF", "the connection was closed in the middle"},
		{"i/o timeout", "no answer in time"},
		{"or Config.Endpoint?", "or -endpoint?"},
		{", or Config.Credentials", ""},
		{"dial tcp: lookup ", "no address found: "},
		{"dial tcp ", "no connection to "},
	} {
		text = strings.ReplaceAll(text, term.of, term.is)
	}
	if text == "EOF" || strings.HasSuffix(text, ": EOF") {
		text = strings.TrimSuffix(text, "EOF") + "the connection was closed"
	}
	return strings.ReplaceAll(text, ": connect: connection refused", ": refused")
}
