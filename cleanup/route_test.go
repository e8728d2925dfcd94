package cleanup

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestInterleave(t *testing.T) {
	t.Parallel()
	count := func(from, n int, last error) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range n {
				if !yield(from+i, nil) {
					return
				}
			}
			if last != nil {
				yield(0, last)
			}
		}
	}
	var got []int
	for n, err := range interleave([]iter.Seq2[int, error]{count(0, 600, nil), count(1000, 10, nil), count(2000, 0, nil), count(3000, 300, nil)}) {
		require.NoError(t, err)
		got = append(got, n)
	}
	require.Len(t, got, 910)
	require.Equal(t, 1000, got[turn])
	require.Equal(t, 3000, got[turn+10])
	require.Equal(t, turn, got[2*turn+10], "the first goes on after all had their turn")
	slices.Sort(got)
	require.Len(t, slices.Compact(got), 910)

	broken := errors.New("broken")
	n := 0
	var last error
	for _, last = range interleave([]iter.Seq2[int, error]{count(0, 5, broken), count(0, 5, nil)}) {
		n++
	}
	require.Equal(t, 6, n)
	require.Equal(t, broken, last)
	for _, err := range interleave([]iter.Seq2[int, error]{count(0, 5, nil)}) {
		require.NoError(t, err)
		break
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	routes := []route{{untag.ServiceVPCIPAM, "IPAM"}, {untag.ServiceECS, "instance"}, {service: untag.ServiceTag}, {untag.ServiceECS, "disk"}}
	slices.SortFunc(routes, route.compare)
	require.Equal(t, []route{{service: untag.ServiceTag}, {untag.ServiceECS, "disk"}, {untag.ServiceECS, "instance"}, {untag.ServiceVPCIPAM, "IPAM"}}, routes)
}

func TestRestoredBy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		row  row
		want route
	}{
		{row{Name: "ecs/instance/i-1", Via: untag.ServiceTag, Pairs: []pair{{"a", "1"}}}, route{service: untag.ServiceTag}},
		{row{Name: "ecs/instance/i-1", Via: untag.ServiceTag, Pairs: []pair{{"a", "1"}, {"b", ""}}}, route{untag.ServiceECS, "instance"}},
		{row{Name: "vpcipam/ipam/x", Via: untag.ServiceTag, Pairs: []pair{{"a", ""}}}, route{untag.ServiceVPCIPAM, "IPAM"}},
		{row{Name: "oss/bucket/x", Via: untag.ServiceTag, Pairs: []pair{{"a", ""}}}, route{service: untag.ServiceTag}},
		{row{Name: "ecs/instance/i-1", Via: untag.ServiceECS, Pairs: []pair{{"a", "1"}}}, route{untag.ServiceECS, "instance"}},
	} {
		require.Equal(t, test.want, test.row.restoredBy())
	}
	r := row{Name: "ecs/instance/i-1", ARN: "arn:acs:ecs:*:1:instance/i-1"}
	require.Equal(t, r.ARN, r.calledBy(route{service: untag.ServiceTag}))
	require.Equal(t, "i-1", r.calledBy(route{untag.ServiceECS, "instance"}))
}

func TestName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "vpcipam/ipam/x", name("vpc", "IPAM", "x"))
	require.Equal(t, "vpc/vswitch/X", name("VPC", "VSwitch", "X"))
}
