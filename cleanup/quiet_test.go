package cleanup_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestNoValues has values of tags in no log record and no error text, whatever the service says.
func TestNoValues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const secret = "s3cret-value"
		cloud := untagtest.NewCloud()
		for i := range 60 {
			r := instances(60)[i]
			r.Tags["team"] = secret
			cloud.Put(r)
		}
		var records bytes.Buffer
		config := cloud.Config()
		config.Logger = slog.New(slog.NewTextHandler(&records, &slog.HandlerOptions{Level: slog.LevelDebug}))
		var mu sync.Mutex // hooks run side by side
		var errs []string
		note := func(err error) {
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Sprintf("%v %+v %#v", err, err, err))
			}
		}
		config.OnAttempt = func(_ context.Context, a untag.Attempt) { note(a.Err) }
		config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) { return ctx, note }
		j, err := cleanup.Create(t.TempDir()+"/job", config, keys("team"))
		require.NoError(t, err)
		cloud.Inject(untagtest.Fault{Service: untagtest.Tag, Action: "ListTagResources", Calls: 2, Code: "InvalidParameter.Tags", Status: 400, Message: "The value " + secret + " is not valid."})
		for _, err := range j.Find(t.Context(), cleanup.FindOptions{}) {
			note(err)
		}
		find(t, j)
		cloud.Inject(untagtest.Fault{Action: "UntagResources", Calls: 2, Code: "Odd.Code", Status: 400, Message: "odd"})
		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{}) {
			note(err)
		}
		cloud.ClearFaults()
		remove(t, j)
		cloud.Inject(untagtest.Fault{Action: "TagResources", Code: "InvalidParameter.TagValue", Status: 400, Message: "The following TagValues are invalid: " + secret + "."})
		for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
			note(err)
		}
		for r, err := range j.Records() {
			note(err)
			errs = append(errs, r.Message)
		}
		require.Greater(t, len(errs), 10)
		for _, text := range errs {
			require.NotContains(t, text, secret)
		}
		require.NotContains(t, records.String(), secret)
		require.NoError(t, j.Close())
	})
}
