package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestMismatch(t *testing.T) {
	t.Parallel()
	run := origin{Service: untag.ServiceECS, ResourceType: "instance", Keys: "a,b", Account: "42", Endpoint: "by region", Mode: modeLive}
	change := func(f func(*origin)) origin {
		o := run
		f(&o)
		return o
	}
	tests := map[string]struct {
		report origin
		want   string
	}{
		"the same":     {run, ""},
		"rehearsal":    {change(func(o *origin) { o.Mode = modeRehearsal }), "one of a rehearsal"},
		"no mode":      {change(func(o *origin) { o.Mode = "" }), "does not say whether"},
		"service":      {change(func(o *origin) { o.Service = untag.ServiceTag }), "is about " + untag.ServiceTag},
		"type":         {change(func(o *origin) { o.ResourceType = "disk" }), "type disk"},
		"keys":         {change(func(o *origin) { o.Keys = "a" }), "other keys (a)"},
		"all":          {change(func(o *origin) { o.Keys, o.All = "", true }), "other keys (-all)"},
		"account":      {change(func(o *origin) { o.Account = "43" }), "account 43"},
		"endpoint":     {change(func(o *origin) { o.Endpoint = "127.0.0.1:8080" }), "endpoint 127.0.0.1:8080"},
		"hostile text": {change(func(o *origin) { o.Account = "\x1b[31m" }), "account \uFFFD[31m"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := run.mismatch(test.report)
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
		})
	}
	rehearsal := change(func(o *origin) { o.Mode, o.Account, o.Endpoint = modeRehearsal, simulatedAccount, "in memory" })
	require.NoError(t, rehearsal.mismatch(run), "a rehearsal may look at a real report")
}

// TestRetryOfARehearsal is the case that made rows carry what they are about: 30,000 "done" that nobody had done.
func TestRetryOfARehearsal(t *testing.T) {
	a := newAccount(t)
	for _, kind := range []string{".csv", ".jsonl"} {
		report := filepath.Join(t.TempDir(), "r"+kind)
		list := file(t, "l.txt", strings.Join(ids(60), "\n"))
		args := []string{"run", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "a"}
		r := start(t, "", nil, append(args, "-report", report, list)...)
		require.Equal(t, exitOK, r.code, r.stderr)
		content, err := os.ReadFile(report)
		require.NoError(t, err)
		assert.Contains(t, string(content), modeRehearsal)

		for _, more := range [][]string{{"-retry", report}, {report}} { // a report is recognised without -retry, too
			r = start(t, "", nil, a.args(append([]string{"-yes"}, more...)...)...)
			assert.Equal(t, exitNot, r.code)
			assert.Contains(t, flat(r.stderr), "the report is one of a rehearsal")
		}
		r = start(t, "", nil, append(args, "-retry", report)...)
		assert.Equal(t, exitOK, r.code, "a rehearsal may go on from one: "+r.stderr)
	}
	assert.Zero(t, a.untags())
}
