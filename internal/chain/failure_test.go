package chain_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/chain"
)

// TestFailuresEndTheChain has another account's keys lie in the shared file all the time: nothing may sign with them. The
// text of every error is here whole, since people read it.
func TestFailuresEndTheChain(t *testing.T) {
	const config = ` of ~/.aliyun/config.json, mode `
	profile := func(fields string, others ...string) func(*world) {
		return func(w *world) { w.profiles(append([]string{`{"name":"p",` + fields + `}`}, others...)...) }
	}
	file := func(text string) func(*world) { return func(w *world) { w.write(".aliyun/config.json", text) } }
	set := func(pairs ...string) func(*world) {
		return func(w *world) {
			for i := 0; i < len(pairs); i += 2 {
				w.t.Setenv(pairs[i], pairs[i+1])
			}
		}
	}
	answering := func(host string, answer http.HandlerFunc, then func(*world)) func(*world) {
		return func(w *world) { w.answers[host] = answer; then(w) }
	}
	body := func(text string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, text) }
	}
	rrsa := set("ALIBABA_CLOUD_ROLE_ARN", roleARN, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/o", "ALIBABA_CLOUD_OIDC_TOKEN", canaryToken)
	role := profile(`"mode":"RamRoleArn",` + keyFields + `,` + roleFields)
	sso := func(expires int64) func(*world) {
		return profile(fmt.Sprintf(`"mode":"CloudSSO","cloud_sso_sign_in_url":"https://portal.example/","cloud_sso_account_id":"1","cloud_sso_access_config":"ac","access_token":%q,"cloud_sso_access_token_expire":%d`, canaryAccess, expires))
	}
	oauth := func(expires int64) func(*world) {
		return profile(fmt.Sprintf(`"mode":"OAuth","oauth_site_type":"INTL","oauth_access_token":"another","oauth_access_token_expire":%d,"oauth_refresh_token":%q`, expires, canaryAccess))
	}
	const soon int64 = 1 << 40
	const requestID = "request ID 5F2B2C4E-0000-5000-8000-0000000000FF"
	for _, test := range []struct {
		name  string
		setUp func(*world)
		says  string
	}{
		{"no secret", set("ALIBABA_CLOUD_ACCESS_KEY_ID", canaryID), "environment variables: ALIBABA_CLOUD_ACCESS_KEY_ID is set without ALIBABA_CLOUD_ACCESS_KEY_SECRET: set all or none"},
		{"a token alone", set("ALIBABA_CLOUD_SECURITY_TOKEN", canaryToken), "environment variables: ALIBABA_CLOUD_SECURITY_TOKEN is set without ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET: set all or none"},
		{"the secret's variable misspelt", set("ALIBABA_CLOUD_ACCESS_KEY_ID", canaryID, "ALIBABA_CLOUD_ACCESS_KEY_SERCET", canarySecret), "environment variables: ALIBABA_CLOUD_ACCESS_KEY_ID is set without ALIBABA_CLOUD_ACCESS_KEY_SECRET, and ALIBABA_CLOUD_ACCESS_KEY_SERCET is set, but not read: is that a misspelling?"},
		{"both misspelt", set("ALIBABACLOUD_ACCESS_KEY_ID", canaryID, "ALIBABA_CLOUD_ACCESSKEY_SECRET", canarySecret), "environment variables: ALIBABACLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESSKEY_SECRET are set, but not read: is that a misspelling? ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN are read"},
		{"RRSA in part", set("ALIBABA_CLOUD_ROLE_ARN", roleARN), "RRSA (OIDC variables): ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set, but others of RRSA are: set all or none"},
		{"RRSA refused", answering("sts.aliyuncs.com", refusing(400, "AuthenticationFail.OIDCToken.Expired", "This JWT token "+canaryToken+" is expired."), rrsa), "RRSA (OIDC variables): STS AssumeRoleWithOIDC refused: AuthenticationFail.OIDCToken.Expired (HTTP 400, " + requestID + "): This JWT token [removed] is expired.; are the role " + roleARN + " and the provider acs:ram::1:oidc-provider/o right, and does the role trust this token's issuer, audience and subject?"},
		{"RRSA without its file", set("ALIBABA_CLOUD_ROLE_ARN", roleARN, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "o", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/nowhere/token"), "RRSA (OIDC variables): the OIDC token's file /nowhere/token cannot be read: no such file or directory"},
		{"a token in the place of its file", set("ALIBABA_CLOUD_ROLE_ARN", roleARN, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "o", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", canaryToken), "RRSA (OIDC variables): the OIDC token's file [a text that is no absolute path] cannot be read: no such file or directory"},
		{"RRSA with a bad region", func(w *world) { rrsa(w); w.t.Setenv("ALIBABA_CLOUD_STS_REGION", "evil.example/") }, "RRSA (OIDC variables): the STS region (sts_region, ALIBABA_CLOUD_STS_REGION) is no region's name"},

		{"STS refuses", answering("sts.aliyuncs.com", refusing(403, "NoPermission", "You are not authorized to do this action."), role), `profile "p"` + config + "RamRoleArn: STS AssumeRole refused: NoPermission (HTTP 403, " + requestID + "): You are not authorized to do this action.; is " + roleARN + " right, does it trust this identity, and may that sts:AssumeRole?"},
		{"STS quotes the string to sign", answering("sts.aliyuncs.com", refusing(400, "SignatureDoesNotMatch", "server string to sign is:POST&%2F&AccessKeyId%3D"+canaryID), role), `profile "p"` + config + "RamRoleArn: STS AssumeRole refused: SignatureDoesNotMatch (HTTP 400, " + requestID + "): server string to sign [removed]; is " + roleARN + " right, does it trust this identity, and may that sts:AssumeRole?"},
		{"a page in the place of STS", answering("sts.aliyuncs.com", func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(rw, "<html>"+canaryID)
		}, role), `profile "p"` + config + "RamRoleArn: STS AssumeRole refused (HTTP 502): not an answer of the service; is " + roleARN + " right, does it trust this identity, and may that sts:AssumeRole?"},
		{"no page at all", answering("sts.aliyuncs.com", body("<html>"), role), `profile "p"` + config + "RamRoleArn: the answer of sts.aliyuncs.com is none of STS"},
		{"no expiration", answering("sts.aliyuncs.com", body(`{"Credentials":{"AccessKeyId":"`+issuedID+`","AccessKeySecret":"s","SecurityToken":"t"}}`), role), `profile "p"` + config + "RamRoleArn: the answer of STS AssumeRole has no Expiration"},
		{"an odd expiration", answering("sts.aliyuncs.com", body(`{"Credentials":{"AccessKeyId":"`+issuedID+`","AccessKeySecret":"s","SecurityToken":"t","Expiration":"tomorrow"}}`), role), `profile "p"` + config + "RamRoleArn: the answer of STS AssumeRole has an Expiration that is no time"},
		{"an endless answer", answering("sts.aliyuncs.com", func(rw http.ResponseWriter, _ *http.Request) {
			for range 400 {
				_, _ = rw.Write(make([]byte, 1024))
			}
		}, role), `profile "p"` + config + "RamRoleArn: the answer of https://sts.aliyuncs.com is longer than 256 KiB"},
		{"a redirect", answering("sts.aliyuncs.com", func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "https://uri.example/", http.StatusTemporaryRedirect)
		}, role), `profile "p"` + config + "RamRoleArn: STS AssumeRole refused (HTTP 307): not an answer of the service; is " + roleARN + " right, does it trust this identity, and may that sts:AssumeRole?"},
		{"STS by plain HTTP", profile(`"mode":"RamRoleArn","sts_endpoint":"http://sts.aliyuncs.com",` + keyFields + `,` + roleFields), `profile "p"` + config + "RamRoleArn: the STS endpoint must not be http://: STS is asked over HTTPS only"},
		{"an endpoint that is none", profile(`"mode":"RamRoleArn","sts_endpoint":"a@b",` + keyFields + `,` + roleFields), `profile "p"` + config + "RamRoleArn: the STS endpoint (sts_endpoint, ALIBABA_CLOUD_STS_ENDPOINT) is no host name"},
		{"no role", profile(`"mode":"RamRoleArn",` + keyFields), `profile "p"` + config + "RamRoleArn: it names no role (ram_role_arn, role_arn)"},
		{"too short a session", profile(`"mode":"RamRoleArn","expired_seconds":60,` + keyFields + `,` + roleFields), `profile "p"` + config + "RamRoleArn: a session lasts 900 seconds at least (expired_seconds)"},
		{"half a key", profile(`"mode":"AK","access_key_id":"` + canaryID + `"`), `profile "p"` + config + "AK: it has no access_key_secret"},
		{"no token", profile(`"mode":"StsToken",` + keyFields), `profile "p"` + config + "StsToken: it has no sts_token"},
		{"no bearer token", profile(`"mode":"BearerToken"`), `profile "p"` + config + "BearerToken: it has no bearer_token"},
		{"a header of its own", profile(`"mode":"BearerToken","bearer_token":"t","bearer_token_header_key":"x-mine"`), `profile "p"` + config + "BearerToken: a header of its own for the token (bearer_token_header_key) is not supported"},
		{"RsaKeyPair", profile(`"mode":"RsaKeyPair","private_key":"/k"`), `profile "p"` + config + "RsaKeyPair: this mode is not supported; make the keys with the command line, or give Config.Credentials a rsa_key_pair of credentials-go"},
		{"an unknown mode", profile(`"mode":"Telepathy"`), `profile "p" of ~/.aliyun/config.json: its mode "Telepathy" is none that is known; known are AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole, RamRoleArnWithRoleName, OIDC, CredentialsURI, External, CloudSSO, OAuth, BearerToken`},
		{"a secret as the mode", profile(`"mode":"` + canarySecret + `"`), `profile "p" of ~/.aliyun/config.json: its mode [a text that is no name] is none that is known; known are AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole, RamRoleArnWithRoleName, OIDC, CredentialsURI, External, CloudSSO, OAuth, BearerToken`},

		{"a ring of one", profile(`"mode":"ChainableRamRoleArn","source_profile":"p",` + roleFields), `profile "p"` + config + `ChainableRamRoleArn: source_profile leads in a ring: "p" → "p"; one of these profiles must have keys of its own`},
		{"a ring of two", profile(`"mode":"ChainableRamRoleArn","source_profile":"q",`+roleFields, `{"name":"q","mode":"ChainableRamRoleArn","source_profile":"p",`+roleFields+`}`), `profile "p"` + config + `ChainableRamRoleArn: source_profile "q", mode ChainableRamRoleArn: source_profile leads in a ring: "p" → "q" → "p"; one of these profiles must have keys of its own`},
		{"a ring further on", profile(`"mode":"ChainableRamRoleArn","source_profile":"q",`+roleFields, `{"name":"q","mode":"ChainableRamRoleArn","source_profile":"q",`+roleFields+`}`), `profile "p"` + config + `ChainableRamRoleArn: source_profile "q", mode ChainableRamRoleArn: source_profile leads in a ring: "q" → "q"; one of these profiles must have keys of its own`},
		{"no such source", profile(`"mode":"ChainableRamRoleArn","source_profile":"gone",` + roleFields), `profile "p"` + config + `ChainableRamRoleArn: its source_profile "gone" is not in the file`},
		{"a source that fails", answering("sts.aliyuncs.com", refusing(403, "NoPermission", "No."), profile(`"mode":"ChainableRamRoleArn","source_profile":"q",`+roleFields, `{"name":"q","mode":"RamRoleArn",`+keyFields+`,`+roleFields+`}`)), `profile "p"` + config + `ChainableRamRoleArn: source_profile "q", mode RamRoleArn: STS AssumeRole refused: NoPermission (HTTP 403, ` + requestID + `): No.; is ` + roleARN + ` right, does it trust this identity, and may that sts:AssumeRole?`},
		{"a bearer token as the source", profile(`"mode":"ChainableRamRoleArn","source_profile":"q",`+roleFields, `{"name":"q","mode":"BearerToken","bearer_token":"t"}`), `profile "p"` + config + `ChainableRamRoleArn: a bearer token cannot assume a role`},

		{"CloudSSO expired", sso(1700000000), `profile "p"` + config + "CloudSSO: the CloudSSO session expired at 2023-11-14T22:13:20Z; sign in again: aliyun configure --mode CloudSSO --profile p"},
		{"CloudSSO refuses", answering("portal.example", func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(rw, `{"ErrorCode":"InvalidToken","ErrorMessage":"bad `+canaryAccess+`","RequestId":"R-1"}`)
		}, sso(soon)), `profile "p"` + config + "CloudSSO: CloudSSO refused: InvalidToken (HTTP 401, request ID R-1): bad [removed]; sign in again: aliyun configure --mode CloudSSO --profile p"},
		{"CloudSSO by plain HTTP", profile(fmt.Sprintf(`"mode":"CloudSSO","cloud_sso_sign_in_url":"http://portal.example/","cloud_sso_account_id":"1","cloud_sso_access_config":"ac","access_token":%q,"cloud_sso_access_token_expire":%d`, canaryAccess, soon)), `profile "p"` + config + "CloudSSO: its cloud_sso_sign_in_url must begin with https://"},
		{"CloudSSO without a session", profile(`"mode":"CloudSSO","cloud_sso_sign_in_url":"https://portal.example/","cloud_sso_account_id":"1","cloud_sso_access_config":"ac"`), `profile "p"` + config + "CloudSSO: it has no access_token; sign in again: aliyun configure --mode CloudSSO --profile p"},
		{"OAuth expired", oauth(1700000000), `profile "p"` + config + "OAuth: the OAuth access token expired at 2023-11-14T22:13:20Z, and renewing it is not supported; run a command of aliyun with --profile p, which renews it, or sign in again: aliyun configure --mode OAuth --profile p"},
		{"OAuth refuses", oauth(soon), `profile "p"` + config + "OAuth: OAuth refused: invalid_token (HTTP 401, request ID R-2): expired [removed]; run a command of aliyun with --profile p, which renews it, or sign in again: aliyun configure --mode OAuth --profile p"},
		{"OAuth of no site", profile(`"mode":"OAuth","oauth_site_type":"MOON"`), `profile "p"` + config + "OAuth: its oauth_site_type is neither CN nor INTL"},

		{"a command that fails", profile(`"mode":"External","process_command":"sh -c 'echo ` + canarySecret + ` >&2; exit 3'"`), `profile "p"` + config + "External: its process_command failed: exit status 3"},
		{"a command that is none", profile(`"mode":"External","process_command":"/nowhere/` + canarySecret + `"`), `profile "p"` + config + "External: its process_command cannot be run: no such file or directory"},
		{"a command that prints no JSON", profile(`"mode":"External","process_command":"echo ` + canarySecret + `"`), `profile "p"` + config + "External: its process_command printed no JSON of a profile (mode, access_key_id, access_key_secret, sts_token)"},
		{"a command that gives half a key", profile(`"mode":"External","process_command":"echo '{\"access_key_id\":\"a\"}'"`), `profile "p"` + config + "External: what its process_command printed is incomplete: it has no access_key_secret"},
		{"a command that gives a role", profile(`"mode":"External","process_command":"echo '{\"mode\":\"RamRoleArn\"}'"`), `profile "p"` + config + `External: its process_command gave a profile of mode "RamRoleArn"; AK and StsToken are supported`},

		{"a credentials URI that refuses", answering("uri.example", func(rw http.ResponseWriter, _ *http.Request) {
			http.Error(rw, canarySecret, http.StatusInternalServerError)
		}, profile(`"mode":"CredentialsURI","credentials_uri":"http://uri.example/`+canaryAccess+`?k=`+canaryID+`"`)), `profile "p"` + config + "CredentialsURI: http://uri.example refused (HTTP 500)"},
		{"a credentials URI without a token", answering("uri.example", body(`{"AccessKeyId":"`+issuedID+`","AccessKeySecret":"`+issuedSecret+`"}`), profile(`"mode":"CredentialsURI","credentials_uri":"http://uri.example/"`)), `profile "p"` + config + "CredentialsURI: the answer of http://uri.example has no SecurityToken and no Expiration"},
		{"a credentials URI that is none", profile(`"mode":"CredentialsURI","credentials_uri":"` + canarySecret + `"`), `profile "p"` + config + "CredentialsURI: the credentials URI is no http or https URL"},
		{"no credentials URI", profile(`"mode":"CredentialsURI"`), `profile "p"` + config + "CredentialsURI: it has no credentials_uri"},
		{"the metadata service is turned off", profile(`"mode":"EcsRamRole","ram_role_name":"r"`), `profile "p"` + config + "EcsRamRole: the metadata service is turned off by ALIBABA_CLOUD_ECS_METADATA_DISABLED"},

		{"malformed JSON", file("{\n\"current\":\"p\",\n\"profiles\":[{\"access_key_secret\":\"" + canarySecret + "\",}]}"), "~/.aliyun/config.json: it is not valid JSON, line 3"},
		{"a text in the place of a number", profile(`"mode":"AK","expired_seconds":"` + canarySecret + `",` + keyFields), `~/.aliyun/config.json: profile "p": its field expired_seconds must be a number`},
		{"the current profile is gone", file(`{"current":"gone","profiles":[{"name":"p"}]}`), `~/.aliyun/config.json: its current profile, "gone", is not in it; set ALIBABA_CLOUD_PROFILE or: aliyun configure switch`},
		{"a secret as the current profile", file(`{"current":"` + canaryID + `","profiles":[{"name":"p"}]}`), `~/.aliyun/config.json: its current profile, [a text that is no name], is not in it; set ALIBABA_CLOUD_PROFILE or: aliyun configure switch`},
		{"a named profile that is nowhere", func(w *world) { role(w); w.t.Setenv("ALIBABA_CLOUD_PROFILE", "prod") }, `~/.alibabacloud/credentials: it has no section "prod"; ALIBABA_CLOUD_PROFILE chooses another`},
		{"a named file that is not there", set("ALIBABA_CLOUD_CONFIG_FILE", "/nowhere/c.json"), "/nowhere/c.json cannot be read: no such file or directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.write(".alibabacloud/credentials", "[default]\ntype = access_key\naccess_key_id = STS.another\naccess_key_secret = another\n")
			test.setUp(w)
			_, p, err := w.get()
			require.EqualError(t, err, test.says)
			assert.NotContains(t, err.Error(), "set ALIBABA_CLOUD_ACCESS_KEY_ID and")
			assert.Equal(t, "default chain", p.String())
			_, ok := p.Cached()
			assert.False(t, ok)
			_, again := p.GetCredential()
			require.EqualError(t, again, test.says, "and it stays so")
		})
	}
}

