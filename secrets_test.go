package untag_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
)

// The canaries. None of them may show anywhere.
const (
	hiddenID     = "LTAI5tCanaryKeyIdZx81QwEr"
	hiddenSecret = "CanarySecret/Ty77+UiOp=AsDf"
	hiddenToken  = "CAISCanaryToken%41/GhJk+Lz99==& x"
	hiddenBearer = "CanaryBearer/PlOk+99=="
)

// longID makes a request that does not fit into a query.
var longID = strings.Repeat("x", 9000)

// cage holds everything that came out of the SDK as text, and the signatures that went into the wire.
type cage struct {
	mu         sync.Mutex
	signatures []string
	out        bytes.Buffer
	walked     map[error]bool // the errors whose inner ones were printed
}

// sent notes the signature of a request.
func (c *cage) sent(t *testing.T, r *http.Request, body string) {
	t.Helper()
	_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	if form, err := url.ParseQuery(body); err == nil && signature == "" {
		signature = form.Get("Signature")
	}
	assert.True(t, signature != "" || r.Header.Get("X-Acs-Bearer-Token") != "", "a request without a signature")
	c.mu.Lock()
	defer c.mu.Unlock()
	if signature != "" {
		c.signatures = append(c.signatures, signature)
	}
}

// print prints values in every way that they can be printed.
func (c *cage) print(values ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, value := range values {
		if err, ok := value.(error); ok {
			c.printTree(err)
		} else {
			c.printOne(value)
		}
	}
}

func (c *cage) printOne(value any) {
	held := struct {
		Value any
		inner any
	}{value, value}
	fmt.Fprintf(&c.out, "%v %+v %#v %q %d\n", value, value, value, value, &value)
	fmt.Fprintf(&c.out, "%v %+v %#v\n", held, held, held)
	if data, err := json.Marshal(value); err == nil {
		c.out.Write(data)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&c.out, nil), slog.NewJSONHandler(&c.out, nil)} {
		slog.New(handler).Error("printed", "value", value)
	}
}

// printTree prints every error that errors.Is and errors.As can reach.
func (c *cage) printTree(err error) {
	if err == nil {
		return
	}
	c.printOne(err)
	if c.walked == nil {
		c.walked = make(map[error]bool)
	}
	if reflect.TypeOf(err).Kind() == reflect.Pointer {
		if c.walked[err] {
			return
		}
		c.walked[err] = true
	}
	var sdkErr *tea.SDKError
	if errors.As(err, &sdkErr) {
		c.printOne(sdkErr)
		fmt.Fprintln(&c.out, sdkErr.Error(), tea.StringValue(sdkErr.Message), tea.StringValue(sdkErr.Data))
	}
	var apiErr *untag.APIError
	if errors.As(err, &apiErr) {
		c.printOne(*apiErr)
		c.printOne(apiErr.AccessDenied)
	}
	var partial *tag.PartialError
	if errors.As(err, &partial) {
		for _, failed := range partial.Failed {
			c.printOne(failed)
			var inner *untag.APIError
			if errors.As(failed, &inner) {
				c.printOne(*inner)
			}
		}
	}
	switch wrapper := err.(type) { //nolint:errorlint // the tree is walked by hand
	case interface{ Unwrap() error }:
		c.printTree(wrapper.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			c.printTree(inner)
		}
	}
}

// check searches what was printed for the longest part of each secret that every encoder leaves as it is.
func (c *cage) check(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	text := c.out.String()
	for _, secret := range slices.Concat([]string{hiddenID, hiddenSecret, hiddenToken, hiddenBearer}, c.signatures) {
		part := slices.MaxFunc(strings.FieldsFunc(secret, func(r rune) bool { return strings.ContainsRune("/+=&% ", r) }),
			func(a, b string) int { return len(a) - len(b) })
		if len(part) < 6 {
			continue // a signature in Base64 may be all slashes
		}
		for _, form := range []string{part, fmt.Sprintf("%x", part[:6])} {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%q is in the output: …%s…", secret, text[max(0, at-200):min(len(text), at+200)])
			}
		}
	}
}

