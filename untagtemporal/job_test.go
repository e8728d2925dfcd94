package untagtemporal_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtemporal"
)

func one(r untagtemporal.Resource) iter.Seq2[untagtemporal.Resource, error] {
	return func(yield func(untagtemporal.Resource, error) bool) { yield(r, nil) }
}

// TestStartRefuses: nothing reaches the server, which is nil here.
func TestStartRefuses(t *testing.T) {
	t.Parallel()
	lane := untagtemporal.Lane{Service: untag.ServiceECS, Account: "123", Region: "cn-hangzhou"}
	fine := untagtemporal.Resource{Lane: lane, Type: "instance", ID: "i-1"}
	job := untagtemporal.Job{ID: "j", TagKeys: []string{"env"}}
	with := func(change func(j *untagtemporal.Job, r *untagtemporal.Resource)) func() (untagtemporal.Job, untagtemporal.Resource) {
		return func() (untagtemporal.Job, untagtemporal.Resource) {
			j, r := job, fine
			change(&j, &r)
			return j, r
		}
	}
	for name, row := range map[string]struct {
		make func() (untagtemporal.Job, untagtemporal.Resource)
		want string
	}{
		"no ID":             {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.ID = "" }), "job ID"},
		"a path for an ID":  {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.ID = "../x" }), "job ID"},
		"a hidden ID":       {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.ID = ".x" }), "job ID"},
		"nothing to do":     {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.TagKeys = nil }), "says not what to do"},
		"two things to do":  {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.All = true }), "says not what to do"},
		"negative MaxLanes": {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.MaxLanes = -1 }), "MaxLanes"},
		"a short Lease":     {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.Lease = time.Millisecond }), "Lease"},
		"no service":        {with(func(_ *untagtemporal.Job, r *untagtemporal.Resource) { r.Lane.Service = "oss" }), "Service constants"},
		"no account":        {with(func(_ *untagtemporal.Job, r *untagtemporal.Resource) { r.Lane.Account = "me" }), "account"},
		"no region":         {with(func(_ *untagtemporal.Job, r *untagtemporal.Resource) { r.Lane.Region = "a.b/c" }), "region"},
		"no resource ID":    {with(func(_ *untagtemporal.Job, r *untagtemporal.Resource) { r.ID = "" }), "no ID"},
		"no type":           {with(func(_ *untagtemporal.Job, r *untagtemporal.Resource) { r.Type = "" }), "no type"},
		"type and ARN":      {with(func(_ *untagtemporal.Job, r *untagtemporal.Resource) { r.Lane.Service = untag.ServiceTag }), "type beside an ARN"},
		"tags to remove":    {with(func(_ *untagtemporal.Job, r *untagtemporal.Resource) { r.Tags = []untag.Tag{{Key: "a"}} }), "has tags"},
		"nothing to write":  {with(func(j *untagtemporal.Job, _ *untagtemporal.Resource) { j.TagKeys, j.Write = nil, true }), "no tags"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j, r := row.make()
			_, err := untagtemporal.Start(context.Background(), nil, untagtemporal.Directory(t.TempDir()), j, one(r))
			require.ErrorContains(t, err, row.want)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}
