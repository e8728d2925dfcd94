package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/sortedrun"
)

func TestMergeRows(t *testing.T) {
	t.Parallel()
	const arn = "arn:acs:ecs:cn-hangzhou:1:instance/i-1"
	byTag := func(run int, pairs ...pair) row {
		return row{Name: "ecs/instance/i-1", ARN: arn, Via: untag.ServiceTag, Pairs: pairs, Run: run}
	}
	byECS := func(run int, pairs ...pair) row {
		return row{Name: "ecs/instance/i-1", Type: "Instance", Via: untag.ServiceECS, Pairs: pairs, Run: run}
	}
	a, a2, b, empty := pair{"a", "1"}, pair{"a", "2"}, pair{"b", "1"}, pair{"c", ""}
	for _, test := range []struct {
		name string
		rows []row
		want row
	}{
		{"one", []row{byTag(1, a)}, byTag(1, a)},
		{"twice in a listing", []row{byTag(1, a), byTag(1, a)}, byTag(1, a)},
		{"two keys", []row{byTag(1, b), byTag(1, a)}, byTag(1, a, b)},
		{"its own service alone", []row{byECS(1, empty)}, byECS(1, empty)},
		{"both, the same", []row{byECS(1, a), byTag(1, a)}, row{"ecs/instance/i-1", arn, "Instance", untag.ServiceTag, []pair{a}, 1}},
		{"both, and one key not by Tag", []row{byTag(1, a), byECS(1, a, empty), byTag(1, b)}, row{"ecs/instance/i-1", arn, "Instance", untag.ServiceECS, []pair{a, b, empty}, 1}},
		{"the later value", []row{byTag(1, a), byTag(1, a2)}, byTag(1, a2)},
		{"again in the next round", []row{byTag(1, a), byTag(2, a)}, byTag(1, a)},
		{"changed in the next round", []row{byTag(1, a), byTag(2, a2)}, byTag(2, a2)},
		{"more in the next round", []row{byTag(1, a), byTag(2, a, b)}, byTag(2, a, b)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []row
			for merged, err := range mergeRows(func(yield func(sortedrun.Record, error) bool) {
				for _, r := range append(test.rows, row{Name: "z", Via: "x"}) {
					if !yield(sortedrun.Record{Key: []byte(r.Name), Value: r.append(nil)}, nil) {
						return
					}
				}
			}) {
				require.NoError(t, err)
				got = append(got, *merged)
			}
			require.Len(t, got, 2)
			require.Equal(t, test.want, got[0])
		})
	}
}

func TestRowResource(t *testing.T) {
	t.Parallel()
	r := row{Name: "vpcipam/ipam/ipam-1/x:y", Type: "IPAM", Via: untag.ServiceVPCIPAM}
	require.Equal(t, Resource{
		Service: "vpcipam", Account: "1", Region: "cn-hangzhou", Type: "IPAM", ID: "ipam-1/x:y",
		ARN: "arn:acs:vpcipam:cn-hangzhou:1:IPAM/ipam-1/x:y",
	}, r.resource("1", "cn-hangzhou"))
}
