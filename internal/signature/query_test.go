package signature_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/signature"
)

// hostile holds values that naive encoders get wrong.
var hostile = []string{
	"", " ", "  ", "+", "%", "%20", "%2", "*", "~", "-_.~", "a=b&c=d", "&&==", "a/b?c#d", ":@!$'()[],;", `"<>\^{|}` + "`",
	"\x00", "\n\r\t", "\x7f", "\xff\xfe", "\xc3", "é", "e\u0301", "键 值", "😀", "\u2028", "\ufeff", "ａ", "%E9%94%AE", strings.Repeat("键", 300),
}

func randomText(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return hostile[r.IntN(len(hostile))]
	}
	var text []byte
	for range r.IntN(40) {
		switch r.IntN(4) {
		case 0:
			text = append(text, byte(r.IntN(256)))
		case 1:
			text = append(text, string(rune(r.IntN(0x11_0000)))...)
		default:
			text = append(text, byte(' '+r.IntN(95)))
		}
	}
	return string(text)
}

func TestAppendEscaped(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		s := "a" + string([]byte{byte(c)}) + "b"
		require.Equal(t, oracleEscape(s), string(signature.AppendEscaped(nil, s)), "byte %#x", c)
	}
	for _, s := range hostile {
		require.Equal(t, oracleEscape(s), string(signature.AppendEscaped(nil, s)), "%q", s)
	}
	require.Equal(t, "kept=%20", string(signature.AppendEscaped([]byte("kept="), " ")))
	require.Equal(t, "A%20b%2B%2A~%E9%94%AE", string(signature.AppendEscaped(nil, "A b+*~键")))
}

func TestQueryAgainstOracle(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		parameters := map[string]string{}
		for range r.IntN(12) {
			parameters[randomText(r)] = randomText(r)
		}
		q := buildQuery(parameters)
		require.Equal(t, oracleQuery(parameters), q.String())
		require.Equal(t, q.String(), string(q.Bytes()))
		require.Equal(t, len(q.String()), q.Len())
	}
}

func TestQueryZeroValueAndReset(t *testing.T) {
	t.Parallel()
	var q signature.Query
	require.Empty(t, q.Bytes())
	require.Empty(t, q.String())
	require.Zero(t, q.Len())

	q.Add("A", "")
	q.Add("B", "true")
	q.Add("C", "false")
	require.Equal(t, "A=&B=true&C=false", q.String())

	kept := q.String()
	q.Reset()
	require.Zero(t, q.Len())
	q.AddList("K", []string{"v"})
	require.Equal(t, "K.1=v", q.String())
	require.Equal(t, "A=&B=true&C=false", kept, "String must not alias the query")
}

func TestAddList(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		values []string
		want   string
	}{
		{"nil", nil, "A=1&Z=1"},
		{"empty", []string{}, "A=1&Z=1"},
		{"empty elements", []string{"", "v", ""}, "A=1&TagKey.1=&TagKey.2=v&TagKey.3=&Z=1"},
		{
			"ten", strings.Split("abcdefghij", ""),
			"A=1&TagKey.1=a&TagKey.10=j&TagKey.2=b&TagKey.3=c&TagKey.4=d&TagKey.5=e&TagKey.6=f&TagKey.7=g&TagKey.8=h&TagKey.9=i&Z=1",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var q signature.Query
			q.Add("A", "1")
			q.AddList("TagKey", row.values)
			q.Add("Z", "1")
			require.Equal(t, row.want, q.String())
		})
	}
}

func TestAddListIsInByteOrderForAnyLength(t *testing.T) {
	t.Parallel()
	var q signature.Query
	var values, want []string
	for n := 1; n <= 1200; n++ {
		values = append(values, strconv.Itoa(n))
		pair := fmt.Sprintf("X.%d=%d", n, n)
		// '=' sorts after the digits, so pairs are compared without it.
		at, _ := slices.BinarySearchFunc(want, pair, func(a, b string) int {
			return strings.Compare(strings.SplitN(a, "=", 2)[0], strings.SplitN(b, "=", 2)[0])
		})
		want = slices.Insert(want, at, pair)
		q.Reset()
		q.AddList("X", values)
		if got := q.String(); got != strings.Join(want, "&") {
			require.Equal(t, strings.Join(want, "&"), got, "%d values", n)
		}
	}
}

// TestAddStructs adds lists of tags as the services want them, of every length that one takes.
func TestAddStructs(t *testing.T) {
	t.Parallel()
	for n := range 25 {
		parameters := map[string]string{"Action": "a", "Z": "z"}
		var q signature.Query
		q.Add("Action", "a")
		q.AddStructs("Tag", n, func(i int, add func(field, value string)) {
			text := strconv.Itoa(i + 1)
			add("Key", "k "+text)
			parameters["Tag."+text+".Key"] = "k " + text
			if i%3 > 0 { // a filter may have a key alone
				add("Value", hostile[i])
				parameters["Tag."+text+".Value"] = hostile[i]
			}
			if i%5 == 0 {
				add("Values.1", "v")
				parameters["Tag."+text+".Values.1"] = "v"
			}
		})
		q.Add("Z", "z")
		require.Equal(t, oracleQuery(parameters), q.String(), "%d structs", n)
	}
}

