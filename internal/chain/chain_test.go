package chain_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/chain"
)

const (
	ownKeys    = "own"    // canaryID and canarySecret
	ownSession = "own, t" // with canaryToken
	newSession = "issued"
	aBearer    = "bearer"
)

var keyFields = fmt.Sprintf(`"access_key_id":%q,"access_key_secret":%q`, canaryID, canarySecret)

const roleFields = `"ram_role_arn":"` + roleARN + `","ram_session_name":"s"`

func inOneHour() int64 { return time.Now().Add(time.Hour).Unix() }

// TestSourcesAndModes is the table of the documents: every variable and every mode of a profile that works.
func TestSourcesAndModes(t *testing.T) {
	profileOf := func(mode, fields string, others ...string) func(*world) {
		return func(w *world) {
			w.profiles(append([]string{`{"name":"p","mode":"` + mode + `",` + fields + `}`}, others...)...)
		}
	}
	section := func(text string) func(*world) {
		return func(w *world) {
			w.write(".alibabacloud/credentials", "# mine\n[other]\ntype = bearer\n\n[default]\n"+text)
		}
	}
	set := func(pairs ...string) func(*world) {
		return func(w *world) {
			for i := 0; i < len(pairs); i += 2 {
				w.t.Setenv("ALIBABA_CLOUD_"+pairs[i], pairs[i+1])
			}
		}
	}
	const config, shared = " of ~/.aliyun/config.json", " of ~/.alibabacloud/credentials"
	covered := make(map[string]bool)
	for _, test := range []struct {
		name  string
		setUp func(*world)
		gives string
		who   string
		asks  string // the requests, those for a metadata token left out
	}{
		{"access key", set("ACCESS_KEY_ID", canaryID, "ACCESS_KEY_SECRET", canarySecret), ownKeys, "environment variables", ""},
		{"temporary key", set("ACCESS_KEY_ID", canaryID, "ACCESS_KEY_SECRET", canarySecret, "SECURITY_TOKEN", canaryToken), ownSession, "environment variables", ""},
		{"RRSA by token", set("ROLE_ARN", roleARN, "OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/o", "OIDC_TOKEN", canaryToken), newSession, "RRSA (OIDC variables)", "POST https://sts.aliyuncs.com/"},
		{"RRSA by file", func(w *world) {
			w.write("token", canaryToken+"\n")
			set("ROLE_ARN", roleARN, "OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/o", "OIDC_TOKEN_FILE", filepath.Join(w.home, "token"), "ROLE_SESSION_NAME", "n")(w)
		}, newSession, "RRSA (OIDC variables)", "POST https://sts.aliyuncs.com/"},
		{"RRSA inside a VPC", set("ROLE_ARN", roleARN, "OIDC_PROVIDER_ARN", "o", "OIDC_TOKEN", canaryToken, "STS_REGION", "cn-c", "VPC_ENDPOINT_ENABLED", "true"), newSession, "RRSA (OIDC variables)", "POST https://sts-vpc.cn-c.aliyuncs.com/"},
		{"RRSA with an endpoint", set("ROLE_ARN", roleARN, "OIDC_PROVIDER_ARN", "o", "OIDC_TOKEN", canaryToken, "STS_REGION", "cn-c", "STS_ENDPOINT", "sts-vpc.cn-a.internal"), newSession, "RRSA (OIDC variables)", "POST https://sts-vpc.cn-a.internal/"},

		{"AK", profileOf("AK", keyFields), ownKeys, `profile "p"` + config + `, mode AK`, ""},
		{"ak in small letters", profileOf("ak", keyFields), ownKeys, `profile "p"` + config + `, mode AK`, ""},
		{"StsToken", profileOf("StsToken", keyFields+`,"sts_token":"`+canaryToken+`"`), ownSession, `profile "p"` + config + `, mode StsToken`, ""},
		{"BearerToken", profileOf("BearerToken", `"bearer_token":"`+canaryToken+`"`), aBearer, `profile "p"` + config + `, mode BearerToken`, ""},
		{"RamRoleArn", profileOf("RamRoleArn", keyFields+","+roleFields+`,"policy":"{}","external_id":"x","expired_seconds":900`), newSession, `profile "p"` + config + `, mode RamRoleArn`, "POST https://sts.aliyuncs.com/"},
		{"RamRoleArn with a token", profileOf("RamRoleArn", keyFields+`,"sts_token":"`+canaryToken+`",`+roleFields), newSession, `profile "p"` + config + `, mode RamRoleArn`, "POST https://sts.aliyuncs.com/"},
		{"RamRoleArn with an endpoint", profileOf("RamRoleArn", keyFields+`,"sts_region":"cn-b","sts_endpoint":" https://sts-vpc.cn-a.internal/ ",`+roleFields), newSession, `profile "p"` + config + `, mode RamRoleArn`, "POST https://sts-vpc.cn-a.internal/"},
		{"RamRoleArn with a region", profileOf("RamRoleArn", keyFields+`,"sts_region":"cn-b",`+roleFields), newSession, `profile "p"` + config + `, mode RamRoleArn`, "POST https://sts.cn-b.aliyuncs.com/"},
		{"RamRoleArn inside a VPC", profileOf("RamRoleArn", keyFields+`,"sts_region":"cn-c","enable_vpc":true,`+roleFields), newSession, `profile "p"` + config + `, mode RamRoleArn`, "POST https://sts-vpc.cn-c.aliyuncs.com/"},
		{"ChainableRamRoleArn", profileOf("ChainableRamRoleArn", `"source_profile":"q",`+roleFields, `{"name":"q","mode":"ChainableRamRoleArn","source_profile":"r",`+roleFields+`}`, `{"name":"r","mode":"AK",`+keyFields+`}`), newSession, `profile "p"` + config + `, mode ChainableRamRoleArn`, "POST https://sts.aliyuncs.com/ POST https://sts.aliyuncs.com/"},
		{"EcsRamRole", func(w *world) {
			w.t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
			profileOf("EcsRamRole", `"ram_role_name":"named"`)(w)
		}, newSession, `profile "p"` + config + `, mode EcsRamRole`, "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/named"},
		{"RamRoleArnWithRoleName", func(w *world) {
			w.t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
			profileOf("RamRoleArnWithRoleName", `"ram_role_name":"named",`+roleFields)(w)
		}, newSession, `profile "p"` + config + `, mode RamRoleArnWithRoleName`, "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/named POST https://sts.aliyuncs.com/"},
		{"OIDC", func(w *world) {
			w.write("token", canaryToken)
			profileOf("OIDC", fmt.Sprintf(`"oidc_provider_arn":"o","oidc_token_file":%q,`, filepath.Join(w.home, "token"))+roleFields)(w)
		}, newSession, `profile "p"` + config + `, mode OIDC`, "POST https://sts.aliyuncs.com/"},
		{"CredentialsURI", profileOf("CredentialsURI", `"credentials_uri":"http://uri.example/keys"`), newSession, `profile "p"` + config + `, mode CredentialsURI`, "GET http://uri.example/keys"},
		{"External", func(w *world) {
			w.write("keys.json", `{"mode":"StsToken",`+keyFields+`,"sts_token":"`+canaryToken+`"}`)
			profileOf("External", fmt.Sprintf(`"process_command":"cat '%s'"`, filepath.Join(w.home, "keys.json")))(w)
		}, ownSession, `profile "p"` + config + `, mode External`, ""},
		{"CloudSSO", profileOf("CloudSSO", fmt.Sprintf(`"cloud_sso_sign_in_url":"https://portal.example/device/login","cloud_sso_account_id":"1","cloud_sso_access_config":"ac","access_token":%q,"cloud_sso_access_token_expire":%d`, canaryAccess, inOneHour())), newSession, `profile "p"` + config + `, mode CloudSSO`, "POST https://portal.example/cloud-credentials"},
		{"OAuth with keys that last", profileOf("OAuth", fmt.Sprintf(`%s,"sts_token":%q,"sts_expiration":%d,"oauth_refresh_token":"f"`, keyFields, canaryToken, inOneHour())), ownSession, `profile "p"` + config + `, mode OAuth`, ""},
		{"OAuth with keys that expired", profileOf("OAuth", fmt.Sprintf(`%s,"sts_token":"t","sts_expiration":1,"oauth_site_type":"cn","oauth_access_token":%q,"oauth_access_token_expire":%d,"oauth_refresh_token":"f"`, keyFields, canaryAccess, inOneHour())), newSession, `profile "p"` + config + `, mode OAuth`, "POST https://oauth.aliyun.com/v1/exchange"},
		{"another file and profile", func(w *world) {
			w.write("elsewhere.json", "\uFEFF"+`{"current":"x","profiles":[null,{"name":"x","mode":5},{"name":"y","mode":"AK",`+keyFields+`},{"name":"y","mode":"nonsense"}]}`)
			set("CONFIG_FILE", filepath.Join(w.home, "elsewhere.json"), "PROFILE", "y")(w)
		}, ownKeys, `profile "y" of HOME/elsewhere.json, mode AK`, ""},

		{"access_key", section("type = access_key\naccess_key_id = " + canaryID + " ; mine\naccess_key_secret: \"" + canarySecret + "\"\n"), ownKeys, "section [default]" + shared + ", type access_key", ""},
		{"sts", section("type = sts\naccess_key_id = " + canaryID + "\naccess_key_secret = " + canarySecret + "\nsecurity_token = " + canaryToken), ownSession, "section [default]" + shared + ", type sts", ""},
		{"ram_role_arn", section("type=ram_role_arn\naccess_key_id=" + canaryID + "\naccess_key_secret=" + canarySecret + "\nrole_arn=" + roleARN + "\nrole_session_name=s\nrole_session_expiration=900"), newSession, "section [default]" + shared + ", type ram_role_arn", "POST https://sts.aliyuncs.com/"},
		{"ecs_ram_role", func(w *world) {
			w.t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
			section("type=ecs_ram_role\nrole_name=named")(w)
		}, newSession, "section [default]" + shared + ", type ecs_ram_role", "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/named"},
		{"another section", func(w *world) {
			w.profiles(`{"name":"p","mode":"AK","access_key_id":"a","access_key_secret":"b"}`)
			w.write("ini", "[default]\ntype = access_key\n[prod]\ntype = access_key\naccess_key_id = "+canaryID+"\naccess_key_secret = "+canarySecret)
			set("CREDENTIALS_FILE", filepath.Join(w.home, "ini"), "PROFILE", "prod")(w)
		}, ownKeys, "section [prod] of HOME/ini, type access_key", ""},
		{"command line turned off", func(w *world) {
			w.profiles(`{"name":"p","mode":"nonsense"}`)
			set("CLI_PROFILE_DISABLED", "true", "CREDENTIALS_URI", "http://uri.example/")(w)
		}, newSession, "ALIBABA_CLOUD_CREDENTIALS_URI", "GET http://uri.example/"},
		{"files with nothing in them", func(w *world) {
			w.write(".aliyun/config.json", " \n")
			w.write(".alibabacloud/credentials", "\n")
			set("CREDENTIALS_URI", "http://uri.example/")(w)
		}, newSession, "ALIBABA_CLOUD_CREDENTIALS_URI", "GET http://uri.example/"},
		{"no current profile", func(w *world) {
			w.write(".aliyun/config.json", `{"profiles":[{"name":"default","mode":"AK",`+keyFields+`}]}`)
		}, ownKeys, `profile "default"` + config + ", mode AK", ""},
		{"a profile that was never filled in", func(w *world) {
			w.profiles(`{"name":"p","mode":"AK","access_key_id":"","region_id":"cn-hangzhou","output_format":"json"}`)
			set("CREDENTIALS_URI", "http://uri.example/")(w)
		}, newSession, "ALIBABA_CLOUD_CREDENTIALS_URI", "GET http://uri.example/"},
		{"instance role, named", set("ECS_METADATA", "named", "ECS_METADATA_DISABLED", ""), newSession, "role of this instance, named by ALIBABA_CLOUD_ECS_METADATA", "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/named"},
		{"instance role, found", set("ECS_METADATA_DISABLED", ""), newSession, "role attached of this instance", "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/ GET http://100.100.100.200/latest/meta-data/ram/security-credentials/attached"},
		{"credentials URI", set("CREDENTIALS_URI", "http://uri.example/x?y=z", "ECS_METADATA_DISABLED", ""), newSession, "ALIBABA_CLOUD_CREDENTIALS_URI", "GET http://uri.example/x"},
	} {
		_, mode, _ := strings.Cut(test.who, ", mode ")
		covered[mode] = true
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			test.setUp(w)
			m, p, err := w.get()
			require.NoError(t, err)
			got := []string{tea.StringValue(m.AccessKeyId), tea.StringValue(m.AccessKeySecret), tea.StringValue(m.SecurityToken), tea.StringValue(m.BearerToken)}
			assert.Equal(t, map[string][]string{
				ownKeys: {canaryID, canarySecret, "", ""}, ownSession: {canaryID, canarySecret, canaryToken, ""},
				newSession: {issuedID, issuedSecret, issuedToken, ""}, aBearer: {"", "", "", canaryToken},
			}[test.gives], got)
			who := strings.ReplaceAll(test.who, "HOME", w.home)
			assert.Equal(t, who, tea.StringValue(m.ProviderName))
			assert.Equal(t, "default chain: "+who, p.String())
			requests := slices.DeleteFunc(slices.Clone(w.asked), func(r string) bool { return strings.HasSuffix(r, "/api/token") })
			assert.Equal(t, test.asks, strings.Join(requests, " "))
			again, ok := p.Cached()
			if mode == "External" { // its token does not say how long it lives
				assert.False(t, ok)
			} else {
				require.True(t, ok)
				assert.Equal(t, m, again)
			}
		})
	}
	t.Run("every mode", func(t *testing.T) {
		w := newWorld(t)
		w.profiles(`{"name":"p","mode":"nonsense"}`)
		_, _, err := w.get()
		_, known, _ := strings.Cut(err.Error(), "known are ")
		for _, mode := range strings.Split(known, ", ") {
			assert.True(t, covered[mode], "%s is known and not in the table", mode)
		}
	})
}

