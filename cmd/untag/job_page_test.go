package main

import (
	"bufio"
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
)

// jobPageOf is the page of a job with the records of one resource each.
func jobPageOf(t *testing.T, l lang, records ...cleanup.Record) string {
	t.Helper()
	p := &jobPage{about: about{lang: l, dir: "<dir>", spec: cleanup.Spec{Keys: []string{"<i>key"}, Account: "42"}, mode: modeLive, created: time.Unix(0, 0), now: time.Unix(9, 0)}}
	s := &jobSummary{
		states: stateCounts{}, removed: stateCounts{}, verified: stateCounts{}, restored: stateCounts{},
		regions: map[string]*group{}, products: map[string]*group{}, keys: map[string]*group{}, values: map[string]*group{}, codes: map[string]*codeCount{},
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	for _, r := range records {
		s.add(r)
		require.NoError(t, p.row(w, r))
	}
	require.NoError(t, p.end(w, s))
	require.NoError(t, w.Flush())
	return b.String()
}

func TestJobPage(t *testing.T) {
	t.Parallel()
	resource := cleanup.Resource{Service: "rds", Region: "cn-hangzhou", Type: "dbinstance", ID: "r-1", ARN: "arn:acs:rds:cn-hangzhou:42:dbinstance/<u>r-1"}
	removed := cleanup.Record{Resource: resource, Key: "env", Saved: "<script>alert(1)</script>", Removed: cleanup.Removed, State: cleanup.Removed}
	refused := cleanup.Record{Resource: resource, Key: "own\x1ber", Saved: "\u202eevil", Removed: cleanup.Refused, State: cleanup.Refused, Code: "NoPermission", Message: "<b>no", RequestID: "REQ-1"}
	kept := cleanup.Record{Resource: resource, Key: "env", Saved: "old", Seen: "new", Removed: cleanup.Removed, Restored: cleanup.Kept, State: cleanup.Kept}
	tests := map[string]struct {
		records []cleanup.Record
		want    []string
	}{
		"found":          {[]cleanup.Record{{Resource: resource, Key: "a"}}, []string{"1 tags found and saved", "Nothing was removed yet"}},
		"removed":        {[]cleanup.Record{removed}, []string{"1 of 1 tags removed", `chip good">Complete<`}},
		"with a failure": {[]cleanup.Record{removed, refused}, []string{"1 of 2 tags removed", "Complete, with failures", "NoPermission", "REQ-1", "All 1 of them"}},
		"in the middle":  {[]cleanup.Record{removed, {Resource: resource, Key: "a"}}, []string{"1 of 2 tags removed", `chip bad">Incomplete<`}},
		"restored":       {[]cleanup.Record{kept}, []string{"0 of 1 tags restored", "now there: new", "env=old"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := jobPageOf(t, english, test.records...)
			for _, want := range append(test.want, "&lt;dir&gt;", "&lt;i&gt;key", "42") {
				assert.Contains(t, page, want)
			}
			for _, bad := range []string{"<script", "<b>no", "<u>r-1", "<i>key", "\x1b", "\u202e", "http://", "https://"} {
				assert.NotContains(t, page, bad)
			}
			assert.Contains(t, jobPageOf(t, chinese, test.records...), "清理标签")
		})
	}
}

func TestJobPageIsBounded(t *testing.T) {
	t.Parallel()
	records := make([]cleanup.Record, maxListed+7)
	for i := range records {
		records[i] = cleanup.Record{Key: "a", State: cleanup.Refused, Removed: cleanup.Refused}
	}
	assert.Contains(t, jobPageOf(t, english, records...), "The first 10,000 of 10,007")
}
