package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// TestCSVCarriesWhatItIsAbout reads back what every row says besides the outcome.
func TestCSVCarriesWhatItIsAbout(t *testing.T) {
	t.Parallel()
	for _, about := range []origin{
		aboutTest,
		{Service: untag.ServiceTag, Keys: `"a,b",=c`, Account: "simulated", Endpoint: "in memory", Mode: modeRehearsal},
		{Service: untag.ServiceVPCIPAM, ResourceType: "IPAM", All: true, Account: "1", Endpoint: "host:1", Mode: modeLive},
	} {
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		r := failedRow("i-1")
		r.keysRemoved = []string{"x y", "a,b"}
		require.NoError(t, csvReport{about}.header(w))
		require.NoError(t, csvReport{about}.row(w, r))
		require.NoError(t, w.Flush())
		rows, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 2)
		assert.Equal(t, about, csvOrigin(rows[1]))
		assert.Equal(t, `x y,"a,b"`, rows[1][8])
	}
}

func TestIsReportHeader(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	require.NoError(t, csvReport{}.header(w))
	require.NoError(t, w.Flush())
	assert.True(t, isReportHeader(b.Bytes()))
	assert.True(t, isReportHeader(bytes.ReplaceAll(b.Bytes(), []byte(`","`), []byte(`";"`))), "as some spreadsheets save it")
	assert.False(t, isReportHeader([]byte("resource,outcome\n")))
	assert.False(t, isReportHeader(nil))
}
