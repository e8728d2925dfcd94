package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/exampletest"
	"github.com/untag-go/untag/tag"
)

const (
	keyID  = "simulator-key-id"
	secret = "simulator-key-secret/+="
	token  = "simulator-token/+="
)

// start runs the simulator and returns its address, its output, and how to stop it.
func start(t *testing.T, args ...string) (address string, lines *bytes.Buffer, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	lines = new(bytes.Buffer)
	messages, stderr := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"-addr", "127.0.0.1:0", "-access-key-id", keyID, "-access-key-secret", secret}, args...), lines, stderr)
	}()
	first, err := bufio.NewReader(messages).ReadString('\n')
	require.NoError(t, err)
	address, ok := strings.CutPrefix(strings.TrimSpace(first), "listening on ")
	require.True(t, ok, first)
	return address, lines, func() {
		cancel()
		select {
		case code := <-ended:
			require.Equal(t, 0, code)
		case <-time.After(30 * time.Second):
			t.Fatal("it does not stop")
		}
	}
}

func config(address, token string) untag.Config {
	return untag.Config{
		Region: "cn-hangzhou", Endpoint: address, Credentials: untag.StaticCredentials(keyID, secret, token), Retry: untag.Retry{MaxAttempts: 1},
		HTTPClient: &http.Client{Transport: untag.NewTransport()},
	}
}

func decode(t *testing.T, lines *bytes.Buffer) []line {
	t.Helper()
	var all []line
	for text := range strings.Lines(lines.String()) {
		var l line
		require.NoError(t, json.Unmarshal([]byte(text), &l), text)
		all = append(all, l)
	}
	return all
}

func TestOneLineForEachRequest(t *testing.T) {
	t.Parallel()
	address, lines, stop := start(t, "-security-token", token, "-resource", "arn:acs:ecs:*:*:instance/i-1")
	tags, err := tag.New(config(address, token))
	require.NoError(t, err)
	defer tags.CloseIdleConnections()
	_, err = tags.UntagResources(t.Context(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:ecs:*:*:instance/i-1", "arn:acs:ecs:*:*:instance/i-2"}, TagKeys: []string{"a key", secret},
	})
	require.ErrorIs(t, err, untag.ErrPartialFailure)
	v1 := config(address, token)
	v1.Signature = untag.SignatureV1
	instances, err := ecs.New(v1)
	require.NoError(t, err)
	defer instances.CloseIdleConnections()
	_, err = instances.UntagResources(t.Context(), ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-1"}, All: true})
	require.NoError(t, err)
	_, err = instances.UntagResources(t.Context(), ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-2"}, All: true})
	require.ErrorIs(t, err, untag.ErrNotFound)
	stop()

	assert.NotContains(t, lines.String(), "simulator-", "a secret, a token or a key ID")
	got := decode(t, lines)
	require.Len(t, got, 3)
	assert.Equal(t, line{
		Time: got[0].Time, Service: "tag", Action: "UntagResources", Region: "cn-hangzhou", SignatureVersion: "V3",
		Parameters: map[string][]string{
			"RegionId": {"cn-hangzhou"}, "ResourceARN.1": {"arn:acs:ecs:*:*:instance/i-1"}, "ResourceARN.2": {"arn:acs:ecs:*:*:instance/i-2"},
			"TagKey.1": {"a key"}, "TagKey.2": {"***"},
		},
		Verdict: "PartialFailure", Status: 200, RequestID: "00000000-0000-5000-8000-000000000001",
	}, got[0])
	assert.WithinDuration(t, time.Now(), got[0].Time, time.Minute)
	for i, verdict := range []string{"OK", "InvalidResourceId.NotFound"} {
		assert.Equal(t, "ecs", string(got[i+1].Service))
		assert.Equal(t, "V1", got[i+1].SignatureVersion)
		assert.Equal(t, verdict, got[i+1].Verdict)
		for _, name := range []string{"Signature", "AccessKeyId", "SecurityToken"} {
			assert.NotContains(t, got[i+1].Parameters, name)
		}
	}
}

func TestOutput(t *testing.T) {
	t.Parallel()
	address, lines, stop := start(t, "-any-resource")
	client, err := tag.New(config(address, ""))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	_, err = client.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:oss:*:*:bucket/b"}, TagKeys: []string{"k"}})
	require.NoError(t, err)
	stop()
	exampletest.Output(t, lines.String())
}

func TestAnyResource(t *testing.T) {
	t.Parallel()
	address, lines, stop := start(t, "-any-resource")
	client, err := tag.New(config(address, ""))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	_, err = client.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:oss:*:*:bucket/b"}, TagKeys: []string{"k"}})
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/?Action=UntagResources", http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusBadRequest, response.StatusCode, "a request without a signature")
	stop()
	got := decode(t, lines)
	require.Len(t, got, 2)
	assert.Equal(t, "OK", got[0].Verdict)
	assert.NotEqual(t, "OK", got[1].Verdict)
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "are required"},
		{[]string{"-access-key-id", "a"}, 2, "are required"},
		{[]string{"-access-key-secret", "a"}, 2, "are required"},
		{[]string{"-unknown"}, 2, "-unknown"},
		{[]string{"-resource", "x"}, 2, "arn:acs:"},
		{[]string{"-access-key-id", "a", "-access-key-secret", "b", "x"}, 2, `unexpected arguments ["x"]`},
		{[]string{"-access-key-id", "a", "-access-key-secret", "b", "-addr", "127.0.0.1:x"}, 1, "simulator: listen"},
		{[]string{"-h"}, 0, "-any-resource"},
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, test.code, run(t.Context(), test.args, &stdout, &stderr), "%q", test.args)
		assert.Contains(t, stderr.String(), test.want)
		assert.Empty(t, stdout.String())
	}
}
