package ecs_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/fixture"
)

func TestFixtureSuccess(t *testing.T) {
	t.Parallel()
	client, err := ecs.New(fixture.Replay(t, "success"))
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-bp1j6qtvdm8w0z1o0XXX"}, TagKeys: []string{"FinanceDept"},
	})
	require.NoError(t, err)
	assert.Equal(t, ecs.UntagResourcesResponse{RequestID: "C46FF5A8-C5F0-4024-8262-B16B639225A0"}, response)
}

// A call fails as a whole; it is a run that finds out which resource is at fault.
func TestFixturePartialFailure(t *testing.T) {
	t.Parallel()
	client, err := ecs.New(fixture.Replay(t, "partial"))
	require.NoError(t, err)
	outcomes := make(map[string]error)
	for id, err := range client.UntagMany(t.Context(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values([]string{"i-bp1j6qtvdm8w0z1o0XXX", "i-gone"}), TagKeys: []string{"FinanceDept"},
	}) {
		outcomes[id] = err
	}
	require.Len(t, outcomes, 2)
	require.NoError(t, outcomes["i-bp1j6qtvdm8w0z1o0XXX"])
	require.ErrorIs(t, outcomes["i-gone"], untag.ErrNotFound)
	var apiErr *untag.APIError
	require.ErrorAs(t, outcomes["i-gone"], &apiErr)
	assert.Equal(t, ecs.CodeInvalidResourceIDNotFound, apiErr.Code)
	assert.Equal(t, "00000000-0000-5000-8000-00000000F003", apiErr.RequestID, "the request ID of the call that named it alone")
}

func TestFixtureError(t *testing.T) {
	t.Parallel()
	client, err := ecs.New(fixture.Replay(t, "error"))
	require.NoError(t, err)
	_, err = client.UntagResources(t.Context(), ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-1"}, TagKeys: []string{"owner"},
	})
	require.ErrorIs(t, err, untag.ErrInvalidParameter)
	var apiErr *untag.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, ecs.CodeInvalidTagKeyMalformed, apiErr.Code)
	assert.Equal(t, "The specified Tag.n.Key is not valid.", apiErr.Message)
	assert.Equal(t, "7F1AC055-F674-584E-917A-D396847309FE", apiErr.RequestID)
}

func TestFixtureForm(t *testing.T) {
	t.Parallel()
	config := fixture.Replay(t, "form")
	config.Signature = untag.SignatureV1
	client, err := ecs.New(config)
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-bp1j6qtvdm8w0z1o0XXX"}, TagKeys: []string{"FinanceDept"},
	})
	require.NoError(t, err)
	assert.Equal(t, "C46FF5A8-C5F0-4024-8262-B16B639225A0", response.RequestID)
}

func callFixture(ctx context.Context, config untag.Config, r fixture.Request) (string, error) {
	client, err := ecs.New(config)
	if err != nil {
		return "", err
	}
	response, err := client.UntagResources(ctx, ecs.UntagResourcesRequest{
		Region: r.Region, ResourceType: ecs.ResourceType(r.ResourceType), ResourceIDs: r.Resources, TagKeys: r.TagKeys, All: r.All,
	})
	return response.RequestID, err
}

func TestLiveFixtures(t *testing.T) { fixture.ReplayLive(t, callFixture) }

func TestRecord(t *testing.T) { fixture.Record(t, callFixture) }
