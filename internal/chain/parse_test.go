package chain_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/chain"
)

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func TestReadSection(t *testing.T) {
	t.Parallel()
	text := "\uFEFFabove = all\n; c\n[a]\r\nx = 1 # one\ny: 2\n z = \"3 # three\" \nempty =\n[b]\nx = 4\n[a]\nx = 5\nq='single'\nurl = http://h/?a=b;c#d\n"
	section, err := chain.ReadSection([]byte(text), "a")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"x": "5", "y": "2", "z": "3 # three", "empty": "", "q": "single", "url": "http://h/?a=b;c#d"}, section)
	section, err = chain.ReadSection([]byte(text), "c")
	require.NoError(t, err)
	assert.Nil(t, section)
}

func TestMisspelt(t *testing.T) {
	t.Parallel()
	for name, odd := range map[string]bool{
		"ALIBABA_CLOUD_ACCESS_KEY_ID":     false,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET": false,
		"ALIBABA_CLOUD_SECURITY_TOKEN":    false,
		"ALIBABA_CLOUD_ACCESS_KEY_SECERT": true,
		"ALIBABA_CLOUD_ACCESS_KEY":        true,
		"ALIBABA_CLOUD_ACCESS_SECRET":     true,
		"ALIBABA_CLOUD_ACCESSKEY_ID":      true,
		"ALIBABACLOUD_ACCESS_KEY_SECRET":  true,
		"ALICLOUD_ACCESS_KEY_ID":          true,
		"alibaba_cloud_access_key_id":     true,
		"ALIBABA_CLOUD_SECURTY_TOKEN":     true,
		"ALICLOUD_ACCESS_KEY":             false, // Terraform's
		"ALIBABA_CLOUD_REGION_ID":         false,
		"ALIBABA_CLOUD_ROLE_ARN":          false,
		"AWS_ACCESS_KEY_ID":               false,
		"PATH":                            false,
	} {
		assert.Equal(t, odd, chain.Misspelt([]string{name + "=" + canarySecret}) != nil, name)
		assert.Empty(t, chain.Misspelt([]string{name + "="}), name)
	}
}

// FuzzFiles has nothing panic or recurse without end, and no error quote a file.
func FuzzFiles(f *testing.F) {
	f.Add([]byte(`{"current":"a","profiles":[{"name":"a","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"r"},{"name":"b","mode":"ChainableRamRoleArn","source_profile":"a"}]}`))
	f.Add([]byte("[default]\ntype = access_key\naccess_key_id = a\n"))
	f.Add([]byte(`{"current":"a","profiles":[null,{"name":"a","expired_seconds":"x"}]}`))
	f.Add([]byte(`sh -c "a \"b" 'c'`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, err := range []error{chain.Current(data), sectionError(data)} {
			if err != nil {
				assert.Less(t, len(err.Error()), 2000)
				assert.NotContains(t, strings.ReplaceAll(err.Error(), "\n", " and "), canarySecret)
			}
		}
		args, err := chain.Split(string(data), false)
		assert.True(t, err != nil || len(args) > 0)
	})
}

func sectionError(data []byte) error {
	_, err := chain.ReadSection(data, "default")
	return err
}
