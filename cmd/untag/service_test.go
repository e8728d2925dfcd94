package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestServices(t *testing.T) {
	t.Parallel()
	ids := map[string]string{"tag": "arn:acs:ecs:cn-hangzhou:1:instance/i-1", "ecs": "i-1", "vpc": "ipam-1", "resourcesharing": "rs-1"}
	kinds := map[string]string{"ecs": "instance", "vpc": "IPAM", "resourcesharing": "ResourceShare"}
	assert.Len(t, services, len(ids))
	for _, s := range services {
		assert.Same(t, s, serviceByFlag(s.flag))
		assert.Positive(t, s.maxResources*s.maxTagKeys*s.maxListed, s.flag)
		require.NoError(t, s.validate("cn-hangzhou", kinds[s.flag], ids[s.flag]))
		require.Error(t, s.validate("cn-hangzhou", kinds[s.flag], "a\x00b"), s.flag)
		require.Error(t, s.validate("evil.example/", kinds[s.flag], strings.ReplaceAll(ids[s.flag], "cn-hangzhou", "evil.example/")), s.flag)
		for _, config := range []untag.Config{{Endpoint: "http://example.com"}, {Endpoint: "::::"}} {
			_, err := s.open(config)
			require.Error(t, err)
			_, err = s.look(config)
			require.Error(t, err)
		}
	}
	assert.Nil(t, serviceByFlag(""))
	assert.Nil(t, serviceByFlag("ECS"))
}
