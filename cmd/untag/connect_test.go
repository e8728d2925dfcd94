package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	c := &connection{endpoint: "127.0.0.1:1", rate: 3, traffic: new(traffic)}
	config := c.config()
	assert.Equal(t, "127.0.0.1:1", config.Endpoint)
	assert.InDelta(t, 3, config.Rate, 0)
	assert.NotNil(t, config.OnAttempt)
	assert.Same(t, config.Credentials, c.config().Credentials, "one chain for all clients: what is shown is what signs")
	own := untag.StaticCredentials("id", "secret", "")
	c = &connection{base: untag.Config{Endpoint: "http://127.0.0.1:2", Credentials: own}}
	assert.Equal(t, own, c.config().Credentials)
	assert.Equal(t, "http://127.0.0.1:2", c.config().Endpoint, "that of the demo's account")
}

func TestEndpointName(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"": "by region", "host": "host", "host:8080": "host:8080", "http://127.0.0.1:8080/": "127.0.0.1:8080",
		"https://user:secret@host/path?token=x": "host", "user:secret@host": "host",
	} {
		assert.Equal(t, want, (&connection{endpoint: endpoint}).endpointName())
	}
}
