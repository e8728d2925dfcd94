package untagtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	const elsewhere = "InvalidOperation.NotSupportedEndpoint"
	rows := []struct {
		service      untagtest.Service
		host, region string
		code         string // "": served; "DNS": there is no such host
	}{
		{tag, "tag.cn-beijing", "cn-beijing", ""},
		{tag, "TAG.CN-BEIJING", "cn-beijing", ""},
		{tag, "tag-vpc.cn-beijing", "cn-beijing", ""},
		{tag, "tag.cn-beijing", "cn-hangzhou", elsewhere},
		{tag, "tag-vpc.cn-beijing", "cn-hangzhou", elsewhere},
		{tag, "tag.us-east-1", "us-west-1", ""},
		{tag, "tag.us-east-1", "us-east-1", ""},
		{tag, "tag.us-west-1", "us-west-1", "DNS"},
		{tag, "tag-vpc.us-west-1", "us-west-1", ""},
		{tag, "tag.cn-hangzhou", "cn-hangzhou-finance", ""},
		{tag, "tag.cn-hangzhou-finance", "cn-hangzhou-finance", "DNS"},
		{tag, "tag", "cn-shanghai-finance-1", ""},
		{tag, "tag", "cn-beijing", ""},
		{tag, "tag-vpc", "cn-beijing", "DNS"},
		{tag, "tag-vpc.ap-south-1", "ap-south-1", "DNS"},
		{tag, "tag.cn-wuhan-lr", "cn-wuhan-lr", "DNS"},
		{ecs, "ecs-cn-hangzhou", "cn-hangzhou", ""},
		{ecs, "ecs-cn-hangzhou", "cn-shanghai-finance-1", ""},
		{ecs, "ecs-cn-hangzhou", "cn-shenzhen-finance-1", ""},
		{ecs, "ecs-cn-hangzhou", "cn-beijing", elsewhere},
		{ecs, "ecs.cn-hangzhou", "cn-hangzhou", "DNS"},
		{ecs, "ecs-vpc.cn-hangzhou", "cn-hangzhou", ""},
		{ecs, "ecs", "cn-hangzhou-finance", ""},
		{ecs, "ecs", "cn-north-2-gov-1", ""},
		{ecs, "ecs", "cn-shanghai", ""},
		{ecs, "ecs", "cn-nowhere", "InvalidRegionId.NotFound"},
		{ecs, "tag.cn-beijing", "cn-beijing", "InvalidVersion"},
		{vpc, "vpcipam.eu-central-1", "eu-central-1", ""},
		{vpc, "vpcipam-vpc.eu-central-1", "eu-central-1", "DNS"},
		{vpc, "vpc.eu-central-1", "eu-central-1", "DNS"},
		{vpc, "vpcipam", "eu-central-1", "DNS"},
		{rs, "resourcesharing.cn-hangzhou", "cn-hangzhou", ""},
		{rs, "resourcesharing-vpc.cn-hangzhou", "cn-hangzhou", ""},
		{rs, "resourcesharing.cn-fuzhou", "cn-fuzhou", "DNS"},
		{vpc, "vpcipam.xx-new-1", "xx-new-1", ""}, // a resource is put there
		{tag, "tag-vpc.xx-new-1", "xx-new-1", ""},
	}
	for _, row := range rows {
		t.Run(row.host+"/"+row.region, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud()
			cloud.AllowAnyResource()
			cloud.Put(untagtest.Resource{Product: "ecs", Region: "xx-new-1", Type: "disk", ID: "d"})
			params := with(good[row.service], "RegionId", row.region)
			if row.service == tag {
				params["ResourceARN.1"] = "arn:acs:oss:*:*:bucket/b"
			}
			r := call{service: row.service, params: params, base: "https://" + row.host + ".aliyuncs.com:443"}
			response, err := cloud.Config().HTTPClient.Do(r.request(t))
			if row.code == "DNS" {
				var missing *net.DNSError
				require.ErrorAs(t, err, &missing)
				assert.True(t, missing.IsNotFound)
				assert.Zero(t, cloud.CallCount())
				return
			}
			require.NoError(t, err)
			defer response.Body.Close()
			text, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			assert.Equal(t, row.code, decode(t, response.StatusCode, response.Header, text).Code)
		})
	}
}