// hostility is a RoundTripper, or a service, that does the worst it can with a request.
type hostility func(r *http.Request, body string, dump string) (*http.Response, error)

type hostileTransport struct {
	t    *testing.T
	cage *cage
	do   hostility
}

func (h hostileTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
		r.Body = io.NopCloser(strings.NewReader(body))
	}
	h.cage.sent(h.t, r, body)
	unescaped, _ := url.QueryUnescape(body)
	all := fmt.Sprintf("POST %s\r\n%v\n%s %s %s", r.URL, r.Header, body, unescaped, url.QueryEscape(r.Header.Get("Authorization")+body))
	return h.do(r, body, strings.ReplaceAll(all, longID, "x")) // of no use in texts
}

func reply(r *http.Request, status int, body string, headers ...string) (*http.Response, error) {
	response := &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: make(http.Header),
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
	for i := 0; i < len(headers); i += 2 {
		response.Header.Set(headers[i], headers[i+1])
	}
	return response, nil
}

// echo is an answer that has text in every field.
func echo(text string) string {
	data, _ := json.Marshal(map[string]any{
		"RequestId": text, "HostId": text, "Code": text, "Message": text, "Recommend": text, text: text,
		"AccessDeniedDetail": map[string]string{
			"PolicyType": text, "AuthPrincipalOwnerId": text, "AuthPrincipalType": text, "AuthPrincipalDisplayName": text,
			"EncodedDiagnosticMessage": text, "NoPermissionType": text, "AuthAction": text,
		},
	})
	return string(data)
}

// quotingError hides what it quotes in every place that an error has.
type quotingError struct {
	Request string
	inner   error
}

func (quotingError) Error() string   { return "the proxy refused" }
func (e quotingError) Unwrap() error { return e.inner }

// proxyError formats itself with more than Error says.
type proxyError struct{ dump string }

func (proxyError) Error() string                  { return "the proxy refused" }
func (e proxyError) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, e.dump) }
func (e proxyError) MarshalJSON() ([]byte, error) { return json.Marshal(e.dump) }

type quotingReader struct{ dump string }

func (q quotingReader) Read([]byte) (int, error) { return 0, errors.New(q.dump) }

func (q quotingReader) Close() error { return errors.New(q.dump) }

