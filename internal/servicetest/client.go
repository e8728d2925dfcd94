package servicetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// service is a service package to the tests of what the clients of all services have in common.
type service struct {
	name     string            // untag.ServiceTag and so on
	hosts    map[string]string // of two regions or more; the Config of a Recorder is for cn-hangzhou
	make     New
	requests []any // valid ones, for cn-hangzhou, of every operation
}

// Client tests what the clients of all services have in common.
func Client(t *testing.T, name string, hosts map[string]string, newClient New, requests ...any) {
	t.Parallel()
	s := service{name, hosts, newClient, requests}
	t.Run("New refuses a Config", s.newRefuses)
	t.Run("prints no secret", s.printsNoSecret)
	t.Run("nil", s.nothing)
	for _, request := range requests {
		t.Run(nameOf(request), func(t *testing.T) {
			t.Parallel()
			t.Run("the region of the request comes first", func(t *testing.T) { s.regionOfRequest(t, request) })
			t.Run("an error answer", func(t *testing.T) { s.errorAnswer(t, request) })
			t.Run("no answer", func(t *testing.T) { s.noAnswer(t, request) })
		})
	}
}

func (s service) newRefuses(t *testing.T) {
	t.Parallel()
	_, err := s.make(untag.Config{Region: "cn-hangzhou/", Endpoint: "https://user:pass@example.com"})
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	var invalid *untag.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "Config", invalid.Request)
	assert.Len(t, invalid.Problems, 2)
	assert.NotContains(t, err.Error(), "pass@")
}

func (s service) regionOfRequest(t *testing.T, request any) {
	t.Parallel()
	recorder := new(Recorder)
	client := s.make.Make(t, recorder.Config())
	call := func(region string) {
		_, err := Invoke(t.Context(), client, Fill(request, copied(request).With(Fields{"Region": region})))
		require.NoError(t, err)
	}
	call("")
	require.GreaterOrEqual(t, len(s.hosts), 2)
	for region := range s.hosts {
		call(region)
		last := recorder.Sent()[len(recorder.Sent())-1]
		assert.Equal(t, s.hosts[region], last.Host)
		assert.Contains(t, last.RawQuery, "RegionId="+region)
	}
	assert.Len(t, recorder.Sent(), 1+len(s.hosts))
	assert.Equal(t, s.hosts["cn-hangzhou"], recorder.Sent()[0].Host)
	assert.Contains(t, recorder.Sent()[0].RawQuery, "RegionId=cn-hangzhou")
}

// copied are the fields of a request.
func copied(request any) Fields {
	fields := make(Fields)
	value := reflect.ValueOf(request)
	for i := range value.NumField() {
		fields[value.Type().Field(i).Name] = value.Field(i).Interface()
	}
	if filters, ok := fields["Tags"].([]untag.TagFilter); ok {
		fields["Filters"] = filters
	}
	return fields
}

func (s service) errorAnswer(t *testing.T, request any) {
	t.Parallel()
	recorder := &Recorder{Status: http.StatusForbidden, Answer: `{"RequestId":"R-1","Code":"Forbidden.RAM","Message":"not\nallowed"}`}
	response, err := Invoke(t.Context(), s.make.Make(t, recorder.Config()), request)
	require.ErrorIs(t, err, untag.ErrPermissionDenied)
	assert.Equal(t, s.name+" "+strings.TrimSuffix(nameOf(request), "Request")+" in cn-hangzhou: Forbidden.RAM: not allowed (HTTP 403, request ID R-1, 1 attempt)", err.Error())
	assert.True(t, reflect.ValueOf(response).IsZero(), "%+v", response)
}

// A lost answer of a write may have been its success; one of a read has changed nothing.
func (s service) noAnswer(t *testing.T, request any) {
	t.Parallel()
	recorder := &Recorder{Answer: `<html>Bad gateway</html>`}
	response, err := Invoke(t.Context(), s.make.Make(t, recorder.Config()), request)
	require.ErrorIs(t, err, untag.ErrUnavailable)
	reads := strings.HasPrefix(nameOf(request), "List") || strings.HasPrefix(nameOf(request), "Describe")
	if reads {
		assert.NotErrorIs(t, err, untag.ErrOutcomeUnknown)
	} else {
		require.ErrorIs(t, err, untag.ErrOutcomeUnknown)
	}
	assert.True(t, reflect.ValueOf(response).IsZero(), "%+v", response)
}

// nothing checks that what a program forgot to make shows by its name.
func (s service) nothing(t *testing.T) {
	t.Parallel()
	client := s.make.Make(t, new(Recorder).Config())
	missing := reflect.Zero(reflect.TypeOf(client)).Interface()
	blank := reflect.New(reflect.TypeOf(client).Elem()).Interface()
	assert.Equal(t, "a Client that was not made by New", fmt.Sprint(blank))
	for _, request := range s.requests {
		assert.PanicsWithValue(t, panicText(client, "the context is nil"), func() { _, _ = Invoke(nil, client, request) }, nameOf(request)) //nolint:staticcheck // the point
		for _, none := range []any{missing, blank} {
			assert.PanicsWithValue(t, panicText(client, "the Client is nil or was not made by New"), func() { _, _ = Invoke(t.Context(), none, request) }, nameOf(request))
		}
	}
}

func panicText(client any, text string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(reflect.TypeOf(client).String(), "*"), ".")
	return name + ": " + text
}

func (s service) printsNoSecret(t *testing.T) {
	t.Parallel()
	config := new(Recorder).Config()
	config.Credentials = untag.StaticCredentials(AccessKeyID, AccessKeySecret, SecurityToken)
	client := s.make.Make(t, config)
	held := struct {
		Client any
		inner  any
	}{client, client}
	pointee := reflect.ValueOf(client).Elem().Interface()
	var log bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		for _, value := range []any{client, pointee, &client, []any{client}, map[string]any{"c": client}, held, &held} {
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
	assert.Contains(t, text, s.name+" client (")
	assert.Contains(t, text, `Region:"cn-hangzhou"`)
}