// TestOrder adds names out of their order: the service would refuse the signature, far from the mistake.
func TestOrder(t *testing.T) {
	t.Parallel()
	key := func(int, func(field, value string)) {}
	for _, row := range []struct {
		name string
		add  func(q *signature.Query)
		says string // "": it is in order
	}{
		{"in order", func(q *signature.Query) { q.Add("A", ""); q.Add("B", "") }, ""},
		{"a name that begins another", func(q *signature.Query) { q.Add("A", ""); q.Add("A.1", "") }, ""},
		{"behind", func(q *signature.Query) { q.Add("B", ""); q.Add("A", "") }, `"A" added after "B"`},
		{"twice", func(q *signature.Query) { q.Add("A", ""); q.Add("A", "") }, `"A" added after "A"`},
		{"upper case comes first", func(q *signature.Query) { q.Add("a", ""); q.Add("B", "") }, `"B" added after "a"`},
		{"a list behind", func(q *signature.Query) { q.Add("TagKey.2", ""); q.AddList("TagKey", []string{"k"}) }, `"TagKey.1" added after "TagKey.2"`},
		{"behind a list", func(q *signature.Query) { q.AddList("K", make([]string, 10)); q.Add("K.89", "") }, `"K.89" added after "K.9"`},
		{"after a list", func(q *signature.Query) { q.AddList("K", make([]string, 10)); q.Add("K.91", "") }, ""},
		{"an empty list has no place", func(q *signature.Query) { q.Add("Z", ""); q.AddList("A", nil); q.AddStructs("B", 0, key) }, ""},
		{"fields", func(q *signature.Query) {
			q.AddStructs("Tag", 1, func(_ int, add func(string, string)) { add("Value", ""); add("Key", "") })
		}, `"Tag.1.Key" added after "Tag.1.Value"`},
		{"structs behind", func(q *signature.Query) {
			q.Add("TagKey", "")
			q.AddStructs("Tag", 1, func(_ int, add func(string, string)) { add("Key", "") })
		}, `"Tag.1.Key" added after "TagKey"`},
		{"after Reset", func(q *signature.Query) { q.Add("B", ""); q.Reset(); q.Add("A", "") }, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			add := func() { row.add(new(signature.Query)) }
			if row.says == "" {
				require.NotPanics(t, add)
				return
			}
			require.PanicsWithValue(t, "signature: parameter "+row.says+": parameters are added in the byte order of their names, each once", add)
		})
	}
}

func TestAppendMerged(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name       string
		own, extra map[string]string
		want       string
	}{
		{"nothing", nil, nil, ""},
		{"own only", map[string]string{"A": "1", "B": "2"}, nil, "A=1&B=2"},
		{"extra only", nil, map[string]string{"A": "1", "B": "2"}, "A=1&B=2"},
		{"extra first", map[string]string{"C": "3"}, map[string]string{"A": "1", "B": "2"}, "A=1&B=2&C=3"},
		{"extra last", map[string]string{"A": "1"}, map[string]string{"B": "2", "C": "3"}, "A=1&B=2&C=3"},
		{"interleaved", map[string]string{"A": "1", "C": "3", "E": "5"}, map[string]string{"B": "2", "D": "4"}, "A=1&B=2&C=3&D=4&E=5"},
		{"a name that begins another", map[string]string{"X.1": "1"}, map[string]string{"X": "", "X.10": "10"}, "X=&X.1=1&X.10=10"},
		{"a longer own name", map[string]string{"X": "", "X.10": "10"}, map[string]string{"X.1": "1"}, "X=&X.1=1&X.10=10"},
		{"values that look like pairs", map[string]string{"B": "Z=1&"}, map[string]string{"A": "&B=2", "C": "="}, "A=%26B%3D2&B=Z%3D1%26&C=%3D"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			q := buildQuery(row.own)
			before := q.String()
			require.Equal(t, row.want, string(q.AppendMerged(nil, sortedPairs(row.extra))))
			require.Equal(t, "kept?"+row.want, string(q.AppendMerged([]byte("kept?"), sortedPairs(row.extra))))
			require.Equal(t, before, q.String(), "the query itself must not change")
		})
	}
}

func TestAppendMergedAgainstSort(t *testing.T) {
	t.Parallel()
	const letters = "AB.19a"
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		own, extra, all := map[string]string{}, map[string]string{}, map[string]string{}
		for range r.IntN(20) {
			text := []byte("N")
			for range r.IntN(4) {
				text = append(text, letters[r.IntN(len(letters))])
			}
			name := string(text)
			if _, ok := all[name]; ok {
				continue
			}
			all[name] = randomText(r)
			part := own
			if r.IntN(2) == 0 {
				part = extra
			}
			part[name] = all[name]
		}
		require.Equal(t, oracleQuery(all), string(buildQuery(own).AppendMerged(nil, sortedPairs(extra))))
	}
}