// hostiles is every way to fail that these tests could think of.
func hostiles(known string) map[string]hostility {
	all := map[string]hostility{
		"echo of all": func(r *http.Request, _, dump string) (*http.Response, error) { return reply(r, 400, echo(dump)) },
		"success that echoes": func(r *http.Request, _, dump string) (*http.Response, error) {
			data, err := json.Marshal(map[string]string{"RequestId": dump})
			if err != nil {
				return nil, err
			}
			return reply(r, 200, string(data))
		},
		"string to sign, V1": func(r *http.Request, body, _ string) (*http.Response, error) {
			return reply(r, 400, `{"RequestId":"R","Code":"SignatureDoesNotMatch","Message":`+
				quote("Specified signature is not matched with our calculation. server string to sign is:POST&%2F&"+url.QueryEscape(body))+`}`)
		},
		"string to sign, V3": func(r *http.Request, _, dump string) (*http.Response, error) {
			return reply(r, 400, `{"RequestId":"R","Code":"SignatureDoesNotMatch","Message":`+
				quote("Specified signature does not match our calculation. server StringToSign is ["+dump+"] server CanonicalRequest is ["+dump+"]")+`}`)
		},
		"an error page": func(r *http.Request, _, dump string) (*http.Response, error) {
			return reply(r, 502, "<html><body>"+dump+"</body></html>")
		},
		"half an answer": func(r *http.Request, _, dump string) (*http.Response, error) {
			return reply(r, 400, echo(dump)[:len(dump)])
		},
		"XML": func(r *http.Request, _, dump string) (*http.Response, error) {
			text := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(dump)
			return reply(r, 400, "<Error><RequestId>"+text+"</RequestId><HostId>"+text+"</HostId><Code>"+text+"</Code><Message>"+text+"</Message></Error>")
		},
		"headers": func(r *http.Request, _, dump string) (*http.Response, error) {
			return reply(r, 400, `{}`, "X-Acs-Request-Id", dump, "X-Acs-Retry-After", dump, "Date", dump, "Retry-After", dump, "X-Ratelimit-User", dump)
		},
		"a redirect": func(r *http.Request, _, dump string) (*http.Response, error) {
			return reply(r, 302, echo(dump), "Location", "https://elsewhere.example/?"+url.QueryEscape(dump))
		},
		"a redirect to nowhere": func(r *http.Request, _, dump string) (*http.Response, error) {
			return reply(r, 307, "", "Location", "https://%zz"+dump)
		},
		"an error that quotes": func(_ *http.Request, _, dump string) (*http.Response, error) {
			return nil, errors.New("proxy said: " + dump)
		},
		"a URL": func(r *http.Request, body, dump string) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String() + "?" + body + dump, Err: io.ErrUnexpectedEOF}
		},
		"a URL within": func(_ *http.Request, body, dump string) (*http.Response, error) {
			return nil, fmt.Errorf("proxy: %w", &url.Error{Op: "proxyconnect", URL: "https://h/" + body, Err: errors.New(dump)})
		},
		"a wrapped error that quotes": func(_ *http.Request, _, dump string) (*http.Response, error) {
			return nil, &net.OpError{Op: "write", Net: "tcp", Err: fmt.Errorf("%s: %w", dump, context.DeadlineExceeded)}
		},
		"an error that quotes further in": func(_ *http.Request, _, dump string) (*http.Response, error) {
			return nil, &quotingError{"", fmt.Errorf("proxy: %w", errors.New(dump))}
		},
		"an error with a field": func(_ *http.Request, _, dump string) (*http.Response, error) {
			return nil, quotingError{dump, nil}
		},
		"an error with a field further in": func(_ *http.Request, _, dump string) (*http.Response, error) {
			return nil, quotingError{"", &quotingError{dump, nil}}
		},
		"an error that formats itself": func(_ *http.Request, _, dump string) (*http.Response, error) {
			return nil, fmt.Errorf("tunnel: %w", proxyError{dump})
		},
		"joined errors": func(_ *http.Request, _, dump string) (*http.Response, error) {
			return nil, errors.Join(io.ErrUnexpectedEOF, errors.New(dump))
		},
		"a body that cannot be read": func(r *http.Request, _, dump string) (*http.Response, error) {
			response, err := reply(r, 200, "")
			response.Body, response.ContentLength = quotingReader{dump}, -1
			return response, err
		},
		"silence": func(r *http.Request, _, _ string) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"silence and a quote": func(r *http.Request, _, dump string) (*http.Response, error) {
			<-r.Context().Done()
			return nil, fmt.Errorf("%w while sending %s", r.Context().Err(), dump)
		},
		"failed resources": func(r *http.Request, _, dump string) (*http.Response, error) {
			data, err := json.Marshal(map[string]any{"RequestId": dump, "FailedResources": map[string]any{"FailedResource": []any{
				map[string]any{"ResourceARN": known + dump, "Result": map[string]string{"Code": dump, "Message": dump}},
				map[string]any{"ResourceARN": "arn:acs:ecs:cn-hangzhou:1:instance/i-1", "Result": map[string]string{"Code": known, "Message": known + known}},
			}}})
			if err != nil {
				return nil, err
			}
			return reply(r, 200, string(data))
		},
	}
	for _, status := range []int{200, 301, 400, 403, 404, 429, 500, 503} {
		all["echo "+strconv.Itoa(status)] = func(r *http.Request, _, _ string) (*http.Response, error) {
			return reply(r, status, echo(known))
		}
	}
	for _, code := range []string{"Throttling.User", "InvalidSecurityToken.Expired", "InvalidTimeStamp.Expired", "Forbidden.RAM", "SignatureNonceUsed"} {
		all[code] = func(r *http.Request, _, dump string) (*http.Response, error) {
			return reply(r, 400, `{"RequestId":"R","Code":"`+code+`","Message":`+quote(dump)+`,"Recommend":`+quote("https://h/?q="+dump)+`}`,
				"Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		}
	}
	return all
}

func quote(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

// changing gives another token each time.
type changing struct{ n atomic.Int64 }

func (c *changing) GetCredential() (*credentials.CredentialModel, error) {
	n := c.n.Add(1)
	return &credentials.CredentialModel{
		AccessKeyId: tea.String(hiddenID), AccessKeySecret: tea.String(hiddenSecret), SecurityToken: tea.String(hiddenToken + strconv.FormatInt(n, 10)),
	}, nil
}

// schemes are the ways to authenticate.
func schemes(t *testing.T) map[string]scheme {
	t.Helper()
	bearer, err := credentials.NewCredential(new(credentials.Config).SetType("bearer").SetBearerToken(hiddenBearer))
	require.NoError(t, err)
	sts, err := credentials.NewCredential(new(credentials.Config).SetType("sts").SetAccessKeyId(hiddenID).SetAccessKeySecret(hiddenSecret).SetSecurityToken(hiddenToken))
	require.NoError(t, err)
	key, both := hiddenID+" "+hiddenSecret, hiddenID+" "+hiddenSecret+" "+hiddenToken
	static := untag.StaticCredentials(hiddenID, hiddenSecret, "")
	return map[string]scheme{
		"V3":               {key, static, untag.SignatureV3},
		"V1":               {key, static, untag.SignatureV1},
		"V3 with STS":      {both, sts, untag.SignatureV3},
		"V1 with STS":      {both, untag.StaticCredentials(hiddenID, hiddenSecret, hiddenToken), untag.SignatureV1},
		"a changing token": {key, new(changing), untag.SignatureV3},
		"bearer":           {hiddenBearer, bearer, untag.SignatureV3},
	}
}

// scheme is a way to authenticate, with the secrets that a service could know of it.
type scheme struct {
	known       string
	credentials untag.CredentialProvider
	version     untag.SignatureVersion
}

func TestNoSecretShows(t *testing.T) {
	t.Parallel()
	for scheme, how := range schemes(t) {
		for name, do := range hostiles(how.known) {
			t.Run(scheme+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { provoke(t, how, do) })
			})
		}
	}
}

