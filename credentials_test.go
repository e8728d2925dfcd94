package untag_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// TestProfilesThatCredentialsGoCannotTake are those that ended the process, or cost the user a part of the file. The
// tables of internal/chain have every source, mode and error.
func TestProfilesThatCredentialsGoCannotTake(t *testing.T) {
	keys := fmt.Sprintf(`"access_key_id":%q,"access_key_secret":%q`, hiddenID, hiddenSecret)
	const role = `"mode":"ChainableRamRoleArn","ram_role_arn":"acs:ram::1:role/r","ram_session_name":"s"`
	output := filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, os.WriteFile(output, []byte("{"+keys+"}"), 0o600))
	for _, test := range []struct{ name, profiles, says string }{
		{"a ring of one", `{"name":"a",` + role + `,"source_profile":"a"}`, `profile "a" of ~/.aliyun/config.json, mode ChainableRamRoleArn: source_profile leads in a ring: "a" → "a"`},
		{"a ring of two", `{"name":"a",` + role + `,"source_profile":"b"},{"name":"b",` + role + `,"source_profile":"a"}`, `source_profile leads in a ring: "a" → "b" → "a"`},
		{"External", fmt.Sprintf(`{"name":"a","mode":"External","process_command":"cat %s"}`, output), ""},
		{"OAuth", fmt.Sprintf(`{"name":"a","mode":"OAuth",%s,"sts_token":%q,"sts_expiration":%d}`, keys, hiddenToken, time.Now().Add(time.Hour).Unix()), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(bareEnvironment(t), ".aliyun", "config.json")
			text := `{"current":"a","profiles":[` + test.profiles + `,{"name":"z","mode":"AK","private_key":"k","bearer_token":"b","sts_endpoint":"s"}],"meta_path":"m"}`
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			cloud := knownCloud(hiddenToken, "")
			if test.name == "OAuth" {
				cloud = knownCloud(hiddenToken)
			}
			chain := untag.DefaultCredentials()
			_, err := chained(t, cloud, chain).UntagResources(t.Context(), instance)
			if test.says == "" {
				require.NoError(t, err)
				assert.Equal(t, fmt.Sprintf(`default chain: profile "a" of ~/.aliyun/config.json, mode %s`, test.name), fmt.Sprint(chain))
			} else {
				require.ErrorIs(t, err, untag.ErrUnauthenticated)
				require.ErrorIs(t, err, untag.ErrNotAttempted)
				require.ErrorContains(t, err, test.says)
			}
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, text, string(left))
			entries, err := os.ReadDir(filepath.Dir(path))
			require.NoError(t, err)
			assert.Len(t, entries, 1, "nothing beside it")
		})
	}
}

// TestConfigShowsChain prints the source of a chain that was asked, in every way that a Config prints.
func TestConfigShowsChain(t *testing.T) {
	bareEnvironment(t)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", hiddenID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", hiddenSecret)
	config := untag.Config{Credentials: untag.DefaultCredentials()}
	assert.Contains(t, config.String(), "Credentials:default chain Endpoint")
	_, err := config.Credentials.GetCredential()
	require.NoError(t, err)
	assert.Contains(t, config.String(), "Credentials:default chain: environment variables Endpoint")
	c := new(cage)
	c.print(config, config.Credentials)
	c.check(t)
}

// TestRefusedTokenOfChain has the service refuse a token that would last for another hour: the chain lets go of it, once
// for all calls that were refused.
func TestRefusedTokenOfChain(t *testing.T) {
	bareEnvironment(t)
	source := issue(t, func(n int64) string { return temporary(fmt.Sprint(hiddenToken, n), time.Hour) })
	t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", source.URL)
	cloud := knownCloud(hiddenToken + "1")
	client := chained(t, cloud, nil)
	_, err := client.UntagResources(t.Context(), instance)
	require.NoError(t, err)
	cloud.ExpireKey(hiddenID)
	cloud.AllowKey(hiddenID, hiddenSecret, hiddenToken+"2")
	var work sync.WaitGroup
	for range 20 {
		work.Go(func() {
			_, err := client.UntagResources(t.Context(), instance)
			assert.NoError(t, err)
		})
	}
	work.Wait()
	assert.EqualValues(t, 2, source.asked.Load())
}
