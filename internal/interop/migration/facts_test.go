package migration_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs20140526 "github.com/alibabacloud-go/ecs-20140526/v4/client"
	tag20180828 "github.com/alibabacloud-go/tag-20180828/v2/client"
	util "github.com/alibabacloud-go/tea-utils/v2/service"
	"github.com/alibabacloud-go/tea/tea"
	vpcipam20230228 "github.com/alibabacloud-go/vpcipam-20230228/client"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkcredentials "github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdktag "github.com/aliyun/alibaba-cloud-sdk-go/services/tag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// These tests hold what the pages say about the vendor's SDKs against the versions in go.mod. When one fails after an update, the page
// has to say something else.

func TestVersionsOfThePages(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	for page, modules := range map[string][]string{
		"alibaba-cloud-sdk-go": {"github.com/aliyun/alibaba-cloud-sdk-go v1.63.107", "github.com/aliyun/credentials-go v1.4.14"},
		"darabonba": {
			"github.com/alibabacloud-go/darabonba-openapi/v2 v2.2.2", "github.com/alibabacloud-go/tag-20180828/v2 v2.0.0",
			"github.com/alibabacloud-go/ecs-20140526/v4 v4.26.10", "github.com/alibabacloud-go/vpcipam-20230228 v1.0.1",
			"github.com/alibabacloud-go/tea v1.5.4", "github.com/aliyun/credentials-go v1.4.14",
		},
	} {
		text, err := os.ReadFile("../../../docs/from-" + page + ".md")
		require.NoError(t, err)
		for _, m := range modules {
			assert.Contains(t, string(mod), m, "the page looked at this version")
			_, version, _ := strings.Cut(m, " ")
			assert.Contains(t, string(text), version, "the page says which versions it looked at")
		}
	}
}

func TestV1Defaults(t *testing.T) {
	cloud := newAccount(t)
	config := sdk.NewConfig()
	assert.Equal(t, "HTTP", config.Scheme)
	assert.False(t, config.AutoRetry)
	client, err := sdktag.NewClientWithOptions("cn-hangzhou", config, sdkcredentials.NewStsTokenCredential(stsKeyID, stsKeySecret, stsToken))
	require.NoError(t, err)
	require.NoError(t, v1Tag(client))
	requests := seen()
	require.Len(t, requests, 1)
	assert.Equal(t, "http", requests[0].scheme)
	assert.Equal(t, "HMAC-SHA1", requests[0].query.Get("SignatureMethod"))
	assert.Equal(t, stsKeyID, requests[0].query.Get("AccessKeyId"), "in the URL")
	assert.Equal(t, stsToken, requests[0].query.Get("SecurityToken"), "in the URL")
	assert.NotEmpty(t, requests[0].query.Get("Signature"), "in the URL")

	cloud.Inject(untagtest.Fault{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable})
	require.Error(t, v1Tag(client))
	require.Len(t, seen(), 1, "no call is repeated")
}

// An error of the transport quotes the URL, and a log with the default template has it.
func TestV1ShowsURLs(t *testing.T) {
	cloud := newAccount(t)
	client, err := v1Key()
	require.NoError(t, err)
	var out bytes.Buffer
	client.SetLogger("", "", &out, "")
	require.NoError(t, v1Tag(client))
	cloud.Inject(untagtest.Fault{Reset: true})
	failure := v1Tag(client)
	require.Error(t, failure)
	for _, text := range []string{out.String(), failure.Error()} {
		assert.Contains(t, text, "AccessKeyId="+accessKeyID)
		assert.Contains(t, text, "Signature=")
	}

	own := newTag(t.Context(), noError[*tag.Client](t)(tag.New(untag.Config{Region: "cn-hangzhou", Retry: untag.Retry{MaxAttempts: 1}})))
	require.ErrorIs(t, own, untag.ErrOutcomeUnknown)
	assert.NotContains(t, own.Error(), accessKeyID)
	assert.NotContains(t, own.Error(), "http")
}

func TestV1WritesToTransport(t *testing.T) {
	newAccount(t)
	transport := &http.Transport{}
	client, err := v1Transport(transport)
	require.NoError(t, err)
	require.NoError(t, v1Tag(client))
	assert.NotNil(t, transport.DialContext)
	assert.NotNil(t, transport.TLSClientConfig)
	assert.NotNil(t, transport.Proxy)
}