// provoke makes calls and a run to a hostile service, and searches all that comes of it.
func provoke(t *testing.T, how scheme, do hostility) {
	t.Helper()
	c := new(cage)
	var lock sync.Mutex
	var log bytes.Buffer
	config := untag.Config{
		Region:     "cn-hangzhou",
		HTTPClient: &http.Client{Transport: hostileTransport{t, c, do}},
		Retry:      untag.Retry{MaxAttempts: 2, MaxThrottle: -1},
		Timeout:    time.Second,
		OnCall: func(ctx context.Context, call untag.Call) (context.Context, func(error)) {
			c.print(call)
			return ctx, func(err error) { c.print(err) }
		},
		OnAttempt: func(_ context.Context, attempt untag.Attempt) {
			if attempt.Number <= 2 { // a run that is throttled makes many
				c.print(attempt)
			}
		},
	}
	handler := &lockedWriter{&lock, &log}
	config.Logger = slog.New(slog.NewJSONHandler(handler, &slog.HandlerOptions{Level: slog.Level(-100)}))
	config.Credentials, config.Signature = how.credentials, how.version
	c.print(config, &config)

	arns := []string{"arn:acs:ecs:cn-hangzhou:1:instance/i-1", "arn:acs:ecs:cn-hangzhou:1:instance/i-2"}
	tags, err := tag.New(config)
	require.NoError(t, err)
	response, err := tags.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: []string{"k"}})
	c.print(response, err, tags)
	long := tag.UntagResourcesRequest{ResourceARNs: []string{arns[0] + longID}, TagKeys: []string{"k"}}
	response, err = tags.UntagResources(t.Context(), long)
	c.print(response, err)

	config.Logger = slog.New(slog.NewTextHandler(handler, &slog.HandlerOptions{Level: slog.Level(-100)}))
	instances, err := ecs.New(config)
	require.NoError(t, err)
	ids := ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-1", "i-2"}, TagKeys: []string{"k"}}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	answer, err := instances.UntagResources(ctx, ids)
	c.print(answer, err, instances, *instances)

	ctx, cancel = context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for resource, err := range tags.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k"}}) {
		c.print(resource, err)
	}
	lock.Lock()
	c.out.Write(log.Bytes())
	lock.Unlock()
	c.check(t)
	assert.NotEmpty(t, c.out.String())
}