// TestSharedFileFails has files that nothing follows.
func TestSharedFileFails(t *testing.T) {
	const name = "~/.alibabacloud/credentials: "
	const in = "section [default] of " + name
	for text, says := range map[string]string{
		"[default]\naccess_key_secret " + canarySecret:                                  name + "line 2 is no name = value",
		"[default\naccess_key_secret = " + canarySecret:                                 name + "line 1 begins a section and does not end it",
		"[other]\ntype = access_key":                                                    name + `it has no section "default"; ALIBABA_CLOUD_PROFILE chooses another`,
		"[default]\npolicy = {\\\n}":                                                    name + "line 2 ends in a backslash: lines that go on are not supported",
		"[default]\n" + strings.Repeat("x", 1<<17):                                      name + "it is no file of text",
		"[default]\naccess_key_id = " + canaryID:                                        in + "it has no type",
		"[default]\ntype = " + canarySecret:                                             in + "its type [a text that is no name] is not supported; supported are access_key, sts, ecs_ram_role and ram_role_arn",
		"[default]\ntype = rsa_key_pair":                                                in + `its type "rsa_key_pair" is not supported; supported are access_key, sts, ecs_ram_role and ram_role_arn`,
		"[default]\ntype = access_key\naccess_key_id = " + canaryID:                     in + "it has no access_key_secret",
		"[default]\ntype = sts\naccess_key_id = a\naccess_key_secret = " + canarySecret: in + "it has no security_token",
		"[default]\ntype = ram_role_arn\naccess_key_id = a\naccess_key_secret = b":      in + "it names no role (ram_role_arn, role_arn)",
		"[default]\ntype = ram_role_arn\nrole_arn = r\naccess_key_id = a":               in + "it has no access_key_secret",
		"[default]\ntype = ram_role_arn\nrole_session_expiration = 1h\nrole_arn = r":    in + "role_session_expiration is no number of seconds",
	} {
		w := newWorld(t)
		w.write(".alibabacloud/credentials", text)
		t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", "http://uri.example/")
		_, _, err := w.get()
		require.EqualError(t, err, says)
		assert.Empty(t, w.asked, "what follows is not asked")
	}
	t.Run("a named profile without a file", func(t *testing.T) {
		w := newWorld(t)
		t.Setenv("ALIBABA_CLOUD_PROFILE", "prod")
		_, _, err := w.get()
		require.EqualError(t, err, `ALIBABA_CLOUD_PROFILE: no profile "prod" in ~/.aliyun/config.json, and there is no ~/.alibabacloud/credentials`)
	})
	t.Run("a file that may not be read", func(t *testing.T) {
		w := newWorld(t)
		require.NoError(t, os.MkdirAll(filepath.Join(w.home, ".alibabacloud", "credentials"), 0o700))
		_, _, err := w.get()
		require.EqualError(t, err, "~/.alibabacloud/credentials cannot be read: is a directory")
	})
}

