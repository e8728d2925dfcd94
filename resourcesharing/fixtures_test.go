package resourcesharing_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/fixture"
	"github.com/untag-go/untag/resourcesharing"
)

func TestFixtureSuccess(t *testing.T) {
	t.Parallel()
	client, err := resourcesharing.New(fixture.Replay(t, "success"))
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), resourcesharing.UntagResourcesRequest{
		ResourceIDs: []string{"rs-PqysnzIj****"}, TagKeys: []string{"k1"},
	})
	require.NoError(t, err)
	assert.Equal(t, resourcesharing.UntagResourcesResponse{RequestID: "E7747EDF-EDDC-5B38-9B6A-6392B9C92B1C"}, response)
}

// A call fails as a whole; it is a run that finds out which resource is at fault.
func TestFixturePartialFailure(t *testing.T) {
	t.Parallel()
	client, err := resourcesharing.New(fixture.Replay(t, "partial"))
	require.NoError(t, err)
	outcomes := make(map[string]error)
	for id, err := range client.UntagMany(t.Context(), resourcesharing.UntagManyRequest{
		ResourceIDs: slices.Values([]string{"rs-PqysnzIj****", "rs-gone"}), TagKeys: []string{"k1"},
	}) {
		outcomes[id] = err
	}
	require.Len(t, outcomes, 2)
	require.NoError(t, outcomes["rs-PqysnzIj****"])
	require.ErrorIs(t, outcomes["rs-gone"], untag.ErrNotFound)
	var apiErr *untag.APIError
	require.ErrorAs(t, outcomes["rs-gone"], &apiErr)
	assert.Equal(t, resourcesharing.CodeInvalidResourceIDNotFound, apiErr.Code)
	assert.Equal(t, "00000000-0000-5000-8000-00000000F003", apiErr.RequestID, "the request ID of the call that named it alone")
}

func TestFixtureError(t *testing.T) {
	t.Parallel()
	client, err := resourcesharing.New(fixture.Replay(t, "error"))
	require.NoError(t, err)
	_, err = client.UntagResources(t.Context(), resourcesharing.UntagResourcesRequest{
		ResourceIDs: []string{"rs-PqysnzIj****"}, TagKeys: []string{"k1"},
	})
	require.ErrorIs(t, err, untag.ErrPermissionDenied)
	var apiErr *untag.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, resourcesharing.CodeNoPermission, apiErr.Code)
	assert.Equal(t, "You are not authorized to perform this action.", apiErr.Message)
	assert.Equal(t, "00000000-0000-5000-8000-00000000F001", apiErr.RequestID)
}

func callFixture(ctx context.Context, config untag.Config, r fixture.Request) (string, error) {
	client, err := resourcesharing.New(config)
	if err != nil {
		return "", err
	}
	response, err := client.UntagResources(ctx, resourcesharing.UntagResourcesRequest{
		Region: r.Region, ResourceType: resourcesharing.ResourceType(r.ResourceType), ResourceIDs: r.Resources, TagKeys: r.TagKeys, All: r.All,
	})
	return response.RequestID, err
}

func TestLiveFixtures(t *testing.T) { fixture.ReplayLive(t, callFixture) }

func TestRecord(t *testing.T) { fixture.Record(t, callFixture) }
