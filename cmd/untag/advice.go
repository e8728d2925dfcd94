package main

import (
	"errors"

	"github.com/untag-go/untag"
)

// advise says how to go on with what is not done, if that helps.
func (t *tally) advise(o *runOptions, m meta, reports *reportSet) (all []error) {
	c := t.snapshot()
	if c.notDone() == 0 && m.complete || c.total() == 0 && o.journal == "" {
		return nil // all is done, or there is nothing to go on with
	}
	mend := remedy(m.cause)
	if m.hopeless {
		mend = msg("First find out why nothing passes: the network, a proxy, the endpoint, or others who use up the quota.")
	}
	if mend != nil {
		all = append(all, mend)
	} else if t.retryable == 0 && m.complete {
		return []error{msg("To try again does not help before the causes above are mended: each refusal is final.")}
	}
	retry := reports.readable()
	switch {
	case o.journal != "":
		all = append(all, msg("To go on, run the same command again: the journal %s leaves out what is done.", o.journal))
	case m.complete && retry != "":
		all = append(all, msg("To try again what is not done, run the same command with -retry %s in the place of the resources, and a new name for its report.", retry))
	default:
		all = append(all, msg("To go on, run the same command again: removing a tag that is gone succeeds. With -journal FILE it would leave out what is done."))
	}
	return all
}

// remedy is what has to be done first where the run was ended by something that another try would meet again.
func remedy(cause error) error {
	answer, _ := errors.AsType[*untag.APIError](cause)
	switch {
	case cause == nil:
		return nil
	case errors.Is(cause, untag.ErrUnauthenticated) && answer != nil && answer.Code == "SignatureDoesNotMatch":
		return msg("The access key secret does not belong to the access key ID, or is not complete. Mend the credentials first; untag whoami shows which are used.")
	case errors.Is(cause, untag.ErrUnauthenticated):
		return msg("Mend the credentials first; untag whoami shows which are used.")
	case errors.Is(cause, untag.ErrPermissionDenied):
		if answer != nil && answer.AccessDenied != nil && answer.AccessDenied.AuthAction != "" {
			return msg("First let somebody grant %s to this user or role; untag whoami shows which it is.", answer.AccessDenied.AuthAction)
		}
		return msg("First let somebody grant this user or role what it lacks; untag whoami shows which it is.")
	case errors.Is(cause, untag.ErrClockSkew):
		return msg("Set the clock of this machine first.")
	case errors.Is(cause, untag.ErrInvalidParameter):
		return msg("The request itself was refused. Change what the code above names first.")
	}
	return nil
}
