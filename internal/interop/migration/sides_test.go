package migration_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs20140526 "github.com/alibabacloud-go/ecs-20140526/v4/client"
	tag20180828 "github.com/alibabacloud-go/tag-20180828/v2/client"
	"github.com/alibabacloud-go/tea/tea"
	sdkcredentials "github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdktag "github.com/aliyun/alibaba-cloud-sdk-go/services/tag"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// These tests run both sides of each section and hold what they did against each other.

// side is a call of one side; it returns what the caller gets to know.
type side struct {
	name string
	call func(ctx context.Context) error
}

// v1With, v2With and newWith call Tag with the client that a region makes.
func v1With(name string, makeClient func() (*sdktag.Client, error)) side {
	return side{name, func(context.Context) error {
		client, err := makeClient()
		if err != nil {
			return err
		}
		return v1Tag(client)
	}}
}

func v2With(name string, makeClient func() (*tag20180828.Client, error)) side {
	return side{name, func(context.Context) error {
		client, err := makeClient()
		if err != nil {
			return err
		}
		return v2Tag(client)
	}}
}

func newWith(name string, makeClient func() (*tag.Client, error)) side {
	return side{name, func(ctx context.Context) error {
		client, err := makeClient()
		if err != nil {
			return err
		}
		return newTag(ctx, client)
	}}
}

// sharedCredential is what the credentials-go objects of a program are.
func sharedCredential(t *testing.T) credentials.Credential {
	t.Helper()
	credential, err := credentials.NewCredential(nil)
	require.NoError(t, err)
	return credential
}

func v2ECSClient(t *testing.T) *ecs20140526.Client {
	t.Helper()
	client, err := ecs20140526.NewClient(&openapi.Config{Credential: sharedCredential(t), RegionId: tea.String("cn-hangzhou")})
	require.NoError(t, err)
	return client
}

func newECSClient(t *testing.T, config untag.Config) *ecs.Client {
	t.Helper()
	config.Region = "cn-hangzhou"
	client, err := ecs.New(config)
	require.NoError(t, err)
	return client
}

func noError[T any](t *testing.T) func(value T, err error) T {
	return func(value T, err error) T {
		t.Helper()
		require.NoError(t, err)
		return value
	}
}

// TestClients makes clients in every way of the pages and lets each remove a tag.
func TestClients(t *testing.T) {
	cloud := newAccount(t)
	credential := sharedCredential(t)
	own := sdkcredentials.NewStaticSTSCredentialsProvider(stsKeyID, stsKeySecret, stsToken)
	for _, s := range []side{
		v1With("V1 key", v1Key), v1With("V1 chain", v1Chain), v1With("V1 STS", v1STS), v1With("V1 role", v1Role),
		v2With("V2 key", v2Key), v2With("V2 chain", v2Chain), v2With("V2 STS", v2STS), v2With("V2 role", v2Role),
		newWith("key", newKey), newWith("chain", newChain), newWith("STS", newSTS), newWith("role", newRole),
		newWith("credential", func() (*tag.Client, error) { return newCredential(credential) }),
		newWith("own provider", func() (*tag.Client, error) { return v1OwnProvider(own) }),
	} {
		t.Run(s.name, func(t *testing.T) {
			require.NoError(t, s.call(t.Context()))
			requireUntagged(t, cloud, resources[0])
			for _, r := range seen() {
				assert.Equal(t, "https", r.scheme)
				if !strings.HasPrefix(r.host, "sts.") {
					assert.Equal(t, "HTTP/1.1", r.proto, "the server would have spoken HTTP/2")
				}
			}
		})
	}
}

// TestEndpoints checks which hosts are called.
func TestEndpoints(t *testing.T) {
	cloud := newAccount(t)
	for _, row := range []struct {
		side
		host string
	}{
		{v1With("V1 default", v1Key), "tag.aliyuncs.com"},
		{v1With("V1 network", func() (*sdktag.Client, error) {
			client, err := v1Key()
			v1Network(client)
			return client, err
		}), "tag-vpc.cn-hangzhou.aliyuncs.com"},
		{v1With("V1 endpoint", func() (*sdktag.Client, error) {
			client, err := v1Key()
			v1Network(client)
			v1Endpoint(client)
			return client, err
		}), "tag.aliyuncs.com"},
		{v2With("V2 default", v2Key), "tag.aliyuncs.com"},
		{v2With("V2 endpoint", func() (*tag20180828.Client, error) { return v2Endpoint(sharedCredential(t)) }), "tag-vpc.cn-hangzhou.aliyuncs.com"},
		{newWith("default", newKey), "tag.cn-hangzhou.aliyuncs.com"},
		{newWith("network", newNetworkVPC), "tag-vpc.cn-hangzhou.aliyuncs.com"},
		{newWith("endpoint", newEndpoint), "tag.aliyuncs.com"},
	} {
		t.Run(row.name, func(t *testing.T) {
			require.NoError(t, row.call(t.Context()))
			requireUntagged(t, cloud, resources[0])
			requests := seen()
			require.Len(t, requests, 1)
			assert.Equal(t, row.host, requests[0].host)
		})
	}
}

