package main

import (
	"context"

	"github.com/untag-go/untag/internal/identity"
)

func whoamiVerb() *verb {
	return &verb{
		name: "whoami", about: "say whose the credentials are: account, user or role, and where they come from",
		details: []string{"It asks STS (GetCallerIdentity) and changes nothing, so it needs no -live. It needs no permission, either."},
		define: func(f *flags) action {
			c := new(connection)
			c.reads(f)
			return func(ctx context.Context, e *env, args []string) (int, error) {
				if len(args) > 0 {
					return exitUsage, usageError{msg("takes no arguments")}
				}
				c.traffic = new(traffic)
				who, err := unlessInterrupted(ctx, e, c.ask)
				if who.member != "" || err == nil {
					writeIdentity(e.out(), who)
				}
				if err != nil {
					return exitNot, inFlags(err)
				}
				return exitOK, c.compare(who)
			}
		},
	}
}

// caller is whose the credentials are.
type caller struct {
	account, arn, member string // member: of the chain of credentials
}

// ask asks STS. The member of the chain is known even if STS refuses to answer.
func (c *connection) ask(ctx context.Context) (caller, error) {
	config := c.config()
	who, err := identity.Caller(ctx, config)
	return caller{who.Account, who.ARN, c.traffic.signer()}, err
}

// identify shows whose the credentials are, and refuses those of another account than -account.
func (c *connection) identify(ctx context.Context, e *env) (caller, error) {
	if c.unasked {
		e.err().say("Warning: -no-whoami: nobody has checked that the credentials are those of the account %s.", clean(c.account, 40))
		return caller{account: c.account}, nil
	}
	who, err := unlessInterrupted(ctx, e, c.ask)
	if err != nil {
		return who, msg("it is not known whose credentials these are, so nothing is removed: %s", err)
	}
	writeIdentity(e.err(), who)
	return who, c.compare(who)
}

func (c *connection) compare(who caller) error {
	if c.account != "" && c.account != who.account {
		return msg("the credentials belong to the account %s, and -account says %s: nothing was changed", who.account, clean(c.account, 40))
	}
	return nil
}

// writeIdentity prints what is known of the credentials.
func writeIdentity(w printer, who caller) {
	for _, line := range []struct{ name, value string }{
		{w.lang.t("Account"), who.account}, {w.lang.t("Acting as"), who.arn}, {w.lang.t("Credentials"), who.member},
	} {
		if line.value != "" {
			w.raw("  " + line.name + padding(line.name, 14) + clean(line.value, 200))
		}
	}
}
