package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/untag-go/untag"
)

func versionVerb() *verb {
	return &verb{
		name: "version", about: "say which version this is",
		define: func(*flags) action {
			return func(_ context.Context, e *env, args []string) (int, error) {
				if len(args) > 0 {
					return exitUsage, usageError{msg("takes no arguments")}
				}
				e.out().raw("untag " + untag.Version + revision() + ", " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH)
				return exitOK, nil
			}
		},
	}
}

// revision is the commit that the command was built from, "" if that is not known.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return ""
}
