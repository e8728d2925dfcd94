package validate

import "context"

// Usable panics, with words that say what is missing, if a method is called without a client or a context.
func Usable(ctx context.Context, pkg string, client bool) {
	switch {
	case !client:
		panic(pkg + ": the Client is nil or was not made by New")
	case ctx == nil:
		panic(pkg + ": the context is nil")
	}
}
