package interop_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// These tests hold the simulated account against clients that know nothing of it: the vendor's.

func TestVendorRemovesTags(t *testing.T) {
	t.Parallel()
	each(t, operations, func(t *testing.T, v vendor, o operation) {
		for _, k := range []key{permanent, temporary} {
			cloud, host := newCloud(t, o)
			got, err := v.call(host, k, o.request([]string{"env", "not-there"}, o.resource.ID))
			require.NoError(t, err)
			assert.NotEmpty(t, got.RequestID)
			assert.Empty(t, got.FailedResources.FailedResource)
			assert.Equal(t, map[string]string{"team": "interop"}, o.tags(t, cloud))

			require.Len(t, cloud.Calls(), 1)
			call := cloud.Calls()[0]
			assert.Equal(t, untagtest.VerdictOK, call.Verdict)
			assert.Equal(t, o.service, call.Service)
			assert.Equal(t, region, call.Region)
			assert.Equal(t, v.signature, call.SignatureVersion)
			assert.Equal(t, v.form, call.Form)
			assert.Equal(t, got.RequestID, call.RequestID)
		}
	})
}

func TestVendorRemovesAllTags(t *testing.T) {
	t.Parallel()
	each(t, operations[1:], func(t *testing.T, v vendor, o operation) { // Tag has no All
		cloud, host := newCloud(t, o)
		r := o.request(nil, o.resource.ID)
		r.all = true
		_, err := v.call(host, permanent, r)
		require.NoError(t, err)
		assert.Empty(t, o.tags(t, cloud))
	})
}

// More than nine resources are sorted X.1, X.10, X.2 in a signature.
func TestVendorNamesManyResources(t *testing.T) {
	t.Parallel()
	each(t, operations, func(t *testing.T, v vendor, o operation) {
		cloud, host := newCloud(t, o)
		ids := []string{o.resource.ID}
		for i := range 19 {
			more := o.resource
			more.ID += "-" + strconv.Itoa(i)
			cloud.Put(more)
			ids = append(ids, more.ID)
		}
		_, err := v.call(host, permanent, o.request([]string{"team", "env"}, ids...))
		require.NoError(t, err)
		assert.Empty(t, o.tags(t, cloud))
	})
}

func TestVendorSeesDeadResources(t *testing.T) {
	t.Parallel()
	each(t, operations, func(t *testing.T, v vendor, o operation) {
		cloud, host := newCloud(t, o)
		r := o.request([]string{"env"}, o.resource.ID, o.dead)
		if o.deadHTTP == http.StatusOK {
			got, err := v.call(host, permanent, r)
			require.NoError(t, err, "a partial failure is a success on the wire")
			failed := got.FailedResources.FailedResource
			require.Len(t, failed, 1)
			assert.Equal(t, r.ids[1], failed[0].ResourceARN)
			assert.Equal(t, o.deadCode, failed[0].Result.Code)
			assert.NotEmpty(t, failed[0].Result.Message)
			assert.Len(t, o.tags(t, cloud), 1)
			return
		}
		reason := v.refused(t, host, permanent, r)
		assert.Equal(t, o.deadCode, reason.code)
		assert.Equal(t, o.deadHTTP, reason.status)
		assert.Equal(t, cloud.Calls()[0].RequestID, reason.requestID)
		assert.Len(t, o.tags(t, cloud), 2, "one dead resource fails the whole call")
	})
}

