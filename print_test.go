package untag_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// The canaries must show nowhere.
const (
	canaryID     = "LTAI5tCanaryKeyId0123"
	canarySecret = "CanarySecretZxCvBnM0123456789"
	canaryToken  = "CAISCanaryTokenQwErTy0123456789+/=="
	canaryUser   = "canary-user:canary-password"
)

var canaries = []string{canaryID, canarySecret, canaryToken, "canary-user", "canary-password"}

// indiscreet is a caller's provider whose fields print when somebody prints them.
type indiscreet struct{ ID, Secret string }

func (i indiscreet) GetCredential() (*credentials.CredentialModel, error) {
	return new(credentials.CredentialModel).SetAccessKeyId(i.ID).SetAccessKeySecret(i.Secret), nil
}

// everyWay prints a value alone and inside others in every way there is.
func everyWay[T any](t *testing.T, value T) string {
	t.Helper()
	pointer := &value
	type held struct {
		Exported T
		inner    T
		Pointer  *T
		any      any
	}
	whole := held{value, value, pointer, value}
	all := []any{value, pointer, &pointer, []T{value}, [1]*T{pointer}, map[string]T{"k": value}, map[string]any{"k": pointer}, whole, &whole}
	var out bytes.Buffer
	for _, v := range all {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%w", "%10.3v"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		data, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(data)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).With("with", v).WithGroup("g").Info("message", "attr", v, slog.Group("inner", slog.Any("v", v)))
		}
		fmt.Fprintln(&out, errors.New(fmt.Sprint(v)))
	}
	assert.NotContains(t, out.String(), "PANIC", "fmt and slog recover, and print that")
	return out.String()
}

// assertHidden looks for the canaries, also as %x and %X print them.
func assertHidden(t *testing.T, text string) {
	t.Helper()
	for _, canary := range canaries {
		for _, shown := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary)} {
			assert.NotContains(t, text, shown)
		}
	}
}

func TestStaticCredentialsPrintMasked(t *testing.T) {
	t.Parallel()
	out := everyWay(t, untag.StaticCredentials(canaryID, canarySecret, canaryToken))
	assertHidden(t, out)
	provider := untag.StaticCredentials(canaryID, canarySecret, "")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		assert.Equal(t, "untag.StaticCredentials(***)", fmt.Sprintf(verb, provider))
	}
	for _, method := range []func() string{provider.(fmt.Stringer).String, provider.(fmt.GoStringer).GoString} {
		assert.Equal(t, "untag.StaticCredentials(***)", method())
	}
	data, err := json.Marshal(map[string]any{"c": provider})
	require.NoError(t, err)
	assert.JSONEq(t, `{"c":"untag.StaticCredentials(***)"}`, string(data))
}

func TestStaticCredentials(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, token, kind string }{{"permanent", "", "access_key"}, {"temporary", canaryToken, "sts"}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			provider := untag.StaticCredentials(canaryID, canarySecret, test.token)
			first, err := provider.GetCredential()
			require.NoError(t, err)
			assert.Equal(t, canaryID, *first.AccessKeyId)
			assert.Equal(t, canarySecret, *first.AccessKeySecret)
			assert.Equal(t, test.kind, *first.Type)
			if test.token == "" {
				assert.Nil(t, first.SecurityToken)
			} else {
				assert.Equal(t, test.token, *first.SecurityToken)
			}
			*first.AccessKeySecret = "changed"
			second, err := provider.GetCredential()
			require.NoError(t, err)
			assert.Equal(t, canarySecret, *second.AccessKeySecret)
		})
	}
}

