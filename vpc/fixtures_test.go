package vpc_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/fixture"
	"github.com/untag-go/untag/vpc"
)

func TestFixtureSuccess(t *testing.T) {
	t.Parallel()
	client, err := vpc.New(fixture.Replay(t, "success"))
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), vpc.UntagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"ipam-uq5dcfc2eqhpf4****"}, TagKeys: []string{"FinanceDept"},
	})
	require.NoError(t, err)
	assert.Equal(t, vpc.UntagResourcesResponse{RequestID: "44C884BD-2D56-5637-A523-1FA920A01E7D"}, response)
}

// A call fails as a whole; it is a run that finds out which resource is at fault.
func TestFixturePartialFailure(t *testing.T) {
	t.Parallel()
	client, err := vpc.New(fixture.Replay(t, "partial"))
	require.NoError(t, err)
	outcomes := make(map[string]error)
	for id, err := range client.UntagMany(t.Context(), vpc.UntagManyRequest{
		ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: slices.Values([]string{"ipam-uq5dcfc2eqhpf4****", "ipam-gone"}), TagKeys: []string{"FinanceDept"},
	}) {
		outcomes[id] = err
	}
	require.Len(t, outcomes, 2)
	require.NoError(t, outcomes["ipam-uq5dcfc2eqhpf4****"])
	require.ErrorIs(t, outcomes["ipam-gone"], untag.ErrNotFound)
	var apiErr *untag.APIError
	require.ErrorAs(t, outcomes["ipam-gone"], &apiErr)
	assert.Equal(t, vpc.CodeResourceNotFoundIPAM, apiErr.Code)
	assert.Equal(t, "00000000-0000-5000-8000-00000000F003", apiErr.RequestID, "the request ID of the call that named it alone")
}

func TestFixtureError(t *testing.T) {
	t.Parallel()
	client, err := vpc.New(fixture.Replay(t, "error"))
	require.NoError(t, err)
	_, err = client.UntagResources(t.Context(), vpc.UntagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAMScope, ResourceIDs: []string{"ipam-uq5dcfc2eqhpf4****"}, TagKeys: []string{"FinanceDept"},
	})
	require.ErrorIs(t, err, untag.ErrInvalidParameter)
	var apiErr *untag.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, vpc.CodeIllegalParamTagKey, apiErr.Code)
	assert.Equal(t, "The input parameter TagKey is invalid.", apiErr.Message)
	assert.Equal(t, "00000000-0000-5000-8000-00000000F001", apiErr.RequestID)
}

func callFixture(ctx context.Context, config untag.Config, r fixture.Request) (string, error) {
	client, err := vpc.New(config)
	if err != nil {
		return "", err
	}
	response, err := client.UntagResources(ctx, vpc.UntagResourcesRequest{
		Region: r.Region, ResourceType: vpc.ResourceType(r.ResourceType), ResourceIDs: r.Resources, TagKeys: r.TagKeys, All: r.All,
	})
	return response.RequestID, err
}

func TestLiveFixtures(t *testing.T) { fixture.ReplayLive(t, callFixture) }

func TestRecord(t *testing.T) { fixture.Record(t, callFixture) }
