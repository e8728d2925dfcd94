package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

func TestWhoami(t *testing.T) {
	a := newAccount(t)
	endpoint := a.live[3]
	r := start(t, "", nil, "whoami", "-endpoint", endpoint)
	assert.Equal(t, exitOK, r.code, r.stderr)
	for _, want := range []string{"Account " + a.cloud.AccountID(), "Acting as acs:ram::" + a.cloud.AccountID(), "Credentials "} {
		assert.Contains(t, flat(r.stdout), want)
	}
	assert.NotContains(t, r.stdout+r.stderr, "secret-of-the-test")

	r = start(t, "", nil, "whoami", "-endpoint", endpoint, "-account", a.cloud.AccountID())
	assert.Equal(t, exitOK, r.code)
	r = start(t, "", nil, "whoami", "-endpoint", endpoint, "-account", "banana")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "-account says banana")
	r = start(t, "", nil, "whoami", "-endpoint", "http://10.0.0.1")
	assert.Equal(t, exitUsage, r.code)
	assert.Contains(t, flat(r.stderr), "untag whoami: -endpoint: uses http, which is allowed only to a loopback host")

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "another-secret")
	r = start(t, "", nil, "whoami", "-endpoint", endpoint)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, r.stderr, "SignatureDoesNotMatch")
	assert.Contains(t, r.stdout, "Credentials", "the member of the chain is known all the same")
}

// TestAccountIsCompared is the case `-account banana`.
func TestAccountIsCompared(t *testing.T) {
	a := newAccount(t)
	r := start(t, "", nil, a.args("-yes", "-account", "banana", file(t, "l.txt", "i-00001\n"))...)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "Account "+a.cloud.AccountID(), "whose it is is shown")
	assert.Contains(t, flat(r.stderr), "-account says banana")
	assert.Zero(t, a.untags())

	a.cloud.Inject(untagtest.Fault{Action: "GetCallerIdentity", Code: "Forbidden.RAM"})
	r = start(t, "", nil, a.args("-yes", file(t, "l.txt", "i-00001\n"))...)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "it is not known whose credentials these are")
	assert.Zero(t, a.untags())
	r = start(t, "", nil, a.args("-yes", "-no-whoami", file(t, "l.txt", "i-00001\n"))...)
	assert.Equal(t, exitUsage, r.code)
	assert.Contains(t, flat(r.stderr), "-account is missing")
	r = start(t, "", nil, a.args("-yes", "-no-whoami", "-account", "7", file(t, "l.txt", "i-00001\n"))...)
	assert.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stderr), "nobody has checked")
}

// TestInterruptedQuestion has a service that does not answer who the caller is.
func TestInterruptedQuestion(t *testing.T) {
	a := newAccount(t)
	a.cloud.Inject(untagtest.Fault{Action: "GetCallerIdentity", Latency: time.Hour})
	began := time.Now()
	r := start(t, "", a.interruptAfter(1), a.args("-yes", file(t, "l.txt", "i-00001\n"))...)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "interrupted; nothing was changed")
	assert.Less(t, time.Since(began), 10*time.Second)
}