func TestVendorSeesItsKeyRefused(t *testing.T) {
	t.Parallel()
	wrong := permanent.secret[1:]
	rows := []struct {
		name   string
		key    key
		code   string
		status int
	}{
		{"wrong secret", key{permanent.id, wrong, ""}, "SignatureDoesNotMatch", 400},
		{"wrong secret beside a token", key{temporary.id, wrong, temporary.token}, "SignatureDoesNotMatch", 400},
		{"unknown key", key{"LTAI5tNobody", wrong, ""}, "InvalidAccessKeyId.NotFound", 404},
		{"wrong token", key{temporary.id, temporary.secret, "CAISother"}, "InvalidSecurityToken.Malformed", 400},
		{"no token", key{temporary.id, temporary.secret, ""}, "MissingSecurityToken", 400},
		{"token of another key", key{permanent.id, permanent.secret, temporary.token}, "InvalidSecurityToken.MismatchWithAccessKey", 400},
	}
	each(t, operations, func(t *testing.T, v vendor, o operation) {
		cloud, host := newCloud(t, o)
		for _, row := range rows {
			reason := v.refused(t, host, row.key, o.request([]string{"env"}, o.resource.ID))
			assert.Equal(t, row.code, reason.code, row.name)
			assert.Equal(t, row.status, reason.status, row.name)
			if row.code == "SignatureDoesNotMatch" && strings.HasPrefix(v.name, classic) {
				// This client compares its string to sign with the one in the answer. They are the same: only the secret is wrong.
				assert.Contains(t, reason.recommend, "InvalidAccessKeySecret", row.name)
			}
		}
		cloud.ExpireKey(temporary.id)
		reason := v.refused(t, host, temporary, o.request([]string{"env"}, o.resource.ID))
		assert.Equal(t, "InvalidSecurityToken.Expired", reason.code)
		assert.Len(t, o.tags(t, cloud), 2)
	})
}

// Whatever the secret is made of, and however long it is beside the 64 bytes of a block of HMAC, both sides must use it alike.
func TestVendorSignsWithOddSecrets(t *testing.T) {
	t.Parallel()
	each(t, operations, func(t *testing.T, v vendor, o operation) {
		cloud, host := newCloud(t, o)
		for i, secret := range oddSecrets() {
			k := key{"LTAI+odd/key=" + strconv.Itoa(i), secret, ""}
			if i%2 == 1 {
				k.token = temporary.token + strconv.Itoa(i)
			}
			cloud.AllowKey(k.id, k.secret, k.token)
			_, err := v.call(host, k, o.request([]string{"env"}, o.resource.ID))
			assert.NoError(t, err, secret)
			k.secret += "x"
			assert.Equal(t, "SignatureDoesNotMatch", v.refused(t, host, k, o.request([]string{"env"}, o.resource.ID)).code)
		}
	})
}

func oddSecrets() []string {
	secrets := []string{"s", "+/=+/=", "with a blank inside", "%2B&=?#", "a~b c^d`e"}
	for _, n := range []int{29, 31, 62, 63, 64, 65, 128, 200} {
		secrets = append(secrets, strings.Repeat("aB3+/=", 40)[:n])
	}
	return secrets
}

func TestVendorSendsHostileCharacters(t *testing.T) {
	t.Parallel()
	free := []operation{operations[0], operations[3]} // the other two have rules for the characters of a key
	each(t, free, func(t *testing.T, v vendor, o operation) {
		keys := []string{hostile, " env", "env ", "a+b", "a b", "a%20b", "a&b=c"}
		cloud, host := newCloud(t, o)
		o.resource.ID = hostile
		o.resource.Tags = map[string]string{"kept": ""}
		for _, name := range keys {
			o.resource.Tags[name] = "x"
		}
		cloud.Put(o.resource)
		_, err := v.call(host, permanent, o.request(keys, o.resource.ID))
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"kept": ""}, o.tags(t, cloud))
	})
}

// A query this long is answered by a gateway's page; a form of the same length is taken.
func TestVendorSendsLongRequests(t *testing.T) {
	t.Parallel()
	each(t, operations, func(t *testing.T, v vendor, o operation) {
		cloud, host := newCloud(t, o)
		cloud.AllowAnyResource()
		ids := []string{o.resource.ID}
		for i := range 19 {
			ids = append(ids, strings.Repeat("long", 110)+strconv.Itoa(i))
		}
		_, err := v.call(host, permanent, o.request([]string{"env"}, ids...))
		if v.form {
			require.NoError(t, err)
			assert.Len(t, o.tags(t, cloud), 1)
			return
		}
		require.Error(t, err)
		assert.Equal(t, http.StatusRequestURITooLong, cloud.Calls()[0].Status)
		assert.Len(t, o.tags(t, cloud), 2)
	})
}

