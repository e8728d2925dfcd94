package redact_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/redact"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"clean", "a line, 中文 too", "a line, 中文 too"},
		{"empty", "", ""},
		{"line feed", "a\nb", "a b"},
		{"carriage return", "a\rb", "a b"},
		{"tab", "a\tb", "a b"},
		{"escape", "a\x1b[31mb", "a [31mb"},
		{"next line", "a\u0085b", "a b"},
		{"line separator", "a\u2028b", "a b"},
		{"paragraph separator", "a\u2029b", "a b"},
		{"bidirectional override", "a\u202Eb", "a b"},
		{"bidirectional isolate", "a\u2066b", "a b"},
		{"byte order mark", "\uFEFFa", " a"},
		{"invalid UTF-8", "a\xFFb", "a\uFFFDb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, redact.Line(test.in))
		})
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"nothing to hide", "The specified Tag.n.Key is not valid.", "The specified Tag.n.Key is not valid."},
		{"string to sign", "no match. server string to sign is:POST&%2F&AccessKeyId%3Did", "no match. server string to sign [removed]"},
		{"one word", "no match, server StringToSign is [POST\n/]", "no match, server StringToSign [removed]"},
		{"canonical request", "server CanonicalRequest is [x], server string to sign is y", "server CanonicalRequest [removed]"},
		{"across a line break", "server string\nto sign is secret", "server string to sign [removed]"},
		{"after characters that change length in lower case", "\u212AȺ string to sign is secret", "\u212AȺ string to sign [removed]"},
		{"password of a proxy", `proxyconnect http://user:pass@proxy:3128: refused`, `proxyconnect http://[removed]@proxy:3128: refused`},
		{"password with @", `"http://user:p@ss@proxy/"`, `"http://[removed]@proxy/"`},
		{"password with a slash", `"http://user:pa/ss?#@proxy/"`, `"http://[removed]@proxy/"`},
		{"two URLs", "http://a:b@c then http://d:e@f", "http://[removed]@c then http://[removed]@f"},
		{"URL without a user", "see https://example.com/a?b=c and mail a@b.example", "see https://example.com/a?b=c and mail a@b.example"},
		{"slashes last", "a //", "a //"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, redact.Message(test.in))
		})
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	const secret = "aB+c/D e=\"9" // with what escaping changes
	once := strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")
	quoted, err := json.Marshal(secret)
	require.NoError(t, err)
	for _, test := range []struct{ name, in, want string }{
		{"nothing to hide", "a message", "a message"},
		{"plain", "x " + secret + " y", "x [removed] y"},
		{"twice", secret + secret, "[removed][removed]"},
		{"percent-encoded", "x=" + once + "&", "x=[removed]&"},
		{"percent-encoded in lower case", "x=" + strings.ToLower("%2B%2F") + " " + strings.NewReplacer("%2B", "%2b", "%2F", "%2f", "%3D", "%3d").Replace(once), "x=%2b%2f [removed]"},
		{"percent-encoded twice", "x%3D" + url.QueryEscape(once), "x%3D[removed]"},
		{"percent-encoded three times", url.QueryEscape(url.QueryEscape(once)), "[removed]"},
		{"encoded in part", "x=aB+c%2FD%20e=%229", "x=[removed]"},
		{"as a path", url.PathEscape(secret), "[removed]"},
		{"as a form", url.QueryEscape(secret), "[removed]"},
		{"JSON", string(quoted), `"[removed]"`},
		{"JSON with escaped slashes", `aB+c\/D e=\"9`, "[removed]"},
		{"JSON with code points", `aB\u002bc\u002FD\u0020e\u003d\u00229`, "[removed]"},
		{"JSON in JSON", `aB+c\\/D e=\\\"9`, "[removed]"},
		{"JSON with code points in JSON", `aB\\u002bc\\u002FD\\u0020e\\u003d\\u00229`, "[removed]"},
		{"HTML", "x=" + html.EscapeString(secret) + "&amp;", "x=[removed]&amp;"},
		{"HTML with code points", "aB&#43;c&#x2F;D&#032;e&#X3d;&quot;9", "[removed]"},
		{"HTML of other characters", "aB&#44;c/D e=&quot;9", "aB&#44;c/D e=&quot;9"},
		{"cut off", "x=" + once[:8], "x=" + once[:8]},
		{"completed by a line break", "aB+c/D\ne=\"9", "[removed]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, redact.Text(test.in, secret))
		})
	}
	t.Run("short secrets are words", func(t *testing.T) {
		t.Parallel()
		assert.Equal(t, "a test of tests", redact.Text("a test of tests", "test", ""))
	})
	t.Run("several secrets", func(t *testing.T) {
		t.Parallel()
		assert.Equal(t, "[removed] and [removed]", redact.Text("firstsecret and secondsecret", "firstsecret", "secondsecret"))
	})
	t.Run("the mark completes a secret", func(t *testing.T) {
		t.Parallel()
		assert.Equal(t, redact.Removed, redact.Text("one]aaaaaaaaaaaaaaaa", "]aaaaa"))
	})
	t.Run("one secret hides in what is left of another", func(t *testing.T) {
		t.Parallel()
		got := redact.Text("abcXYZXYZdef", "XYZXYZ", "abc[removed]def")
		assert.NotContains(t, got, "abc[removed]def")
	})
}