// TestServices calls every service from every side.
func TestServices(t *testing.T) {
	cloud := newAccount(t)
	v1 := noError[*sdktag.Client](t)(v1Key())
	for _, row := range []struct {
		resource untagtest.Resource
		service  untagtest.Service
		sides    []side
	}{
		{resources[0], untagtest.ECS, []side{ // Tag is what all other tests call
			{"V2", func(context.Context) error { return v2ECS(v2ECSClient(t)) }},
			{"new", func(ctx context.Context) error { return newECS(ctx, newECSClient(t, untag.Config{})) }},
		}},
		{resources[1], untagtest.VPCIPAM, []side{
			{"V1", func(context.Context) error { return v1IPAM(v1) }},
			{"V2", func(context.Context) error { return v2IPAM(sharedCredential(t)) }},
			{"new", newIPAM},
		}},
		{resources[2], untagtest.ResourceSharing, []side{
			{"V1", func(context.Context) error { return v1Sharing(v1) }},
			{"V2", func(context.Context) error { return v2Sharing(sharedCredential(t)) }},
			{"new", newSharing},
		}},
	} {
		for _, s := range row.sides {
			t.Run(string(row.service)+"/"+s.name, func(t *testing.T) {
				require.NoError(t, s.call(t.Context()))
				requireUntagged(t, cloud, row.resource)
				calls := cloud.Calls()
				assert.Equal(t, row.service, calls[len(calls)-1].Service)
			})
		}
	}
}

var requestID = regexp.MustCompile(`[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}`)

// TestErrors lets every side explain the same failures.
func TestErrors(t *testing.T) {
	cloud := newAccount(t)
	once := untag.Config{Region: "cn-hangzhou", Retry: untag.Retry{MaxAttempts: 1}}
	for _, row := range []struct {
		name, want, id string
		fault          untagtest.Fault
	}{
		{"throttled", "too many calls", "", untagtest.Fault{RetryAfter: time.Millisecond}},
		{"gone", "does not exist", "", untagtest.Fault{Code: "InvalidResourceId.NotFound", Status: http.StatusNotFound}},
		{"forbidden", "Forbidden.RAM, HTTP 403", ", request ID", untagtest.Fault{Code: "Forbidden.RAM", Status: http.StatusForbidden}},
		{"down", "ServiceUnavailable, HTTP 503", ", request ID", untagtest.Fault{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable}},
		{"broken", "no answer", "", untagtest.Fault{Reset: true}},
	} {
		t.Run(row.name, func(t *testing.T) {
			cloud.ClearFaults()
			cloud.Inject(row.fault)
			defer cloud.ClearFaults()
			v1 := v1Tag(noError[*sdktag.Client](t)(v1Key()))
			v2 := v2Tag(noError[*tag20180828.Client](t)(v2Key()))
			own := newTag(t.Context(), noError[*tag.Client](t)(tag.New(once)))

			assert.Equal(t, row.want+row.id, requestID.ReplaceAllString(v1Explain(v1), "ID"))
			assert.Equal(t, row.want+row.id, requestID.ReplaceAllString(newExplain(own), "ID"))
			assert.Equal(t, newExplain(own), v1Explain(asServerError(own)))
			assert.Equal(t, row.want, v2Explain(v2))
			assert.Equal(t, row.want, newSDKError(v2))
			assert.Equal(t, row.want, newSDKError(own))
			_, is := own.(*tea.SDKError) //nolint:errorlint // that is the point
			assert.False(t, is, "a type assertion does not find it")
			var v1Err interface{ ErrorCode() string }
			assert.False(t, errors.As(own, &v1Err), "the error of V1 is not in it")
		})
	}
	assert.Equal(t, "too many calls", v1Explain(v1FakeError()))
	assert.Equal(t, "too many calls", newExplain(newFakeError()))
}

// logged returns what call writes to the log.
func logged(t *testing.T, call func() error) (string, error) {
	t.Helper()
	var out bytes.Buffer
	log.SetOutput(&out)
	defer log.SetOutput(io.Discard)
	err := call()
	return out.String(), err
}

