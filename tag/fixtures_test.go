package tag_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/fixture"
	"github.com/untag-go/untag/tag"
)

const (
	vpcARN      = "arn:acs:vpc:cn-hangzhou:123456789****:vpc/vpc-bp19dd90tkt6tz7wu****"
	instanceARN = "arn:acs:ecs:cn-hangzhou:123456789****:instance/i-xxxxxxxxxx1"
)

func TestFixtureSuccess(t *testing.T) {
	t.Parallel()
	client, err := tag.New(fixture.Replay(t, "success"))
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: []string{vpcARN}, TagKeys: []string{"k1"}})
	require.NoError(t, err)
	assert.Equal(t, tag.UntagResourcesResponse{RequestID: "43D12436-B10F-4469-8136-FD1C5D2B2083"}, response)
}

func TestFixturePartialFailure(t *testing.T) {
	t.Parallel()
	client, err := tag.New(fixture.Replay(t, "partial"))
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), tag.UntagResourcesRequest{
		ResourceARNs: []string{vpcARN, instanceARN}, TagKeys: []string{"k1"},
	})
	failed := []tag.ResourceError{{
		ResourceARN: instanceARN, Code: tag.CodeInvalidResourceIDNotFound, Message: "The specified ResourceIds are not found in our records.",
		RequestID: "43D12436-B10F-4469-8136-FD1C5D2B2083", Kind: untag.ErrNotFound,
	}}
	assert.Equal(t, tag.UntagResourcesResponse{RequestID: "43D12436-B10F-4469-8136-FD1C5D2B2083", Failed: failed}, response)
	require.ErrorIs(t, err, untag.ErrPartialFailure)
	var partial *tag.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, 2, partial.Total)
	assert.Equal(t, failed, partial.Failed)
}

func TestFixtureError(t *testing.T) {
	t.Parallel()
	client, err := tag.New(fixture.Replay(t, "error"))
	require.NoError(t, err)
	_, err = client.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: []string{vpcARN}, TagKeys: []string{"k1"}})
	require.ErrorIs(t, err, untag.ErrPermissionDenied)
	var apiErr *untag.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, tag.CodeNoPermissionKeyOperator, apiErr.Code)
	assert.Equal(t, "You are not authorized to operate the tag key.", apiErr.Message)
	assert.Equal(t, "00000000-0000-5000-8000-00000000F001", apiErr.RequestID)
}

func callFixture(ctx context.Context, config untag.Config, r fixture.Request) (string, error) {
	client, err := tag.New(config)
	if err != nil {
		return "", err
	}
	response, err := client.UntagResources(ctx, tag.UntagResourcesRequest{Region: r.Region, ResourceARNs: r.Resources, TagKeys: r.TagKeys})
	return response.RequestID, err
}

func TestLiveFixtures(t *testing.T) { fixture.ReplayLive(t, callFixture) }

func TestRecord(t *testing.T) { fixture.Record(t, callFixture) }
