package servicetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// Service is a service package to its tests. C is its Client.
type Service[C any] struct {
	Name  string            // untag.ServiceTag and so on
	Hosts map[string]string // of two regions or more; the Config of a Recorder is for cn-hangzhou
	New   func(untag.Config) (*C, error)
	Call  func(ctx context.Context, client *C, region string) error // makes a valid request, of the client's region if that is ""
}

// Client tests what the clients of all services have in common.
func Client[C any](t *testing.T, s Service[C]) {
	t.Parallel()
	t.Run("New refuses a Config", s.newRefuses)
	t.Run("the region of the request comes first", s.regionOfRequest)
	t.Run("an error answer", s.errorAnswer)
	t.Run("prints no secret", s.printsNoSecret)
}

func (s Service[C]) newRefuses(t *testing.T) {
	t.Parallel()
	client, err := s.New(untag.Config{Region: "cn-hangzhou/", Endpoint: "https://user:pass@example.com"})
	assert.Nil(t, client)
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	var invalid *untag.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "Config", invalid.Request)
	assert.Len(t, invalid.Problems, 2)
	assert.NotContains(t, err.Error(), "pass@")
}

func (s Service[C]) regionOfRequest(t *testing.T) {
	t.Parallel()
	recorder := new(Recorder)
	client, err := s.New(recorder.Config())
	require.NoError(t, err)
	require.NoError(t, s.Call(t.Context(), client, ""))
	require.GreaterOrEqual(t, len(s.Hosts), 2)
	for region := range s.Hosts {
		require.NoError(t, s.Call(t.Context(), client, region))
		last := recorder.Sent()[len(recorder.Sent())-1]
		assert.Equal(t, s.Hosts[region], last.Host)
		assert.Contains(t, last.RawQuery, "RegionId="+region)
	}
	assert.Len(t, recorder.Sent(), 1+len(s.Hosts))
	assert.Equal(t, s.Hosts["cn-hangzhou"], recorder.Sent()[0].Host)
	assert.Contains(t, recorder.Sent()[0].RawQuery, "RegionId=cn-hangzhou")
}

func (s Service[C]) errorAnswer(t *testing.T) {
	t.Parallel()
	recorder := &Recorder{Status: http.StatusForbidden, Answer: `{"RequestId":"R-1","Code":"Forbidden.RAM","Message":"not\nallowed"}`}
	client, err := s.New(recorder.Config())
	require.NoError(t, err)
	err = s.Call(t.Context(), client, "")
	require.ErrorIs(t, err, untag.ErrPermissionDenied)
	assert.Equal(t, s.Name+" UntagResources in cn-hangzhou: Forbidden.RAM: not allowed (HTTP 403, request ID R-1, 1 attempt)", err.Error())
}

func (s Service[C]) printsNoSecret(t *testing.T) {
	t.Parallel()
	config := new(Recorder).Config()
	config.Credentials = untag.StaticCredentials(AccessKeyID, AccessKeySecret, SecurityToken)
	client, err := s.New(config)
	require.NoError(t, err)
	held := struct {
		Client *C
		inner  *C
	}{client, client}
	var log bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		for _, value := range []any{client, *client, &client, []*C{client}, map[string]any{"c": client}, held, &held} {
			fmt.Fprintf(&log, verb, value)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("x", "client", client, "held", held)
	}
	data, err := json.Marshal(held)
	require.NoError(t, err)
	log.Write(data)
	for _, secret := range []string{AccessKeyID, AccessKeySecret, SecurityToken} {
		assert.NotContains(t, log.String(), secret)
	}
	text := fmt.Sprint(client)
	assert.Contains(t, text, s.Name+" client (")
	assert.Contains(t, text, `Region:"cn-hangzhou"`)
}
