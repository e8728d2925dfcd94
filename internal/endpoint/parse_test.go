package endpoint_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/endpoint"
)

var (
	longLabel = strings.Repeat("a", 63)
	longName  = strings.Repeat(longLabel+".", 3) + strings.Repeat("b", 61) // 253 bytes
)

func TestParse(t *testing.T) {
	t.Parallel()
	for override, want := range map[string]endpoint.Target{
		"tag.aliyuncs.com":                   {Scheme: "https", Host: "tag.aliyuncs.com"},
		"tag.aliyuncs.com:8443":              {Scheme: "https", Host: "tag.aliyuncs.com:8443"},
		"tag.aliyuncs.com/":                  {Scheme: "https", Host: "tag.aliyuncs.com"},
		"https://tag.aliyuncs.com":           {Scheme: "https", Host: "tag.aliyuncs.com"},
		"https://tag.aliyuncs.com/":          {Scheme: "https", Host: "tag.aliyuncs.com"},
		"https://tag.aliyuncs.com:443":       {Scheme: "https", Host: "tag.aliyuncs.com:443"},
		"HTTPS://Tag.AliyunCS.com:1/":        {Scheme: "https", Host: "tag.aliyuncs.com:1"},
		"gateway":                            {Scheme: "https", Host: "gateway"},
		"my_gateway:65535":                   {Scheme: "https", Host: "my_gateway:65535"},
		"xn--fiqs8s":                         {Scheme: "https", Host: "xn--fiqs8s"},
		"1a.2b.c3":                           {Scheme: "https", Host: "1a.2b.c3"},
		"0xyz":                               {Scheme: "https", Host: "0xyz"},
		"10.0.0.1":                           {Scheme: "https", Host: "10.0.0.1"},
		"10.0.0.1:80":                        {Scheme: "https", Host: "10.0.0.1:80"},
		"[2001:DB8::1]":                      {Scheme: "https", Host: "[2001:db8::1]"},
		"https://[2001:db8:0:0:0:0:0:1]:80/": {Scheme: "https", Host: "[2001:db8::1]:80"},
		longName:                             {Scheme: "https", Host: longName},
		"https://localhost:8080":             {Scheme: "https", Host: "localhost:8080"},
		"http://localhost":                   {Scheme: "http", Host: "localhost"},
		"HTTP://LocalHost:8080/":             {Scheme: "http", Host: "localhost:8080"},
		"https://tag.localhost:1":            {Scheme: "https", Host: "tag.localhost:1"},
		"http://127.0.0.1:8080":              {Scheme: "http", Host: "127.0.0.1:8080"},
		"http://127.255.255.254":             {Scheme: "http", Host: "127.255.255.254"},
		"http://[::1]":                       {Scheme: "http", Host: "[::1]"},
		"http://[0:0:0:0:0:0:0:1]:8080/":     {Scheme: "http", Host: "[::1]:8080"},
	} {
		t.Run(override, func(t *testing.T) {
			t.Parallel()
			target, err := endpoint.Parse(override)
			require.NoError(t, err)
			require.Equal(t, want, target)
			requireURLOfHost(t, target)
		})
	}
}