// TestEndpoints calls every region of every product at every host that the list has for it, and everywhere else in vain.
func TestEndpoints(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/endpoints.json")
	require.NoError(t, err)
	var products map[untagtest.Service]struct {
		Public, VPC map[string]string
		PublicRule  string `json:"public_rule"`
		VPCRule     string `json:"vpc_rule"`
	}
	require.NoError(t, json.Unmarshal(text, &products))
	regions := map[string]bool{}
	for _, product := range products {
		for region := range product.Public {
			regions[region] = true
		}
	}
	cloud := newCloud()
	cloud.AllowAnyResource()
	ask := func(service untagtest.Service, region, host string) string {
		params := with(good[service], "RegionId", region)
		if service == tag {
			params["ResourceARN.1"] = "arn:acs:oss:*:*:bucket/b"
		}
		response, err := cloud.Config().HTTPClient.Do(call{service: service, params: params, base: "https://" + host}.request(t))
		if err != nil {
			return "DNS"
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return decode(t, response.StatusCode, response.Header, body).Code
	}
	served, unserved := 0, 0
	for service, product := range products {
		for _, network := range []struct {
			hosts map[string]string
			rule  string
		}{{product.Public, product.PublicRule}, {product.VPC, product.VPCRule}} {
			known := map[string]bool{}
			for region, host := range network.hosts {
				assert.Empty(t, ask(service, region, host), "%s in %s at %s", service, region, host)
				known[host] = true
				served++
			}
			for region := range regions {
				host := strings.Replace(network.rule, "{region}", region, 1)
				if host != "" && !known[host] {
					assert.Equal(t, "DNS", ask(service, region, host), "%s in %s at %s", service, region, host)
					unserved++
				}
			}
		}
	}
	assert.Equal(t, 232, served)
	assert.Positive(t, unserved)
}

func TestOtherHosts(t *testing.T) {
	t.Parallel()
	client := untagtest.NewCloud().Config().HTTPClient
	dial := func(base string) error {
		response, err := client.Do(call{service: ecs, base: base}.request(t))
		if err == nil {
			response.Body.Close()
		}
		return err
	}
	var missing *net.DNSError
	require.ErrorAs(t, dial("https://example.com"), &missing)
	assert.Equal(t, "example.com", missing.Name)
	require.ErrorIs(t, dial("http://127.0.0.1:80"), syscall.ECONNREFUSED)
	require.ErrorContains(t, dial("ftp://"+hosts[ecs]), "unsupported protocol scheme")
}

func TestHostHeaderDecides(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	c := call{service: vpc, params: good[vpc], base: "https://" + hosts[rs], edit: func(r *http.Request) { r.Host = hosts[vpc] }}
	assert.Equal(t, "SignatureDoesNotMatch", send(t, cloud, c).Code)
	c.v1 = true
	assert.Empty(t, send(t, cloud, c).Code)
}

// closing tells whether a body was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

func TestRequestsThatAreNotSent(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, edit := range map[string]func(*http.Request) *http.Request{
		"context": func(r *http.Request) *http.Request { return r.WithContext(ended) },
		"header":  func(r *http.Request) *http.Request { r.Header.Set("X", "a\r\nb"); return r },
		"host":    func(r *http.Request) *http.Request { r.URL.Host = "example.com"; return r },
		"body":    func(r *http.Request) *http.Request { r.ContentLength = 9; return r },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := stocked()
			body := &closing{Reader: strings.NewReader("x=y")}
			r := call{service: ecs, params: good[ecs]}.request(t)
			r.Body = body
			response, err := cloud.Config().HTTPClient.Transport.RoundTrip(edit(r))
			if err == nil {
				response.Body.Close()
			}
			require.Error(t, err)
			if name == "context" {
				require.ErrorIs(t, err, context.Canceled)
			}
			assert.True(t, body.closed)
			assert.Zero(t, cloud.CallCount())
		})
	}
}

func TestBodyOfUnknownLength(t *testing.T) {
	t.Parallel()
	c := call{service: ecs, params: good[ecs], form: true, edit: func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(r.Body), -1
	}}
	assert.Empty(t, send(t, stocked(), c).Code)
}

func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader("a=b"), broken{}))
	assert.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { cloud.ServeHTTP(httptest.NewRecorder(), r) })
	assert.Equal(t, []string{untagtest.VerdictCanceled}, verdicts(cloud))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("gone") }

// TestSocketAnswersTheSame sends the same calls in memory and over TLS, to a server that every name leads to.
func TestSocketAnswersTheSame(t *testing.T) {
	t.Parallel()
	calls := []call{
		{service: tag, params: good[tag]},
		{service: tag, params: arn("arn:acs:ecs:*:*:instance/dead")},
		{service: tag, params: arn("x"), accept: "*/*"},
		{service: ecs, params: good[ecs], form: true},
		{service: ecs, params: with(good[ecs], "All", "true")},
		{service: vpc, params: good[vpc], v1: true, form: true},
		{service: rs, params: good[rs], v1: true, method: http.MethodGet},
		{service: rs, params: good[rs], secret: "x", date: "2000-01-01T00:00:00Z"},
		{service: ecs, params: good[ecs], path: "/x"},
		{service: ecs, params: good[ecs], method: http.MethodDelete},
		{service: ecs, params: list(good[ecs], "ResourceId", strings.Repeat("x", 200)+"%d", 50)},
		{service: tag, params: good[tag], bearer: "b"},
	}
	memory, socket := stocked(), stocked()
	server := httptest.NewTLSServer(socket)
	t.Cleanup(server.Close)
	over := server.Client().Transport.(*http.Transport)
	over.TLSClientConfig.ServerName = "example.com"
	over.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	for _, c := range calls {
		here, there := send(t, memory, c), do(t, server.Client(), c.request(t))
		assert.Equal(t, here.Text, there.Text)
		assert.Equal(t, here.Status, there.Status)
		for _, name := range []string{"Content-Type", "Content-Length", "X-Acs-Request-Id"} {
			assert.Equal(t, here.Header.Get(name), there.Header.Get(name), name)
		}
	}
	assert.Equal(t, verdicts(memory), verdicts(socket))
}

func TestSocketWithoutAHostOfTheService(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	beijing := untagtest.Resource{Product: "vpcipam", Region: "cn-beijing", Type: "IPAM", ID: "ipam-1", Tags: map[string]string{"env": "b"}}
	cloud.Put(beijing)
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	for _, service := range []untagtest.Service{tag, ecs, vpc, rs} {
		assert.Empty(t, do(t, server.Client(), call{service: service, params: good[service], base: server.URL}.request(t)).Code)
	}
	assert.Empty(t, do(t, server.Client(), call{service: vpc, params: with(good[vpc], "RegionId", "cn-beijing"), base: server.URL}.request(t)).Code)
	assert.Empty(t, tagsOf(t, cloud, beijing))
	unknown := call{service: ecs, params: good[ecs], base: server.URL, version: "2000-01-01"}
	answer := do(t, server.Client(), unknown.request(t))
	assert.Equal(t, "InvalidVersion", answer.Code)
	assert.Equal(t, "127.0.0.1", answer.HostID)
}