type lockedWriter struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

// TestNoSecretOfProviderShows has providers that quote what they hold.
func TestNoSecretOfProviderShows(t *testing.T) {
	t.Parallel()
	text := hiddenID + " " + hiddenSecret + " " + hiddenToken
	profile := "[default]\ntype = access_key\naccess_key_id = " + hiddenID + "\naccess_key_secret = " + hiddenSecret + "\nsecurity_token: " + hiddenToken
	for name, provider := range map[string]askedProvider{
		"text":      func() (*credentials.CredentialModel, error) { return nil, errors.New(text) },
		"a profile": func() (*credentials.CredentialModel, error) { return nil, errors.New("malformed: " + profile) },
		"JSON":      func() (*credentials.CredentialModel, error) { return nil, errors.New("got " + echo(text)) },
		"wrapped":   func() (*credentials.CredentialModel, error) { return nil, &quotingError{text, errors.New(profile)} },
		"formatted": func() (*credentials.CredentialModel, error) { return nil, proxyError{text} },
		"a URL": func() (*credentials.CredentialModel, error) {
			return nil, &url.Error{Op: "Get", URL: "https://sts.example/?AccessKeyId=" + hiddenID + "&Signature=" + url.QueryEscape(hiddenSecret), Err: io.EOF}
		},
		"a panic":               func() (*credentials.CredentialModel, error) { panic(text) },
		"a panic with an error": func() (*credentials.CredentialModel, error) { panic(&quotingError{text, errors.New(text)}) },
		"half of them": func() (*credentials.CredentialModel, error) {
			return &credentials.CredentialModel{AccessKeySecret: tea.String(hiddenSecret), SecurityToken: tea.String(hiddenToken)}, nil
		},
		"a line break": func() (*credentials.CredentialModel, error) {
			return &credentials.CredentialModel{AccessKeyId: tea.String(hiddenID), AccessKeySecret: tea.String(hiddenSecret + "\n")}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				provoke(t, scheme{credentials: provider}, func(*http.Request, string, string) (*http.Response, error) {
					return nil, errors.New("nothing must be sent")
				})
			})
		})
	}
}

type askedProvider func() (*credentials.CredentialModel, error)

func (p askedProvider) GetCredential() (*credentials.CredentialModel, error) { return p() }

// TestCageFindsSecrets checks the search itself.
func TestCageFindsSecrets(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		hiddenSecret, errors.New(url.QueryEscape(hiddenToken)), fmt.Errorf("x: %w", &quotingError{"", errors.New(hiddenID)}),
		map[string]string{"a": hiddenSecret},
		&quotingError{hiddenToken, nil}, errors.Join(io.EOF, proxyError{hiddenID}),
	} {
		c := new(cage)
		c.print(value)
		probe := new(testing.T)
		c.check(probe)
		assert.True(t, probe.Failed(), "%T", value)
	}
}
