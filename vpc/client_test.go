package vpc_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/vpc"
)

// request is a valid one.
var request = vpc.UntagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"id-1"}, TagKeys: []string{"k"}}

func TestNewRefusesConfig(t *testing.T) {
	t.Parallel()
	client, err := vpc.New(untag.Config{Region: "cn-hangzhou/", Endpoint: "https://user:pass@example.com"})
	assert.Nil(t, client)
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	var invalid *untag.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "Config", invalid.Request)
	assert.Len(t, invalid.Problems, 2)
	assert.NotContains(t, err.Error(), "pass@")
}

func TestRegionOfRequestComesFirst(t *testing.T) {
	t.Parallel()
	recorder := new(servicetest.Recorder)
	client, err := vpc.New(recorder.Config())
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	own := request
	for _, region := range []string{"", "eu-central-1"} {
		own.Region = region
		_, err = client.UntagResources(t.Context(), own)
		require.NoError(t, err)
	}
	require.Len(t, recorder.Sent(), 2)
	assert.Equal(t, "vpcipam.cn-hangzhou.aliyuncs.com", recorder.Sent()[0].Host)
	assert.Contains(t, recorder.Sent()[0].RawQuery, "RegionId=cn-hangzhou")
	assert.Equal(t, "vpcipam.eu-central-1.aliyuncs.com", recorder.Sent()[1].Host)
	assert.Contains(t, recorder.Sent()[1].RawQuery, "RegionId=eu-central-1")
}

func TestErrorAnswer(t *testing.T) {
	t.Parallel()
	recorder := &servicetest.Recorder{Status: http.StatusForbidden, Answer: `{"RequestId":"R-1","Code":"Forbidden.RAM","Message":"not\nallowed"}`}
	client, err := vpc.New(recorder.Config())
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), request)
	assert.Empty(t, response)
	require.ErrorIs(t, err, untag.ErrPermissionDenied)
	assert.Equal(t, "vpcipam UntagResources in cn-hangzhou: Forbidden.RAM: not allowed (HTTP 403, request ID R-1, 1 attempt)", err.Error())
}

func TestClientPrintsNoSecret(t *testing.T) {
	t.Parallel()
	config := new(servicetest.Recorder).Config()
	config.Credentials = untag.StaticCredentials(servicetest.AccessKeyID, servicetest.AccessKeySecret, servicetest.SecurityToken)
	client, err := vpc.New(config)
	require.NoError(t, err)
	held := struct {
		Client *vpc.Client
		inner  *vpc.Client
	}{client, client}
	var log bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		for _, value := range []any{client, *client, &client, []*vpc.Client{client}, map[string]any{"c": client}, held, &held} {
			fmt.Fprintf(&log, verb, value)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("x", "client", client, "held", held)
	}
	data, err := json.Marshal(held)
	require.NoError(t, err)
	log.Write(data)
	for _, secret := range []string{servicetest.AccessKeyID, servicetest.AccessKeySecret, servicetest.SecurityToken} {
		assert.NotContains(t, log.String(), secret)
	}
	assert.Contains(t, client.String(), "vpcipam client (")
	assert.Contains(t, client.String(), `Region:"cn-hangzhou"`)
}