func TestV2Defaults(t *testing.T) {
	cloud := newAccount(t)
	_, err := tag20180828.NewClient(&openapi.Config{RegionId: tea.String("cn-hangzhou")})
	require.NoError(t, err)
	err = v2Tag(noError[*tag20180828.Client](t)(tag20180828.NewClient(&openapi.Config{RegionId: tea.String("cn-hangzhou")})))
	var sdkErr *tea.SDKError
	require.ErrorAs(t, err, &sdkErr)
	assert.Equal(t, "InvalidCredentials", tea.StringValue(sdkErr.Code), "there is no default chain unless it is asked for")

	client, err := v2STS()
	require.NoError(t, err)
	require.NoError(t, v2Tag(client))
	requests := seen()
	require.Len(t, requests, 1)
	assert.Equal(t, "https", requests[0].scheme)
	assert.Regexp(t, "^ACS3-HMAC-SHA256 ", requests[0].authorization)
	assert.Empty(t, requests[0].query.Get("Signature"))
	assert.Equal(t, "env", requests[0].query.Get("TagKey.1"))

	cloud.Inject(untagtest.Fault{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable})
	for _, runtime := range []*util.RuntimeOptions{{}, {Autoretry: tea.Bool(true), MaxAttempts: tea.Int(3)}} {
		_, err = client.UntagResourcesWithOptions(&tag20180828.UntagResourcesRequest{RegionId: tea.String("cn-hangzhou")}, runtime)
		require.ErrorAs(t, err, &sdkErr)
		assert.Equal(t, "ServiceUnavailable", tea.StringValue(sdkErr.Code))
		require.Len(t, seen(), 1, "no call is repeated, also with Autoretry")
	}

	cloud.ClearFaults()
	cloud.Inject(untagtest.Fault{Reset: true})
	require.Error(t, v2Tag(noError[*tag20180828.Client](t)(v2Retry(sharedCredential(t)))))
	require.Len(t, seen(), 1, "a broken connection is not repeated, also with RetryOptions")
}

func TestV2OldSignature(t *testing.T) {
	newAccount(t)
	client, err := tag20180828.NewClient(&openapi.Config{
		AccessKeyId: tea.String(stsKeyID), AccessKeySecret: tea.String(stsKeySecret), SecurityToken: tea.String(stsToken),
		RegionId: tea.String("cn-hangzhou"), SignatureAlgorithm: tea.String("v2"),
	})
	require.NoError(t, err)
	require.NoError(t, v2Tag(client))
	own, err := tag.New(untag.Config{
		Region: "cn-hangzhou", Credentials: untag.StaticCredentials(stsKeyID, stsKeySecret, stsToken), Signature: untag.SignatureV1,
	})
	require.NoError(t, err)
	require.NoError(t, newTag(t.Context(), own))
	requests := seen()
	require.Len(t, requests, 2)
	for _, name := range []string{"AccessKeyId", "SecurityToken", "Signature"} {
		assert.True(t, requests[0].query.Has(name), name)
		assert.False(t, requests[1].query.Has(name), name)
	}
}

// transportOf is an http client of V2 that keeps the transport which the core made for a call.
type transportOf struct{ transport *http.Transport }

func (c *transportOf) Call(request *http.Request, transport *http.Transport) (*http.Response, error) {
	c.transport = transport
	return (&http.Client{Transport: transport}).Do(request)
}

func TestV2HasNoTimeout(t *testing.T) {
	newAccount(t)
	probe := &transportOf{}
	client, err := tag20180828.NewClient(&openapi.Config{Credential: sharedCredential(t), RegionId: tea.String("cn-hangzhou"), HttpClient: probe})
	require.NoError(t, err)
	require.NoError(t, v2Tag(client))
	assert.Zero(t, probe.transport.ResponseHeaderTimeout)
	require.NoError(t, v2Timeout(client, &tag20180828.UntagResourcesRequest{
		RegionId: tea.String("cn-hangzhou"), ResourceARN: tea.StringSlice([]string{resources[0].ARN()}), TagKey: tea.StringSlice([]string{"env"}),
	}))
	assert.Equal(t, 8*time.Second, probe.transport.ResponseHeaderTimeout)
}

func TestV2Endpoints(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"cn-hangzhou": "tag.aliyuncs.com", // in the list of the client, which comes before Network
		"cn-chengdu":  "tag-vpc.cn-chengdu.aliyuncs.com",
	} {
		client, err := tag20180828.NewClient(&openapi.Config{RegionId: tea.String(region), Network: tea.String("vpc")})
		require.NoError(t, err)
		assert.Equal(t, want, tea.StringValue(client.Endpoint))
	}
	listed, err := ecs20140526.NewClient(&openapi.Config{RegionId: tea.String("cn-hangzhou"), Network: tea.String("vpc")})
	require.NoError(t, err)
	assert.Equal(t, "ecs-cn-hangzhou.aliyuncs.com", tea.StringValue(listed.Endpoint))
	assert.Equal(t, "ecs-cn-hangzhou.aliyuncs.com", tea.StringValue(v2ECSClient(t).Endpoint))
	client, err := vpcipam20230228.NewClient(&openapi.Config{RegionId: tea.String("cn-hangzhou")})
	require.NoError(t, err)
	assert.Equal(t, "vpcipam.aliyuncs.com", tea.StringValue(client.Endpoint))
	_ = (*openapi.Client).CallApiWithCtx // the core takes a context, the generated clients of these versions do not
}