// TestCauseStays finds the kind of a failure below: a time-out, a refused connection.
func TestCauseStays(t *testing.T) {
	w := newWorld(t)
	w.profiles(`{"name":"p","mode":"RamRoleArn",` + keyFields + `,` + roleFields + `}`)
	cause := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused for " + canarySecret)}
	transport := http.DefaultTransport.(*http.Transport) //nolint:forcetypeassert // newWorld's
	transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, cause }
	_, _, err := w.get()
	require.EqualError(t, err, `profile "p" of ~/.aliyun/config.json, mode RamRoleArn: no answer from https://sts.aliyuncs.com: dial tcp: refused for [removed]`)
	require.ErrorIs(t, err, cause)
}

// TestMetadataServiceThatIsSilent is every machine that is no instance, where packets to the address are dropped.
func TestMetadataServiceThatIsSilent(t *testing.T) {
	w := newWorld(t)
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
	http.DefaultTransport.(*http.Transport).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { //nolint:forcetypeassert // newWorld's
		<-ctx.Done()
		return nil, ctx.Err()
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := chain.New().GetCredential()
		require.ErrorContains(t, err, "no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and")
		require.ErrorContains(t, err, "; no metadata service answers, as on every machine that is no instance of ECS")
		assert.Equal(t, 4*time.Second, time.Since(start))
	})
	w.profiles(`{"name":"p","mode":"EcsRamRole","ram_role_name":"r"}`)
	synctest.Test(t, func(t *testing.T) {
		_, err := chain.New().GetCredential()
		require.EqualError(t, err, `profile "p" of ~/.aliyun/config.json, mode EcsRamRole: no answer from http://100.100.100.200 within 2s`)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