// refused pairs overrides with a part of the error they must give.
var refused = []struct {
	override, want string
}{
	{"", "is empty"},
	{"/", "no host"},
	{"https://", "no host"},
	{"https:///", "no host"},
	{":80", "no host"},
	{"https://:80", "no host"},

	{"ftp://a.example", "scheme"},
	{"httpx://a.example", "scheme"},
	{"://a.example", "scheme"},
	{"javascript://a", "scheme"},
	{"https:a.example", "port"},
	{"https:/a.example", "path"},
	{"//a.example", "path"},
	{"https://https://a.example", "path"},

	{"user:hunter2@a.example", "user name or a password"},
	{"https://user:hunter2@a.example/", "user name or a password"},
	{"http://localhost@a.example", "user name or a password"},
	{"http://localhost:80@a.example", "user name or a password"},
	{"a.example/path", "path"},
	{"https://a.example//", "path"},
	{"https://a.example/hunter2/", "path"},
	{"a.example?x=1", "query"},
	{"https://a.example/?", "query"},
	{"a.example#x", "fragment"},
	{`a.example\`, "other than letters"},
	{`https://localhost\@a.example`, "user name or a password"},
	{`http:\\localhost`, "port"},
	{"a%2eexample", "percent"},
	{"[fe80::1%25eth0]", "percent"},
	{"[fe80::1%eth0]", "percent"},

	{" a.example", "space"},
	{"a.example ", "space"},
	{"a.example\n", "control"},
	{"a.example\r\nX: hunter2", "space or a control"},
	{"a\x00.example", "control"},
	{"a\x7f.example", "control"},
	{"a\t.example", "control"},
	{"ａ.example", "not ASCII"},
	{"a.example。com", "not ASCII"},
	{"localhoſt", "not ASCII"},
	{"http://\u212Aocalhost", "not ASCII"},
	{"a\xff", "not ASCII"},

	{"a..example", "empty label"},
	{".a.example", "empty label"},
	{"a.example.", "empty label"},
	{"..", "empty label"},
	{longLabel + "a.example", "more than 63"},
	{longName + "b", "more than 253"},
	{"-a.example", "hyphen"},
	{"a-.example", "hyphen"},
	{"a.-", "hyphen"},
	{"a!b", "other than letters"},
	{"a,b", "other than letters"},
	{"*.example", "other than letters"},
	{"a]", "other than letters"},

	{"a.example:", "port"},
	{"a.example:0", "port"},
	{"a.example:65536", "port"},
	{"a.example:080", "port"},
	{"a.example:+80", "port"},
	{"a.example:-1", "port"},
	{"a.example:8_0", "port"},
	{"a.example:http", "port"},
	{"a.example:99999999999999999999", "port"},
	{"[::1]:0", "port"},
	{"[::1]:", "port"},
	{"a.example:80:80", "more than one colon"},
	{"::1", "more than one colon"},
	{"http://::1", "more than one colon"},
	{"http://::1:8080", "more than one colon"},

	{"[::1", "colon"},
	{"[", "brackets"},
	{"[]", "brackets"},
	{"[::1]x", "brackets"},
	{"[::1]]", "brackets"},
	{"[[::1]]", "brackets"},
	{"[127.0.0.1]", "brackets"},
	{"[localhost]", "brackets"},
	{"[::ffff:127.0.0.1]", "brackets"},
	{"http://[::ffff:7f00:1]", "brackets"},

	{"http://0x7f.1", "IPv4"},
	{"http://2130706433", "IPv4"},
	{"http://0x7f000001", "IPv4"},
	{"http://0X7F000001", "IPv4"},
	{"http://0x", "IPv4"},
	{"http://017700000001", "IPv4"},
	{"http://127.1", "IPv4"},
	{"http://127.0.0.01", "IPv4"},
	{"http://127.0.0.256", "IPv4"},
	{"http://127.0.0.1.1", "IPv4"},
	{"2130706433", "IPv4"},
	{"a.example.1", "IPv4"},

	{"http://a.example", "uses http"},
	{"http://tag.aliyuncs.com:80/", "uses http"},
	{"http://localhost.example", "uses http"},
	{"http://tag.localhost", "uses http"},
	{"http://mylocalhost", "uses http"},
	{"http://127.0.0.1.example", "uses http"},
	{"http://0.0.0.0", "uses http"},
	{"http://10.0.0.1", "uses http"},
	{"http://169.254.169.254", "uses http"},
	{"http://128.0.0.1", "uses http"},
	{"http://[::]", "uses http"},
	{"http://[::2]", "uses http"},
	{"http://[::127.0.0.1]", "uses http"},
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range refused {
		target, err := endpoint.Parse(row.override)
		require.ErrorContains(t, err, row.want, "%q", row.override)
		require.Zero(t, target, "%q", row.override)
		require.NotContains(t, err.Error(), "hunter2", "an error must not repeat a password")
	}
}

// A region that is refused as a region must be harmless as an endpoint too: refused, or exactly that host.
func TestParseHostileRegions(t *testing.T) {
	t.Parallel()
	for _, region := range hostileRegions {
		if target, err := endpoint.Parse(region); err == nil {
			requireURLOfHost(t, target)
		}
	}
}

// requireURLOfHost checks that a URL made of the target names that very host, also to the standard library's parser.
func requireURLOfHost(t *testing.T, target endpoint.Target) {
	t.Helper()
	require.Contains(t, []string{"https", "http"}, target.Scheme)
	u, err := url.Parse(target.Scheme + "://" + target.Host + "/")
	require.NoError(t, err)
	require.Equal(t, &url.URL{Scheme: target.Scheme, Host: target.Host, Path: "/"}, u)

	if target.Scheme == "http" {
		name := u.Hostname()
		if addr, err := netip.ParseAddr(name); err == nil {
			require.True(t, addr.IsLoopback(), "%q", name)
		} else {
			require.True(t, name == "localhost" || strings.HasSuffix(name, ".localhost"), "%q", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, row := range refused {
		f.Add(row.override)
	}
	for _, override := range []string{
		"a.example:80", "https://a.example/", "http://localhost:1", "http://127.0.0.1", "http://[::1]:80", "[2001:db8::1]",
	} {
		f.Add(override)
	}
	f.Fuzz(func(t *testing.T, override string) {
		target, err := endpoint.Parse(override)
		if err != nil {
			require.Zero(t, target)
			return
		}
		requireURLOfHost(t, target)

		// The override says what is used, letter case and spelling of an IPv6 address aside, and reading the result again changes nothing.
		if !strings.Contains(override, "[") {
			require.Contains(t, strings.ToLower(override), target.Host)
		}
		again, err := endpoint.Parse(target.Scheme + "://" + target.Host)
		require.NoError(t, err)
		require.Equal(t, target, again)
	})
}