// What fields of a *tea.SDKError the core fills, and ours.
func TestSDKErrorFields(t *testing.T) {
	cloud := newAccount(t)
	cloud.Inject(untagtest.Fault{Code: "Forbidden.RAM", Status: http.StatusForbidden, Message: "no"})
	var theirs, ours *tea.SDKError
	require.ErrorAs(t, v2Tag(noError[*tag20180828.Client](t)(v2Key())), &theirs)
	require.ErrorAs(t, newTag(t.Context(), noError[*tag.Client](t)(newKey())), &ours)
	for _, e := range []*tea.SDKError{theirs, ours} {
		assert.Equal(t, "Forbidden.RAM", tea.StringValue(e.Code))
		assert.Equal(t, 403, tea.IntValue(e.StatusCode))
		assert.Regexp(t, "^code: 403, no request id: "+requestID.String()+"$", tea.StringValue(e.Message))
		assert.Contains(t, tea.StringValue(e.Data), `"RequestId":"`)
		assert.Contains(t, tea.StringValue(e.Data), `"Recommend":"`)
		assert.Nil(t, e.Stack)
	}
	assert.Equal(t, "<nil>", tea.StringValue(theirs.Description))
	assert.Equal(t, "<nil>", tea.StringValue(theirs.Detail))
	assert.Nil(t, ours.Description)
	assert.Nil(t, ours.Detail)

	cloud.ClearFaults()
	cloud.Inject(untagtest.Fault{Reset: true})
	failure := v2Tag(noError[*tag20180828.Client](t)(v2Key()))
	require.False(t, errors.As(failure, &theirs), "an error of the transport is none of the SDK's")
	var urlErr *url.Error
	require.ErrorAs(t, failure, &urlErr)
}

// One ARN more than a call may name.
func TestWhoCountsResources(t *testing.T) {
	newAccount(t)
	var arns []string
	for range tag.MaxResources + 1 {
		arns = append(arns, resources[0].ARN())
	}
	keys := []string{"env"}
	request := sdktag.CreateUntagResourcesRequest()
	request.ResourceARN, request.TagKey = &arns, &keys
	_, err := noError[*sdktag.Client](t)(v1Key()).UntagResources(request)
	require.Error(t, err)
	require.Len(t, seen(), 1)
	_, err = noError[*tag20180828.Client](t)(v2Key()).UntagResources(&tag20180828.UntagResourcesRequest{
		RegionId: tea.String("cn-hangzhou"), ResourceARN: tea.StringSlice(arns), TagKey: tea.StringSlice(keys),
	})
	require.Error(t, err)
	require.Len(t, seen(), 1)
	_, err = noError[*tag.Client](t)(newKey()).UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: keys})
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	require.Empty(t, seen())
	var sdkErr *tea.SDKError
	require.False(t, errors.As(err, &sdkErr), "nothing was sent, so there is no error of the service")
}

func TestWhoFollowsRedirects(t *testing.T) {
	newAccount(t)
	for _, row := range []struct {
		side
		requests int
	}{{v1With("V1", v1Key), 2}, {v2With("V2", v2Key), 2}, {newWith("new", newKey), 1}} {
		t.Run(row.name, func(t *testing.T) {
			world.setMoved()
			_ = row.call(t.Context()) // a signature or a nonce may not hold for the second request
			assert.Len(t, seen(), row.requests)
		})
	}
}

// TestDebug runs this test again with DEBUG set: the vendor's modules read it when they start.
func TestDebug(t *testing.T) {
	const all = "sdk,dara,tea,credential"
	sides := map[string]struct {
		call  func() error
		shows []string // what is printed; nil: nothing
	}{
		"V1":  {v1With("", v1STS).asTest(t), []string{"AccessKeyId=" + stsKeyID, "SecurityToken=CAIS", "Signature="}},
		"V2":  {v2With("", v2STS).asTest(t), []string{"Authorization: ACS3-HMAC-SHA256 Credential=" + stsKeyID, "x-acs-security-token: " + stsToken}},
		"new": {newWith("", newSTS).asTest(t), nil},
	}
	if os.Getenv("DEBUG") == all {
		newAccount(t)
		require.NoError(t, sides[os.Getenv("MIGRATION_SIDE")].call())
		return
	}
	newAccount(t) // to skip where it is skipped
	for name, side := range sides {
		t.Run(name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDebug$")
			command.Env = append(os.Environ(), "DEBUG="+all, "MIGRATION_SIDE="+name)
			out, err := command.CombinedOutput()
			require.NoError(t, err, "%s", out)
			for _, text := range side.shows {
				assert.Contains(t, string(out), text)
			}
			if side.shows == nil {
				for _, text := range []string{stsKeyID, stsToken, "ignature", "aliyuncs.com", "env"} {
					assert.NotContains(t, string(out), text)
				}
			}
		})
	}
}

func (s side) asTest(t *testing.T) func() error {
	return func() error { return s.call(t.Context()) }
}