// TestNothingIsSetUp is the one case in which the variables of an access key are asked for.
func TestNothingIsSetUp(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.get()
	require.EqualError(t, err, "no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or Config.Credentials; nothing else is set up either: "+
		"ALIBABA_CLOUD_ACCESS_KEY_ID is not set; ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set; no ~/.aliyun/config.json; no ~/.alibabacloud/credentials; "+
		"ALIBABA_CLOUD_CREDENTIALS_URI is not set; the metadata service is turned off by ALIBABA_CLOUD_ECS_METADATA_DISABLED")
	assert.Empty(t, w.asked)
}

// TestOrder has every source at once, and takes them away one by one.
func TestOrder(t *testing.T) {
	w := newWorld(t)
	w.t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
	w.profiles(`{"name":"p","mode":"AK",` + keyFields + `}`)
	w.write(".alibabacloud/credentials", "[default]\ntype=access_key\naccess_key_id="+canaryID+"\naccess_key_secret="+canarySecret)
	variables := []struct{ name, value string }{
		{"ACCESS_KEY_ID", canaryID},
		{"ACCESS_KEY_SECRET", canarySecret},
		{"ROLE_ARN", roleARN},
		{"OIDC_PROVIDER_ARN", "o"},
		{"OIDC_TOKEN", canaryToken},
		{"ECS_METADATA", "named"},
		{"CREDENTIALS_URI", "http://uri.example/"},
	}
	for _, v := range variables {
		t.Setenv("ALIBABA_CLOUD_"+v.name, v.value)
	}
	for _, step := range []struct {
		who  string
		drop func()
	}{
		{"environment variables", func() { t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", ""); t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "") }},
		{"RRSA", func() {
			for _, v := range variables[2:5] {
				t.Setenv("ALIBABA_CLOUD_"+v.name, "")
			}
		}},
		{"profile", func() { require.NoError(t, os.RemoveAll(filepath.Join(w.home, ".aliyun"))) }},
		{"section", func() { require.NoError(t, os.RemoveAll(filepath.Join(w.home, ".alibabacloud"))) }},
		{"role of this instance, named", func() { t.Setenv("ALIBABA_CLOUD_ECS_METADATA", "") }},
		{"ALIBABA_CLOUD_CREDENTIALS_URI", func() { t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", "") }},
		{"role attached", func() {}},
	} {
		m, _, err := w.get()
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(tea.StringValue(m.ProviderName), step.who), "%s, want %s", tea.StringValue(m.ProviderName), step.who)
		step.drop()
	}
}

// TestNoOtherIdentityFollows changes the setup under a chain that has signed.
func TestNoOtherIdentityFollows(t *testing.T) {
	w := newWorld(t)
	w.profiles(`{"name":"p","mode":"StsToken",` + keyFields + `,"sts_token":"old"}`)
	p := chain.New()
	_, err := p.GetCredential()
	require.NoError(t, err)
	w.profiles(`{"name":"p","mode":"StsToken",` + keyFields + `,"sts_token":"renewed"}`)
	p.Forget(canaryID, "another")
	m, err := p.GetCredential()
	require.NoError(t, err)
	assert.Equal(t, "old", tea.StringValue(m.SecurityToken), "keys that others refused are not these")
	p.Forget(canaryID, "old")
	m, err = p.GetCredential()
	require.NoError(t, err)
	assert.Equal(t, "renewed", tea.StringValue(m.SecurityToken), "the same source, read anew")
	w.write(".aliyun/config.json", `{"current":"q","profiles":[{"name":"q","mode":"AK",`+keyFields+`}]}`)
	p.Forget(canaryID, "renewed")
	for range 2 {
		_, err = p.GetCredential()
		require.EqualError(t, err, `profile "p" of ~/.aliyun/config.json, mode StsToken: these credentials signed so far, and now the chain finds profile "q" of ~/.aliyun/config.json, mode AK instead: make a new client if that is meant`)
	}
	t.Run("variables that went away", func(t *testing.T) {
		newWorld(t)
		t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", canaryID)
		t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", canarySecret)
		p := chain.New()
		_, err := p.GetCredential()
		require.NoError(t, err)
		t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", canarySecret+"2")
		m, ok := p.Cached()
		require.True(t, ok)
		assert.Equal(t, canarySecret+"2", tea.StringValue(m.AccessKeySecret), "a new key is used at once")
		t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
		_, ok = p.Cached()
		assert.False(t, ok)
		_, err = p.GetCredential()
		require.ErrorContains(t, err, "ALIBABA_CLOUD_ACCESS_KEY_SECRET is set without ALIBABA_CLOUD_ACCESS_KEY_ID")
	})
}

// TestRenewal asks once for keys that last, and every time for those about to expire.
func TestRenewal(t *testing.T) {
	for _, test := range []struct {
		lifetime time.Duration
		requests int
	}{{time.Hour, 1}, {2 * time.Minute, 3}} {
		w := newWorld(t)
		t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", "http://uri.example/")
		w.answers["uri.example"] = func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(rw, "{%s}", issued(time.Now().Add(test.lifetime)))
		}
		p := chain.New()
		for range 3 {
			_, err := p.GetCredential()
			require.NoError(t, err)
		}
		assert.Len(t, w.asked, test.requests)
	}
}

func TestPrintsMasked(t *testing.T) {
	newWorld(t)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", canaryID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", canarySecret)
	p := chain.New()
	_, err := p.GetCredential()
	require.NoError(t, err)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	assert.Equal(t, `"default chain: environment variables"`, string(text))
	assert.Equal(t, "default chain: environment variables", p.LogValue().String())
	assert.Equal(t, "default chain: environment variables", fmt.Sprintf("%d", p))
	assert.NotContains(t, fmt.Sprintf("%+v %#v", struct{ p *chain.Provider }{p}, p), canarySecret)
}

// TestProxies has a proxy for everything. Plain HTTP goes past it, HTTPS into its tunnel.
func TestProxies(t *testing.T) {
	through := func(t *testing.T, w *world) {
		t.Helper()
		proxy, err := url.Parse(w.proxy.URL)
		require.NoError(t, err)
		http.DefaultTransport.(*http.Transport).Proxy = http.ProxyURL(proxy) //nolint:forcetypeassert // newWorld's
	}
	for name, variables := range map[string]map[string]string{
		"the role of the instance": {"ECS_METADATA": "named", "ECS_METADATA_DISABLED": ""},
		"a role that is found":     {"ECS_METADATA_DISABLED": ""},
		"a credentials URI":        {"CREDENTIALS_URI": "http://uri.example/"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			through(t, w)
			for variable, value := range variables {
				t.Setenv("ALIBABA_CLOUD_"+variable, value)
			}
			_, _, err := w.get()
			require.NoError(t, err)
			assert.Empty(t, w.proxied)
			assert.NotEmpty(t, w.asked)
		})
	}
	t.Run("STS", func(t *testing.T) {
		w := newWorld(t)
		through(t, w)
		w.profiles(`{"name":"p","mode":"RamRoleArn",` + keyFields + `,` + roleFields + `}`)
		_, _, err := w.get()
		require.ErrorContains(t, err, "no answer from https://sts.aliyuncs.com: ")
		assert.Equal(t, []string{"CONNECT sts.aliyuncs.com:443"}, w.proxied, "the proxy sees the host alone")
	})
	t.Run("a transport that is no *http.Transport", func(t *testing.T) {
		w := newWorld(t)
		http.DefaultTransport = roundTripper(func(r *http.Request) (*http.Response, error) {
			t.Errorf("it was given %s", r.URL)
			return nil, http.ErrServerClosed
		})
		t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", w.proxy.URL)
		_, _, err := w.get()
		require.ErrorContains(t, err, "(HTTP 502)", "plain HTTP is dialled")
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
