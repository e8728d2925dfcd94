package main

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testFlags has a flag of each kind.
type testFlags struct {
	text     string
	texts    []string
	yes      bool
	whole    int
	real     float64
	duration time.Duration
}

func newTestFlags() (*flags, *testFlags) {
	f, v := newFlags(), new(testFlags)
	f.text(&v.text, "text", "T", "")
	f.texts(&v.texts, "texts", "T", "")
	f.yes(&v.yes, "yes", "")
	f.whole(&v.whole, "whole", "", 1, 10)
	f.real(&v.real, "real", "R", "")
	f.duration(&v.duration, "duration", "D", "")
	return f, v
}

func TestParse(t *testing.T) {
	t.Parallel()
	f, v := newTestFlags()
	rest, err := f.parse([]string{"a", "-text", "x", "b", "--texts=1", "-texts", "2", "-yes", "c", "-whole=3", "-real", "-0.5", "-duration", "2m", "--", "-d", "-yes"})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "c", "-d", "-yes"}, rest)
	assert.Equal(t, &testFlags{"x", []string{"1", "2"}, true, 3, -0.5, 2 * time.Minute}, v)
	assert.True(t, f.given("real"))
	assert.False(t, f.given("other"))

	f, v = newTestFlags()
	rest, err = f.parse([]string{"-yes=false", "-"})
	require.NoError(t, err)
	assert.Equal(t, []string{"-"}, rest, "stdin is no flag")
	assert.False(t, v.yes)
}

func TestWhatIsWrongWithFlags(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-nothing"}, "there is no flag -nothing"},
		{[]string{"-txt", "x"}, "there is no flag -txt; did you mean -text?"},
		{[]string{"-dur", "1s"}, "there is no flag -dur; did you mean -duration?"},
		{[]string{"-text"}, "-text: a value has to follow"},
		{[]string{"-whole", "0"}, "-whole 0: has to be a whole number from 1 to 10"},
		{[]string{"-whole=x"}, "-whole x: has to be a whole number from 1 to 10"},
		{[]string{"-real", "Inf"}, "-real Inf: has to be a number"},
		{[]string{"-duration", "5"}, "-duration 5: has to be a time such as 30s or 5m"},
		{[]string{"-duration", "-1s"}, "-duration -1s: has to be a time such as 30s or 5m"},
		{[]string{"-yes=maybe"}, "-yes: takes no value, or true or false"},
	} {
		f, _ := newTestFlags()
		_, err := f.parse(test.args)
		require.EqualError(t, err, test.want)
		assert.NotEqual(t, test.want, chinese.text(err), "it is translated to its end")
		assert.NotRegexp(t, "has to|takes|there is", chinese.text(err))
	}
	f, _ := newTestFlags()
	_, err := f.parse([]string{"-text", "x", "-h"})
	require.ErrorIs(t, err, flag.ErrHelp)
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"region", "resion", 1}, {"keys", "key", 1}, {"live", "evil", 4}, {"abc", "cab", 2}} {
		assert.Equal(t, test.want, distance(test.a, test.b), test)
		assert.Equal(t, test.want, distance(test.b, test.a), test)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	var p problems
	require.NoError(t, p.err())
	p.add("takes no arguments")
	p.add("there is no verb %s", "x")
	require.EqualError(t, p.err(), "takes no arguments\nthere is no verb x")
	assert.IsType(t, usageError{}, p.err())
}