// canary is in the texts below and must not be in what is made of them.
const canary = "Zx81QwErTy77UiOpAsDfGhJkLz"

func TestCause(t *testing.T) {
	t.Parallel()
	t.Run("nil", func(t *testing.T) {
		t.Parallel()
		require.NoError(t, redact.Cause(nil))
		require.NoError(t, redact.Cause(&url.Error{Op: "Post", URL: "https://h/"}))
	})
	t.Run("a clean cause stays what it is", func(t *testing.T) {
		t.Parallel()
		cause := &net.OpError{Op: "dial", Err: io.ErrUnexpectedEOF}
		assert.Same(t, cause, redact.Cause(&url.Error{Op: "Post", URL: "https://h/?" + canary, Err: cause}, canary))
	})
	t.Run("URLs within URLs go", func(t *testing.T) {
		t.Parallel()
		inner := &url.Error{Op: "proxyconnect", URL: "https://h/?a=" + "other", Err: io.EOF}
		assert.Same(t, io.EOF, redact.Cause(fmt.Errorf("wrapped: %w", &url.Error{Op: "Post", URL: "https://h/", Err: inner})))
	})
	t.Run("a cause with a secret is replaced", func(t *testing.T) {
		t.Parallel()
		cause := redact.Cause(&url.Error{Op: "Post", URL: "https://h/", Err: fmt.Errorf("proxy said %s\nand more: %w", canary, context.DeadlineExceeded)}, canary)
		assertHidden(t, cause)
		assert.Equal(t, "proxy said [removed] and more: context deadline exceeded", cause.Error())
		require.ErrorIs(t, cause, context.DeadlineExceeded)
		require.NotErrorIs(t, cause, context.Canceled)
		var netErr net.Error
		require.ErrorAs(t, cause, &netErr)
		assert.True(t, netErr.Timeout())
		assert.True(t, netErr.Temporary()) //nolint:staticcheck // part of net.Error
	})
	t.Run("not every replaced cause is a time-out", func(t *testing.T) {
		t.Parallel()
		var netErr net.Error
		require.ErrorAs(t, redact.Cause(errors.New(canary), canary), &netErr)
		assert.False(t, netErr.Timeout())
	})
}

func TestProvider(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"prose", "unable to get credentials from any of the providers in the chain", "unable to get credentials from any of the providers in the chain"},
		{"a file that is not there", "open /home/a/.aliyun/config.json: no such file or directory", "open … no such file or directory"},
		{"an address", "dial tcp 100.100.100.200:80: connect: connection refused", "dial tcp … connect: connection refused"},
		{"a status", "get role failed, status: 404 (not found)", "get role failed, status: 404 (not found)"},
		{"a variable that is missing", "environment variable ALIBABA_CLOUD_ACCESS_KEY_ID cannot be empty", "environment variable ALIBABA_CLOUD_ACCESS_KEY_ID cannot be empty"},
		{"a known name", "RoleArn can not be empty", "RoleArn can not be empty"},
		{"punctuation", "failed ... (really) !", "failed ... (really) !"},
		{"key=value", "bad line access_key_secret=" + canary + " in file", "bad line … in file"},
		{"key = value", "bad line access_key_secret = " + canary + " in file", "bad line … in file"},
		{"key = word", "bad line secret = monkey in file", "bad line secret … in file"},
		{"key: word", "bad line access_key_secret: monkey in file", "bad line … in file"},
		{"JSON word", `got {"Code": "monkey", "AccessKeySecret" : "` + canary + `"}`, "got … : …"},
		{"variable=value", "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + canary, "export …"},
		{"variable and more", "ALIBABA_CLOUD_" + canary, "…"},
		{"profile file", "key-value delimiter not found: [default]\ntype = access_key\naccess_key_id = LTAI" + canary + "\naccess_key_secret " + canary, "… delimiter not found: [default] type …"},
		{"JSON", `refresh failed: {"AccessKeyId":"STS.` + canary + `","AccessKeySecret":"` + canary + `"} from server`, "refresh failed: … from server"},
		{"token at the end of a word", "token:" + canary, "…"},
		{"camel case", "bad accessKey of fooBarBazQux", "bad … of …"},
		{"base64", "got AQIDBAUGBwgJCgsMDQ4PEA== instead", "got … instead"},
		{"lines", "first\r\nsecond\u2028third", "first second third"},
		{"not ASCII", "schlüssel fehlt", "… fehlt"},
		{"empty", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := redact.Provider(errors.New(test.in))
			assertHidden(t, got)
			assert.Equal(t, test.want, got.Error())
		})
	}
	t.Run("nil", func(t *testing.T) {
		t.Parallel()
		require.NoError(t, redact.Provider(nil))
	})
	t.Run("long", func(t *testing.T) {
		t.Parallel()
		got := redact.Provider(errors.New(strings.Repeat("word ", 1000))).Error()
		assert.Less(t, len(got), 500)
		assert.True(t, strings.HasSuffix(got, " …"))
	})
	t.Run("keeps what it is", func(t *testing.T) {
		t.Parallel()
		require.ErrorIs(t, redact.Provider(fmt.Errorf("%s: %w", canary, context.Canceled)), context.Canceled)
	})
}