func TestConfigPrintsMasked(t *testing.T) {
	t.Parallel()
	config := untag.Config{
		Region: "cn-hangzhou", Credentials: untag.StaticCredentials(canaryID, canarySecret, canaryToken),
		HTTPClient: &http.Client{Timeout: time.Second}, Logger: slog.Default(), UserAgent: "agent",
		OnCall:    func(ctx context.Context, _ untag.Call) (context.Context, func(error)) { return ctx, nil },
		OnAttempt: func(context.Context, untag.Attempt) {},
	}
	t.Run("static credentials", func(t *testing.T) {
		t.Parallel()
		out := everyWay(t, config)
		assertHidden(t, out)
		assert.Contains(t, out, `untag.Config{Region:"cn-hangzhou" Credentials:*static.Provider Endpoint:""`)
	})
	t.Run("a provider that prints itself", func(t *testing.T) {
		t.Parallel()
		own := config
		own.Credentials = indiscreet{canaryID, canarySecret}
		assertMasked(t, own)
		assert.Contains(t, own.String(), "Credentials:untag_test.indiscreet")
	})
	for _, endpoint := range []string{
		"https://" + canaryUser + "@example.com", "http://" + canaryUser + "@[::1]:80/", canaryUser + "@example.com", "https:/" + canaryUser + "@example.com",
		"//" + canaryUser + "@example.com", "https://" + canaryUser + "/x?#@example.com", "https://" + canaryUser + " \"'<>@example.com", "https://a@" + canaryUser + "@example.com",
		"https://" + canaryUser + "\n@example.com\r\n",
	} {
		t.Run("endpoint "+endpoint, func(t *testing.T) {
			t.Parallel()
			own := config
			own.Endpoint = endpoint
			assertMasked(t, own)
			assertLine(t, own.String())
		})
	}
	t.Run("endpoint stays readable", func(t *testing.T) {
		t.Parallel()
		assert.Contains(t, untag.Config{Endpoint: "https://localhost:8080"}.String(), `Endpoint:"https://localhost:8080"`)
	})
}

// assertMasked prints config in the ways that fmt, encoding/json and log/slog leave to its methods.
// They call no method of an unexported field, so what a caller puts there in clear text shows.
func assertMasked(t *testing.T, config untag.Config) {
	t.Helper()
	var out bytes.Buffer
	holder := struct{ Config *untag.Config }{&config}
	for _, value := range []any{config, &config, []untag.Config{config}, map[string]untag.Config{"k": config}, struct{ Config untag.Config }{config}, holder} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			fmt.Fprintf(&out, verb, value)
		}
		data, err := json.Marshal(value)
		require.NoError(t, err)
		out.Write(data)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).Info("x", "v", value)
		}
	}
	out.WriteString(config.String() + config.GoString() + config.LogValue().String())
	assertHidden(t, out.String())
}

func TestConfigText(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `untag.Config{Region:"" Credentials:default chain Endpoint:"" Network:public Signature:V3 Timeout:0s `+
		`Retry:{MaxAttempts:0 BaseDelay:0s MaxDelay:0s MaxThrottle:0s} Rate:0 Validation:documented UserAgent:""}`, untag.Config{}.String())
	config := untag.Config{Network: untag.NetworkVPC, Signature: untag.SignatureV1, Validation: untag.ValidateCertain, Rate: 2.5}
	data, err := json.Marshal(config)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Region":"","Credentials":"default chain","Endpoint":"","Network":"vpc","Signature":"V1","Timeout":0,
		"Retry":{"MaxAttempts":0,"BaseDelay":0,"MaxDelay":0,"MaxThrottle":0},"Rate":2.5,"Validation":"certain","UserAgent":""}`, string(data))
	assert.Equal(t, "none unknown(3) unknown(-1) unknown(2)",
		fmt.Sprint(untag.ValidateNone, " ", untag.Validation(3), " ", untag.SignatureVersion(-1), " ", untag.Network(2)))
	assert.NotPanics(t, func() { _ = untag.Config{Rate: math.NaN()}.String() })
}

// The other exported types hold no secrets; they must only never panic, nor break a line where they print themselves.
func TestEverythingPrints(t *testing.T) {
	t.Parallel()
	everyWay(t, *throttled())
	everyWay(t, error(throttled()))
	everyWay(t, untag.AccessDeniedDetail{})
	everyWay(t, untag.CallError{})
	everyWay(t, error(&untag.CallError{Kind: untag.ErrUnavailable, Err: throttled()}))
	everyWay(t, error(&untag.ValidationError{Request: hostile, Problems: []untag.Problem{{Field: hostile}}}))
	everyWay(t, error(&untag.KeysRemovedError{Keys: []string{hostile}, Err: throttled()}))
	everyWay(t, untag.Call{Service: untag.ServiceTag})
	everyWay(t, untag.Attempt{Err: throttled(), Start: time.Unix(0, 0)})
	everyWay(t, untag.Retry{})
	for _, err := range []error{throttled(), &untag.ValidationError{Request: hostile, Problems: []untag.Problem{{Field: hostile}}}, &untag.KeysRemovedError{Keys: []string{hostile}, Err: throttled()}} {
		assertLine(t, err.Error())
	}
	for _, err := range []error{(*untag.APIError)(nil), (*untag.CallError)(nil), (*untag.ValidationError)(nil)} {
		assert.Equal(t, "<nil> <nil>", fmt.Sprintf("%v %s", err, err))
	}
}
