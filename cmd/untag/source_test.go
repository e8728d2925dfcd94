package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readAll(t *testing.T, s *source) ([]string, error) {
	t.Helper()
	require.NoError(t, s.start(t.Context()))
	defer s.close()
	var all []string
	for i := range s.until(t.Context().Done()) {
		all = append(all, i.resource)
	}
	return all, s.failure()
}

func TestSource(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		content, name, column string
		retry                 bool
		want                  []string
		err                   string
	}{
		"lines":              {content: "\xef\xbb\xbfa\r\n\r\n# no\n  b\t\n=c", want: []string{"a", "b", "=c"}},
		"empty":              {},
		"only a comment":     {content: "# a"},
		"long line":          {content: "a\n" + strings.Repeat("x", maxLine+1), want: []string{"a"}, err: "line 2 is longer than 64 KiB"},
		"UTF-16":             {content: "\xff\xfea\x00", err: "save it as UTF-8"},
		"journal":            {content: `{"journal":"untag","version":1}`, err: "give it with -journal"},
		"column":             {content: "\xef\xbb\xbfid,name\r\n a ,x\r\nb\r\n,y\r\n\"c\n\",z\r\n", column: "ID", want: []string{"a", "b", "c"}},
		"semicolons":         {content: "name;id\nx;a\n", column: "id", want: []string{"a"}},
		"tabs":               {content: "name\tid\nx\ta\n", column: "id", want: []string{"a"}},
		"no such column":     {content: "id,name\na,x\n", column: "arn", err: "has no column arn; there are “id”, “name”"},
		"CSV without column": {content: "id,name\na,x\n", name: "x.csv", err: "say one with -column"},
		"one column":         {content: "i-1\ni-2\n", name: "x.csv", err: "the one column"},
		"bad CSV":            {content: "id\na\n\"b\"c\n", column: "id", want: []string{"a"}, err: "the rows from here on were not read"},
		"retry of a list":    {content: "a\n", retry: true, err: "is no .csv or .jsonl report"},
		"torn report":        {content: strings.Join(csvColumns, ",") + "\na,refused", want: nil, err: "line 2 has 2 cells instead of 15"},
		"torn JSON":          {content: `{"resource":"a","outcome":"refused"}` + "\n" + `{"resource":"b","out`, want: []string{"a"}, err: "row 2"},
		"JSON, no outcome":   {content: `{"resource":"a"}`, err: "row 1 has no outcome"},
		"comments":           {content: "# Instances: all\n\n  # x\na # the first\nb\n", want: []string{"a", "b"}},
		"CSV comments":       {content: "# exported; today; by me; x\nid,name\n#c,x\na,y\n", column: "id", want: []string{"a"}},
		"0.1.0":              {content: "resource,outcome,code,message,request_id,region,service,time,keys_removed\n", retry: true, err: "one of version 0.1.0"},
		"saved by a spreadsheet": {
			content: strings.Join(csvColumns, ";") + "\r\n'=a;refused;;;;;;;;;;;;;\r\nb;done;;;;;;;;;;;;;\r\n", retry: true, want: []string{"=a"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.name == "" {
				test.name = "list.txt"
			}
			got, err := readAll(t, &source{path: file(t, test.name, test.content), column: test.column, mustRetry: test.retry})
			assert.Equal(t, test.want, got)
			if test.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.err)
			}
		})
	}
}

func TestSourceThatBlocks(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	_, err = w.WriteString("a\n")
	require.NoError(t, err)
	s := &source{stdin: r}
	require.NoError(t, s.start(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for i := range s.until(ctx.Done()) {
		assert.Equal(t, "a", i.resource)
		cancel() // the next line never comes
	}
	require.NoError(t, s.failure())
	assert.False(t, s.finished)
	s.close()
}