// TestPartialFailure has an ARN that is there and one that is not.
func TestPartialFailure(t *testing.T) {
	cloud := newAccount(t)
	account := cloud.AccountID()
	arns := []string{"arn:acs:ecs:cn-hangzhou:" + account + ":instance/" + instance, "arn:acs:ecs:cn-hangzhou:" + account + ":instance/" + gone}
	want := arns[1] + ": InvalidResourceId.NotFound\n"

	v1Request := sdktag.CreateUntagResourcesRequest()
	v1Request.ResourceARN, v1Request.TagKey = &arns, &[]string{"env"}
	text, err := logged(t, func() error { return v1Partial(noError[*sdktag.Client](t)(v1Key()), v1Request) })
	require.NoError(t, err)
	assert.Equal(t, want, text)
	requireUntagged(t, cloud, resources[0])

	text, err = logged(t, func() error {
		return v2Partial(noError[*tag20180828.Client](t)(v2Key()), &tag20180828.UntagResourcesRequest{
			RegionId: tea.String("cn-hangzhou"), ResourceARN: tea.StringSlice(arns), TagKey: tea.StringSlice([]string{"env"}),
		})
	})
	require.NoError(t, err)
	assert.Equal(t, want, text)
	requireUntagged(t, cloud, resources[0])

	text, err = logged(t, func() error {
		return newPartial(t.Context(), noError[*tag.Client](t)(newKey()), tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: []string{"env"}})
	})
	require.ErrorIs(t, err, untag.ErrPartialFailure)
	assert.Equal(t, want, text)
	requireUntagged(t, cloud, resources[0])
}

// TestTimeouts only runs the regions: that time-outs end calls is tested beside the SDK.
func TestTimeouts(t *testing.T) {
	cloud := newAccount(t)
	arns, keys := []string{resources[0].ARN()}, []string{"env"}
	v1Request := sdktag.CreateUntagResourcesRequest()
	v1Request.ResourceARN, v1Request.TagKey = &arns, &keys
	require.NoError(t, v1Timeout(noError[*sdktag.Client](t)(v1Key()), v1Request))
	requireUntagged(t, cloud, resources[0])
	require.NoError(t, v2Timeout(noError[*tag20180828.Client](t)(v2Key()), &tag20180828.UntagResourcesRequest{
		RegionId: tea.String("cn-hangzhou"), ResourceARN: tea.StringSlice(arns), TagKey: tea.StringSlice(keys),
	}))
	requireUntagged(t, cloud, resources[0])
	request := tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: keys}
	require.NoError(t, newTimeout(t.Context(), request))
	requireUntagged(t, cloud, resources[0])
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, newTimeout(ctx, request), context.Canceled)
}

// TestRetries meets an outage and a throttled call.
func TestRetries(t *testing.T) {
	for _, s := range []side{
		{"V1", func(context.Context) error {
			request := sdktag.CreateUntagResourcesRequest()
			request.ResourceARN, request.TagKey = &[]string{resources[0].ARN()}, &[]string{"env"}
			return v1Retry(request)
		}},
		v2With("V2", func() (*tag20180828.Client, error) { return v2Retry(sharedCredential(t)) }),
		newWith("new", newRetry),
	} {
		t.Run(s.name, func(t *testing.T) {
			cloud := newAccount(t)
			cloud.Inject(
				untagtest.Fault{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable, Calls: 1},
				untagtest.Fault{RetryAfter: 5 * time.Millisecond, Calls: 1},
			)
			require.NoError(t, s.call(t.Context()))
			requireUntagged(t, cloud, resources[0])
			var verdicts []string
			for _, c := range cloud.Calls() {
				verdicts = append(verdicts, c.Verdict)
			}
			assert.Equal(t, []string{"ServiceUnavailable", "Throttling.User", "OK"}, verdicts)
		})
	}
}

// TestProxies sets the proxy in code, and for the vendor's clients no other in the environment. Ours read that once.
func TestProxies(t *testing.T) {
	cloud := newAccount(t)
	proxy := world.proxy
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	proxyURL, err := url.Parse(proxy)
	require.NoError(t, err)
	for _, s := range []side{
		v1With("V1 proxy", func() (*sdktag.Client, error) {
			client, err := v1Key()
			v1Proxy(client, proxy)
			return client, err
		}),
		v2With("V2 proxy", func() (*tag20180828.Client, error) { return v2Proxy(sharedCredential(t), proxy) }),
		v2With("V2 HTTP client", func() (*tag20180828.Client, error) {
			return v2HTTPClient(sharedCredential(t), &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxyURL)}})
		}),
		newWith("new", func() (*tag.Client, error) { return newTransport(proxyURL) }),
	} {
		t.Run(s.name, func(t *testing.T) {
			require.NoError(t, s.call(t.Context()))
			requireUntagged(t, cloud, resources[0])
		})
	}
	t.Run("V1 transport", func(t *testing.T) {
		t.Setenv("HTTPS_PROXY", proxy)
		require.NoError(t, v1With("", func() (*sdktag.Client, error) { return v1Transport(&http.Transport{}) }).call(t.Context()))
		requireUntagged(t, cloud, resources[0])
	})
}

