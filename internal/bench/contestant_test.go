package main

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/bench/floor"
	"github.com/untag-go/untag/untagtest"
)

// TestContestantsDoTheSameWork lets every contestant call the simulated account, which checks signatures.
func TestContestantsDoTheSameWork(t *testing.T) {
	for _, w := range works {
		for _, c := range contestants {
			t.Run(w.service+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				cloud := untagtest.NewCloud()
				cloud.AllowKey(floor.AccessKeyID, floor.AccessKeySecret, "")
				cloud.AllowAnyResource()
				server := httptest.NewServer(cloud)
				t.Cleanup(server.Close)
				call, err := c.prepare(w, target{address: server.Listener.Addr().String()})
				require.NoError(t, err)

				err = call(t.Context())
				got := cloud.Calls()
				require.Len(t, got, 1)
				require.Equal(t, region, got[0].Region)
				require.Equal(t, "POST", got[0].Method)
				if c.name == nameFloor {
					require.NotEqual(t, untagtest.VerdictOK, got[0].Verdict, "its signature is none")
				} else {
					require.Equal(t, untagtest.VerdictOK, got[0].Verdict)
				}
				if !errors.Is(err, floor.ErrUnconfirmed) { // the account makes request IDs of its own
					require.NoError(t, err)
				}
				want, err := url.ParseQuery(w.query())
				require.NoError(t, err)
				for name, values := range want {
					require.Equal(t, values, got[0].Parameters[name], name)
				}
			})
		}
	}
}

// TestMeasurement runs every section that needs no other program, for a moment.
func TestMeasurement(t *testing.T) {
	p := plan{rounds: 1}
	tables, err := stubTables(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, tables, len(works))
	for _, table := range tables {
		require.Len(t, table.rows, len(contestants))
	}
	names, calls := validateCalls()
	table, err := parts(t.Context(), p, "Validation", names, calls)
	require.NoError(t, err)
	require.Len(t, table.rows, len(names))
}

// TestProgramsBuild leaves out the vendor's, which take a minute and 1.8 GB.
func TestProgramsBuild(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	t.Parallel()
	require.NoError(t, goCommand(t.Context(), "build", "-tags", "programs", "-o", os.DevNull,
		"./programs/bulk", "./programs/build/untag", "./programs/build/credentials").Run())
}

func TestRequestLen(t *testing.T) {
	t.Parallel()
	for request, want := range map[string]int{
		"":                                    0,
		"POST / HTTP/1.1\r\nHost: a\r\n":      0,
		"POST / HTTP/1.1\r\nHost: a\r\n\r\n":  28,
		"POST / HTTP/1.1\r\nHost: a\r\n\r\nP": 28,
		"POST / HTTP/1.1\r\nContent-Length: 10\r\nHost: a\r\n\r\nAction=": 58,
	} {
		require.Equal(t, want, requestLen([]byte(request)), request)
	}
}

func TestRatioIsThatOfTheRounds(t *testing.T) {
	t.Parallel()
	slow := series{samples: []sample{{2, 1, 0}, {20, 1, 0}, {3, 1, 0}}} // the machine was busy in the second round
	fast := series{samples: []sample{{1, 1, 0}, {10, 1, 0}, {1, 1, 0}}}
	require.InDelta(t, 2, slow.ratio(fast, wall), 0)
	require.InDelta(t, 3, slow.median(wall), 0)
	require.InDelta(t, 1, slow.median(cpu), 0)
}

func TestFigure(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]string{0: "0.00", 2.345: "2.35", 45.67: "45.7", 999.6: "1,000", 1234567: "1,234,567"} {
		require.Equal(t, want, figure(x))
	}
}