func TestPanic(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "panic (string)", redact.Panic(canary))
	assert.Equal(t, "panic (*errors.errorString)", redact.Panic(errors.New(canary)))
}

// assertHidden prints err in every way there is.
func assertHidden(t *testing.T, err error) {
	t.Helper()
	held := struct {
		Error error
		inner error
	}{err, err}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{err, &err, []error{err}, held, &held} {
			assert.NotContains(t, fmt.Sprintf(verb, value), canary, verb)
		}
	}
	data, jsonErr := json.Marshal(held)
	require.NoError(t, jsonErr)
	assert.NotContains(t, string(data), canary)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Error("x", "err", err, "held", held)
	slog.New(slog.NewTextHandler(&log, nil)).Error("x", "err", err, "held", held)
	assert.NotContains(t, log.String(), canary)
	assertLine(t, err.Error())
}

func assertLine(t *testing.T, text string) {
	t.Helper()
	assert.True(t, utf8.ValidString(text))
	assert.Negative(t, strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
	}), "%q", text)
}

// FuzzText puts a secret into a text, in every form, and looks for it in the result.
func FuzzText(f *testing.F) {
	f.Add("server string to sign is:", "LTAI5tSecretKeyId", "&Timestamp")
	f.Add("//", "us:er@host/x", "\n//")
	f.Add("]", "aaaaaa", "aaaaaaaaa")
	f.Add("%", "25%2525%25", "25")
	f.Add("\\", `\\u005c\`, `\/`)
	f.Add("a\u2028", "b c d e", "\xff")
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		if mark := redact.Removed; len(secret) < 6 || strings.Contains(mark, secret) {
			t.Skip("too short, or part of the mark")
		}
		once := strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")
		for _, form := range []string{secret, once, strings.ToLower(once), url.QueryEscape(secret), url.QueryEscape(once)} {
			got := redact.Text(before+form+after, secret)
			assertLine(t, got)
			if strings.Contains(got, secret) {
				t.Errorf("%q is in %q", secret, got)
			}
		}
		// Without marks and bytes that mean something to an encoder, the encoded forms go too.
		if strings.ContainsAny(before+secret+after, "[]%\\+") || strings.ContainsFunc(secret, unicode.IsControl) || !utf8.ValidString(secret) {
			return
		}
		for _, form := range []string{once, url.QueryEscape(secret), url.QueryEscape(once)} {
			if got := redact.Text(before+form+after, secret); strings.Contains(got, form) {
				t.Errorf("%q is in %q", form, got)
			}
		}
	})
}

// FuzzProvider never lets a long key through, whatever stands around it.
func FuzzProvider(f *testing.F) {
	f.Add("bad line: access_key_secret", "")
	f.Add("ALIBABA_CLOUD_", " ")
	f.Fuzz(func(t *testing.T, before, after string) {
		got := redact.Provider(errors.New(before + canary + after)).Error()
		assertLine(t, got)
		if strings.Contains(before+after, canary) || strings.Contains(got, canary) {
			t.Errorf("%q", got)
		}
	})
}

func TestTextOfSecretsWithPercentSigns(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"CAIStok%41enlong/+=", "%%%abc%25def", "a%2541b%2525c"} {
		form := secret
		for depth := range 4 {
			got := redact.Text("before "+form+" after", secret)
			assert.Equal(t, "before "+redact.Removed+" after", got, "%q, encoded %d times", secret, depth)
			form = url.QueryEscape(form)
		}
	}
}
