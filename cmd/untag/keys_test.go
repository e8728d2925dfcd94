package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadKeys(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lists []string
		want  []string
		err   string
	}{
		"none":    {nil, nil, ""},
		"several": {[]string{`"a,b",c`, "d"}, []string{"a,b", "c", "d"}, ""},
		"spaces":  {[]string{"a, b"}, []string{"a", " b"}, ""},
		"Chinese": {[]string{"环境,负责人"}, []string{"环境", "负责人"}, ""},
		"empty":   {[]string{""}, nil, "the list is empty"},
		"a gap":   {[]string{"a,,b"}, []string{"a", "", "b"}, "an empty key"},
		"quotes":  {[]string{`a"b`}, nil, "quote a key"},
		"lines":   {[]string{"a\nb"}, nil, "no list of keys"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var wrong problems
			assert.Equal(t, test.want, wrong.readKeys(test.lists))
			if test.err == "" {
				require.NoError(t, wrong.err())
			} else {
				require.ErrorContains(t, wrong.err(), test.err)
			}
		})
	}
}

func TestKeyListIsReadBack(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{"a"}, {"a", "b"}, {"a,b", `c"d`, " e "}, {"环境，负责人"}} {
		var wrong problems
		assert.Equal(t, keys, wrong.readKeys([]string{keyList(keys)}))
		require.NoError(t, wrong.err())
	}
}

func TestOddKeys(t *testing.T) {
	t.Parallel()
	for _, key := range []string{" env", "env ", "env,owner", "环境，负责人", "env;owner", "环境；负责人", "环境、负责人", "env|owner", `"env"`, "'env'", "en\u200bv", "env\t"} {
		assert.Len(t, oddKeys([]string{"fine", key}), 1, key)
	}
	assert.Empty(t, oddKeys([]string{"env", "cost-center", "a b", "环境", "a:b/c", "kubernetes.io/x_y"}))
	r := start(t, "i-1", nil, "run", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "环境，负责人")
	assert.Contains(t, flat(r.stderr), "Warning: the key “环境，负责人” looks like several")
}
