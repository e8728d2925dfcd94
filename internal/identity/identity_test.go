package identity_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/identity"
	"github.com/untag-go/untag/internal/servicetest"
)

// The answers are made by hand in the documented shape.
const (
	ofUser = `{"RequestId":"R","AccountId":"1234567890123456","Arn":"acs:ram::1234567890123456:user/alice",` +
		`"UserId":"212345678901234567","PrincipalId":"212345678901234567","IdentityType":"RAMUser"}`
	ofRole = `{"IdentityType":"AssumedRoleUser","AccountId":"1234567890123456","RequestId":"R","PrincipalId":"3:s",` +
		`"UserId":null,"Arn":"acs:ram::1234567890123456:assumed-role/cleaner/s","RoleId":"3"}`
	ofAccount = `{"IdentityType":"Account","AccountId":1234567890123456,"RequestId":"R","PrincipalId":"1234567890123456",` +
		`"UserId":"1234567890123456","Arn":"acs:ram::1234567890123456:root"}`
	inXML = `<?xml version="1.0"?><GetCallerIdentityResponse><RequestId>R</RequestId><AccountId>1</AccountId><Arn>acs:ram::1:root</Arn>` +
		`<UserId>1</UserId><IdentityType>Account</IdentityType></GetCallerIdentityResponse>`
)

func TestCaller(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer string
		want   identity.Identity
	}{
		"user":    {ofUser, identity.Identity{Account: "1234567890123456", ARN: "acs:ram::1234567890123456:user/alice", UserID: "212345678901234567", Type: "RAMUser"}},
		"role":    {ofRole, identity.Identity{Account: "1234567890123456", ARN: "acs:ram::1234567890123456:assumed-role/cleaner/s", Type: "AssumedRoleUser"}},
		"account": {ofAccount, identity.Identity{Account: "1234567890123456", ARN: "acs:ram::1234567890123456:root", UserID: "1234567890123456", Type: "Account"}},
		"XML":     {inXML, identity.Identity{Account: "1", ARN: "acs:ram::1:root", UserID: "1", Type: "Account"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := identity.Caller(t.Context(), (&servicetest.Recorder{Answer: test.answer}).Config())
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestWhereItIsAsked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*untag.Config)
		host   string // "": the config is refused
	}{
		"with a region":    {func(*untag.Config) {}, "sts.aliyuncs.com"},
		"without a region": {func(c *untag.Config) { c.Region = "" }, "sts.aliyuncs.com"},
		"VPC":              {func(c *untag.Config) { c.Network = untag.NetworkVPC }, "sts-vpc.cn-hangzhou.aliyuncs.com"},
		"VPC, no region":   {func(c *untag.Config) { c.Network, c.Region = untag.NetworkVPC, "" }, ""},
		"endpoint":         {func(c *untag.Config) { c.Endpoint, c.Region = "localhost:1", "" }, "localhost:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := &servicetest.Recorder{Answer: ofUser}
			config := recorder.Config()
			test.change(&config)
			_, err := identity.Caller(t.Context(), config)
			if test.host == "" {
				require.ErrorIs(t, err, untag.ErrInvalidRequest)
				assert.Empty(t, recorder.Sent())
				return
			}
			require.NoError(t, err)
			sent := recorder.Sent()
			require.Len(t, sent, 1)
			assert.Equal(t, test.host, sent[0].Host)
			assert.Empty(t, sent[0].RawQuery)
			assert.Equal(t, []string{"GetCallerIdentity"}, sent[0].Header["X-Acs-Action"])
			assert.Equal(t, []string{"2015-04-01"}, sent[0].Header["X-Acs-Version"])
		})
	}
}

func TestOverASocket(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Contains(t, string(data), "Action=GetCallerIdentity")
		assert.Contains(t, string(data), "Version=2015-04-01")
		_, _ = io.WriteString(w, ofUser)
	}))
	t.Cleanup(server.Close)
	got, err := identity.Caller(t.Context(), untag.Config{
		Endpoint: server.URL, Credentials: untag.StaticCredentials("id-of-nobody", "secret-of-nobody", ""), Signature: untag.SignatureV1,
		HTTPClient: server.Client(),
	})
	require.NoError(t, err)
	assert.Equal(t, "1234567890123456", got.Account)
}

// Whose the credentials are is known or it is not: there is no outcome that could be unknown.
func TestErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		recorder *servicetest.Recorder
		kind     error
	}{
		"a dead key":             {&servicetest.Recorder{Status: 404, Answer: `{"RequestId":"R","Code":"InvalidAccessKeyId.NotFound"}`}, untag.ErrUnauthenticated},
		"an outage":              {&servicetest.Recorder{Status: 503, Answer: `{"RequestId":"R","Code":"ServiceUnavailable"}`}, untag.ErrUnavailable},
		"a page":                 {&servicetest.Recorder{Answer: `<html>hotel</html>`}, untag.ErrUnavailable},
		"no account":             {&servicetest.Recorder{Answer: `{"RequestId":"R","Arn":"a"}`}, untag.ErrUnavailable},
		"nothing but an ID":      {&servicetest.Recorder{Answer: `{"RequestId":"R"}`}, untag.ErrUnavailable},
		"an account of no shape": {&servicetest.Recorder{Answer: `{"RequestId":"R","AccountId":{"a":1}}`}, untag.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got, err := identity.Caller(t.Context(), test.recorder.Config())
				require.ErrorIs(t, err, test.kind)
				assert.NotErrorIs(t, err, untag.ErrOutcomeUnknown)
				assert.Zero(t, got)
				apiErr, ok := errors.AsType[*untag.APIError](err)
				require.True(t, ok)
				assert.Equal(t, "sts", apiErr.Service)
				assert.Equal(t, "GetCallerIdentity", apiErr.Action)
			})
		})
	}
}