// The new core repeats a throttled call by itself, after the time that the answer names.
func TestVendorRepeatsThrottledCalls(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"", "v2"} {
		for _, o := range operations {
			t.Run(string(o.service)+algorithm, func(t *testing.T) {
				t.Parallel()
				cloud, host := newCloud(t, o)
				config := openapiConfig(host, permanent).SetRetryOptions(&dara.RetryOptions{
					Retryable:      true,
					RetryCondition: []*dara.RetryCondition{{MaxAttempts: 5, ErrorCode: []string{"Throttling.User"}, MaxDelay: 5000}},
				})
				if algorithm != "" {
					config.SetSignatureAlgorithm(algorithm)
				}
				const hint = 100 * time.Millisecond
				cloud.Inject(untagtest.Fault{RetryAfter: hint, Calls: 2})
				_, err := openapiDo(config, false, o.request([]string{"env"}, o.resource.ID))
				require.NoError(t, err)
				assert.Equal(t, []string{"Throttling.User", "Throttling.User", "OK"}, verdicts(cloud))
				calls := cloud.Calls()
				assert.GreaterOrEqual(t, calls[2].Time.Sub(calls[0].Time), 2*hint)
			})
		}
	}
}

func TestVendorSeesThrottling(t *testing.T) {
	t.Parallel()
	each(t, operations, func(t *testing.T, v vendor, o operation) {
		cloud, host := newCloud(t, o)
		cloud.SetQuota(o.service, 0.001, 1)
		r := o.request([]string{"env"}, o.resource.ID)
		_, err := v.call(host, permanent, r)
		require.NoError(t, err)
		reason := v.refused(t, host, permanent, r)
		assert.Equal(t, "Throttling.User", reason.code)
		assert.Equal(t, http.StatusBadRequest, reason.status)
		cloud.SetQuota(o.service, 0, 0)
		_, err = v.call(host, permanent, r)
		require.NoError(t, err)
	})
}

// The old core repeats what failed in the service by itself, with a fresh nonce, and leaves throttling to its caller.
func TestClassicRepeatsCallsThatFailed(t *testing.T) {
	t.Parallel()
	for _, o := range operations {
		t.Run(string(o.service), func(t *testing.T) {
			t.Parallel()
			cloud, host := newCloud(t, o)
			c, err := sdk.NewClientWithOptions(region, sdk.NewConfig().WithAutoRetry(true).WithMaxRetryTime(3), classicCredential(permanent))
			require.NoError(t, err)
			cloud.Inject(
				untagtest.Fault{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable, Calls: 1},
				untagtest.Fault{Reset: true, Calls: 1},
				untagtest.Fault{RetryAfter: 40 * time.Millisecond, Calls: 1},
			)
			call := func() error {
				_, err := classicDo(c, host, requests.POST, true, o.request([]string{"env"}, o.resource.ID))
				return err
			}
			var throttled *sdkerrors.ServerError
			require.ErrorAs(t, call(), &throttled)
			assert.Equal(t, "Throttling.User", throttled.ErrorCode())
			assert.Equal(t, []string{"40"}, http.Header(throttled.RespHeaders).Values("x-acs-retry-after"))
			require.NoError(t, call())
			assert.Equal(t, []string{"ServiceUnavailable", "Reset", "Throttling.User", "OK"}, verdicts(cloud))
		})
	}
}

func verdicts(cloud *untagtest.Cloud) []string {
	var verdicts []string
	for _, c := range cloud.Calls() {
		verdicts = append(verdicts, c.Verdict)
	}
	return verdicts
}