func TestLogs(t *testing.T) {
	cloud := newAccount(t)
	var v1, own bytes.Buffer
	client, err := v1Key()
	require.NoError(t, err)
	v1Log(client, &v1)
	require.NoError(t, v1Tag(client))
	requireUntagged(t, cloud, resources[0])
	require.NoError(t, newWith("", func() (*tag.Client, error) { return newLog(&own) }).call(t.Context()))
	requireUntagged(t, cloud, resources[0])
	assert.Regexp(t, `POST tag\.aliyuncs\.com 200`, v1.String())
	assert.Regexp(t, `msg="call attempt" service=tag action=UntagResources region=cn-hangzhou attempt=1 duration=\S+ status=200 request_id=\S+\n$`, own.String())
}

// many puts 120 instances, of which the one at dead is not there.
func many(cloud *untagtest.Cloud, dead int) (all []untagtest.Resource) {
	for i := range 120 {
		r := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-bp1many" + strconv.Itoa(1000+i)}
		if i != dead {
			put(cloud, r)
		}
		all = append(all, r)
	}
	return all
}

// untagged counts those that have lost the tag env.
func untagged(cloud *untagtest.Cloud, all []untagtest.Resource) (n int) {
	for _, r := range all {
		if tags, ok := cloud.Tags(r.Product, r.Region, r.Type, r.ID); ok && len(tags) == 1 {
			n++
		}
	}
	return n
}

func TestManyARNs(t *testing.T) {
	cloud := newAccount(t)
	const dead = 70
	all := many(cloud, dead)
	var arns []string
	for _, r := range all {
		arns = append(arns, r.ARN())
	}
	failed, err := v1Many(noError[*sdktag.Client](t)(v1Key()), arns, []string{"env"}, 0)
	require.NoError(t, err)
	assert.Equal(t, []string{arns[dead]}, failed)
	assert.Equal(t, len(all)-1, untagged(cloud, all))

	many(cloud, dead)
	failed, err = newManyARNs(t.Context(), noError[*tag.Client](t)(newKey()), arns, []string{"env"})
	require.NoError(t, err)
	assert.Equal(t, []string{arns[dead]}, failed)
	assert.Equal(t, len(all)-1, untagged(cloud, all))

	cloud.Inject(untagtest.Fault{Code: "InvalidAccessKeyId.Inactive", Status: http.StatusForbidden})
	_, err = v1Many(noError[*sdktag.Client](t)(v1Key()), arns, []string{"env"}, 0)
	require.Error(t, err)
	_, err = newManyARNs(t.Context(), noError[*tag.Client](t)(newKey()), arns, []string{"env"})
	require.ErrorIs(t, err, untag.ErrUnauthenticated)
}

func TestManyIDs(t *testing.T) {
	cloud := newAccount(t)
	const dead = 70
	all := many(cloud, dead)
	var ids []string
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	failed, err := v2Many(v2ECSClient(t), ids, []string{"env"}, 0)
	require.NoError(t, err)
	assert.Equal(t, ids[50:100], failed, "one dead instance fails its batch")
	assert.Equal(t, 70, untagged(cloud, all))

	many(cloud, dead)
	failed, err = newManyIDs(t.Context(), newECSClient(t, untag.Config{}), ids, []string{"env"})
	require.NoError(t, err)
	assert.Equal(t, []string{ids[dead]}, failed)
	assert.Equal(t, len(all)-1, untagged(cloud, all))
}

// TestMocks runs the tests of the pages. The vendor's clients would take a proxy even to a loopback address.
func TestMocks(t *testing.T) {
	t.Setenv("HTTP_PROXY", "")
	t.Run("V1", v1Mock)
	t.Run("V2", v2Mock)
	t.Run("new", newMock)
}

// TestBoth lets the vendor's clients list what ours untag, with one credential.
func TestBoth(t *testing.T) {
	for _, s := range []side{{"V1", v1Both}, {"V2", v2Both}} {
		t.Run(s.name, func(t *testing.T) {
			cloud := newAccount(t)
			other := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-bp1other"}
			put(cloud, other)
			text, err := logged(t, func() error { return s.call(t.Context()) })
			require.NoError(t, err)
			assert.Empty(t, text)
			requireUntagged(t, cloud, resources[0], other)
		})
	}
}
