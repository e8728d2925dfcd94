package untag_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestListError(t *testing.T) {
	t.Parallel()
	err := &untag.ListError{Service: untag.ServiceECS, Action: "ListTagResources", Region: "cn-hangzhou", Pages: 1, Items: 1, NextToken: "secret", Err: throttled()}
	require.ErrorIs(t, err, untag.ErrThrottled)
	_, ok := errors.AsType[*untag.APIError](err)
	assert.True(t, ok)
	assert.Contains(t, err.Error(), "ecs ListTagResources in cn-hangzhou: the listing ended early, after 1 page with 1 element: ")
	assert.NotContains(t, err.Error(), "secret")
	assertLine(t, (&untag.ListError{Region: hostile, Err: errors.New(hostile)}).Error())
	assert.Equal(t, "the listing ended early, after 0 pages with 0 elements", (&untag.ListError{}).Error())
}

func TestTagsWrittenError(t *testing.T) {
	t.Parallel()
	err := &untag.TagsWrittenError{Keys: []string{"team", "环境"}, Err: throttled()}
	require.ErrorIs(t, err, untag.ErrThrottled)
	assert.Equal(t, untag.OutcomeRefused, untag.OutcomeOf(err))
	assert.Equal(t, `already written: "k"`, (&untag.TagsWrittenError{Keys: []string{"k"}}).Error())
	assertLine(t, (&untag.TagsWrittenError{Keys: []string{hostile}, Err: errors.New(hostile)}).Error())
}
