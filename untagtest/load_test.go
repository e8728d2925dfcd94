package untagtest_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLoadIsDumpBackwards(t *testing.T) {
	t.Parallel()
	cloud := listed()
	cloud.Remove(instance)
	var text strings.Builder
	require.NoError(t, cloud.Dump(&text))
	assert.Contains(t, text.String(), `{"product":"oss","region":"cn-hangzhou","type":"bucket","id":"b-1","tags":{"env":"a","team":"x"}}`+"\n")
	copied := newCloud()
	n, err := copied.Load(strings.NewReader("\n" + strings.TrimSuffix(text.String(), "\n")))
	require.NoError(t, err)
	assert.Equal(t, 17, n)
	assert.Equal(t, cloud.Digest(), copied.Digest())
	var again strings.Builder
	require.NoError(t, copied.Dump(&again))
	assert.Equal(t, text.String(), again.String())
	for _, service := range services {
		assert.Equal(t, lists(t, cloud, service, byKey(service)), lists(t, copied, service, byKey(service)))
	}
}

func TestLoadManyParts(t *testing.T) {
	t.Parallel()
	cloud := big(2500)
	var text strings.Builder
	require.NoError(t, cloud.Dump(&text))
	assert.Equal(t, 2500, strings.Count(text.String(), "\n"))
	copied := newCloud()
	n, err := copied.Load(strings.NewReader(text.String()))
	require.NoError(t, err)
	assert.Equal(t, 2500, n)
	assert.Equal(t, cloud.Digest(), copied.Digest())
}

func TestLoadMistakes(t *testing.T) {
	t.Parallel()
	good := `{"product":"oss","type":"bucket","id":"b"}` + "\n"
	for line, want := range map[string]string{
		`{"product":"oss","type":"bucket"}`:                                            "line 2: a Resource without Product, Type or ID",
		`{"product":"oss","type":"bucket","id":"b","tag":{}}`:                          `line 2: json: unknown field "tag"`,
		`{"product":"o","type":"b","id":"b","tags":{"a":1}}`:                           "line 2: json: cannot unmarshal number",
		`{"product":"o","type":"b","id":"b"} {}`:                                       "line 2: more than one object",
		`{"product":"o","type":"b","id":"b","tags":{"a":"1"},` + `"system":{"a":"1"}}`: `line 2: a Resource with the key "a" in Tags and in System`,
		`product,type,id`: "line 2: invalid character",
	} {
		_, err := newCloud().Load(strings.NewReader(good + line + "\n" + good))
		assert.ErrorContains(t, err, want)
	}
	broken := errors.New("broken")
	_, err := newCloud().Load(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	require.Error(t, listed().Dump(failing{}))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }
