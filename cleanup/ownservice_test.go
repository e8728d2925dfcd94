package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestOwnService(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		product, resourceType string
		want                  route
	}{
		{"ecs", "instance", route{untag.ServiceECS, "instance"}},
		{"ecs", "Disk", route{untag.ServiceECS, "disk"}},
		{"vpcipam", "ipam", route{untag.ServiceVPCIPAM, "IPAM"}},
		{"resourcesharing", "resourceshare", route{untag.ServiceResourceSharing, "ResourceShare"}},
		{"ecs", "unknown", route{}},
		{"oss", "bucket", route{}},
	} {
		got, ok := ownService(test.product, test.resourceType)
		require.Equal(t, test.want, got)
		require.Equal(t, test.want != route{}, ok)
	}
}

func TestOwnListings(t *testing.T) {
	t.Parallel()
	types := 0
	for _, all := range ownTypes {
		types += len(all)
	}
	require.Len(t, ownListings(Spec{Keys: []string{"a", "b"}}), 2*types)
	require.Contains(t, ownListings(Spec{Keys: []string{"a"}}), listing{Service: untag.ServiceECS, Type: "disk", Key: "a", Any: true})
	require.Contains(t, ownListings(Spec{Tags: []untag.Tag{{Key: "a"}}}), listing{Service: untag.ServiceECS, Type: "disk", Key: "a"})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, service := range []string{untag.ServiceTag, untag.ServiceECS, untag.ServiceVPCIPAM, untag.ServiceResourceSharing} {
		l := limitsOf(route{service: service})
		for _, n := range []int{l.listResources, l.untagResources, l.untagKeys, l.tagResources, l.tagPairs} {
			require.Positive(t, n, service)
		}
		require.LessOrEqual(t, l.untagResources, l.listResources, "one read has the resources of a call")
		require.LessOrEqual(t, l.tagResources, l.listResources, "one read has the resources of a call")
	}
}

func TestCheckWrite(t *testing.T) {
	t.Parallel()
	for _, service := range []string{untag.ServiceTag, untag.ServiceECS, untag.ServiceVPCIPAM, untag.ServiceResourceSharing} {
		via := route{service, "instance"}
		require.NoError(t, checkWrite(via, untag.Tag{Key: "team", Value: "a"}), service)
		require.Error(t, checkWrite(via, untag.Tag{Key: "acs:team", Value: "a"}), service)
	}
	require.Error(t, checkWrite(route{service: untag.ServiceTag}, untag.Tag{Key: "team"}))
	require.NoError(t, checkWrite(route{untag.ServiceECS, "instance"}, untag.Tag{Key: "team"}))
}
