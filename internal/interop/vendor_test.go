package interop_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	ecsv4 "github.com/alibabacloud-go/ecs-20140526/v4/client"
	tagv2 "github.com/alibabacloud-go/tag-20180828/v2/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
	ipamv1 "github.com/alibabacloud-go/vpcipam-20230228/client"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkauth "github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	tagv1 "github.com/aliyun/alibaba-cloud-sdk-go/services/tag"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// vendor is one way to call with one of the vendor's clients.
type vendor struct {
	name      string
	only      untagtest.Service // "": any
	signature string            // as the account records it
	form      bool              // whether the parameters travel in a form body
	need      func(*testing.T)  // skips a test where the client is not installed; nil: it always is
	call      func(host string, k key, r request) (answer, error)
	refusal   func(error) (refusal, bool) // reads the vendor's own error type
}

// answer is the answer of every operation; only Tag's has FailedResources.
type answer struct {
	RequestID       string `json:"RequestId"`
	FailedResources struct {
		FailedResource []struct {
			ResourceARN string
			Result      struct{ Code, Message string }
		}
	}
	NextToken    string
	TagResources json.RawMessage // of lists, in the shape of each service
}

type refusal struct {
	code      string
	status    int
	requestID string
	recommend string
}

const (
	openapi = "darabonba-openapi"
	classic = "alibaba-cloud-sdk-go"
)

var vendors = append(nodeVendors(), []vendor{
	{name: openapi + " V3 query", signature: "V3", call: openapiCall("", false), refusal: openapiRefusal},
	{name: openapi + " V3 form", signature: "V3", form: true, call: openapiCall("", true), refusal: openapiRefusal},
	{name: openapi + " V1 query", signature: "V1", call: openapiCall("v2", false), refusal: openapiRefusal},
	{name: openapi + " V1 form", signature: "V1", form: true, call: openapiCall("v2", true), refusal: openapiRefusal},
	{name: "tag-20180828", only: untagtest.Tag, signature: "V3", call: generatedTag, refusal: openapiRefusal},
	{name: "ecs-20140526", only: untagtest.ECS, signature: "V3", call: generatedECS, refusal: openapiRefusal},
	{name: "vpcipam-20230228", only: untagtest.VPCIPAM, signature: "V3", call: generatedIPAM, refusal: openapiRefusal},
	{name: classic + " POST form", signature: "V1", form: true, call: classicCall(requests.POST, true), refusal: classicRefusal},
	{name: classic + " POST query", signature: "V1", call: classicCall(requests.POST, false), refusal: classicRefusal},
	{name: classic + " GET query", signature: "V1", call: classicCall(requests.GET, false), refusal: classicRefusal},
	{name: classic + " services tag", only: untagtest.Tag, signature: "V1", call: classicTag, refusal: classicRefusal},
}...)

// each runs a test for every vendor and each of the operations that the vendor has.
func each(t *testing.T, of []operation, test func(t *testing.T, v vendor, o operation)) {
	t.Helper()
	for _, v := range vendors {
		for _, o := range of {
			if v.only != "" && v.only != o.service {
				continue
			}
			t.Run(v.name+"/"+string(o.service), func(t *testing.T) {
				t.Parallel()
				if v.need != nil {
					v.need(t)
				}
				test(t, v, o)
			})
		}
	}
}

// refused calls, and returns what the vendor's own error type says.
func (v vendor) refused(t *testing.T, host string, k key, r request) refusal {
	t.Helper()
	_, err := v.call(host, k, r)
	require.Error(t, err)
	reason, ok := v.refusal(err)
	require.True(t, ok, "%T: %v", err, err)
	require.NotEmpty(t, reason.requestID)
	return reason
}

// openapiConfig is how a user of the new core, or of a package generated on it, sets it up.
func openapiConfig(host string, k key) *client.Config {
	config := &client.Config{
		AccessKeyId: tea.String(k.id), AccessKeySecret: tea.String(k.secret),
		Endpoint: tea.String(host), Protocol: tea.String("HTTP"), RegionId: tea.String(region),
	}
	if k.token != "" {
		config.SecurityToken = tea.String(k.token)
	}
	return config
}

// openapiCall calls the new core as its generated clients do. algorithm "v2" is its name of V1.
func openapiCall(algorithm string, form bool) func(string, key, request) (answer, error) {
	return func(host string, k key, r request) (answer, error) {
		config := openapiConfig(host, k)
		if algorithm != "" {
			config.SignatureAlgorithm = tea.String(algorithm)
		}
		return openapiDo(config, form, r)
	}
}

func openapiDo(config *client.Config, form bool, r request) (answer, error) {
	c, err := client.NewClient(config)
	if err != nil {
		return answer{}, err
	}
	in := &client.OpenApiRequest{Query: utils.Query(r.fields())}
	if form {
		in = &client.OpenApiRequest{Body: r.fields()}
	}
	params := &client.Params{
		Action: tea.String(r.actionName()), Version: tea.String(r.version), Protocol: tea.String("HTTP"), Pathname: tea.String("/"),
		Method: tea.String("POST"), AuthType: tea.String("AK"), Style: tea.String("RPC"),
		ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
	}
	out, err := c.CallApi(params, in, &dara.RuntimeOptions{})
	if err != nil {
		return answer{}, err
	}
	if status := fmt.Sprint(out["statusCode"]); status != "200" {
		return answer{}, errors.New("status code " + status)
	}
	return decode(out["body"])
}

// decode reads what a client made of an answer.
func decode(body any) (answer, error) {
	var a answer
	text, ok := body.(string)
	if !ok {
		marshaled, err := json.Marshal(body)
		if err != nil {
			return a, err
		}
		text = string(marshaled)
	}
	return a, json.Unmarshal([]byte(text), &a)
}

func openapiRefusal(err error) (refusal, bool) {
	own, ok := err.(*tea.SDKError) //nolint:errorlint // that their client returns its own type is what is tested
	if !ok {
		return refusal{}, false
	}
	var data struct {
		RequestID string `json:"RequestId"`
		Recommend string
	}
	if json.Unmarshal([]byte(tea.StringValue(own.Data)), &data) != nil {
		return refusal{}, false
	}
	return refusal{tea.StringValue(own.Code), tea.IntValue(own.StatusCode), data.RequestID, data.Recommend}, true
}

func generatedTag(host string, k key, r request) (answer, error) {
	c, err := tagv2.NewClient(openapiConfig(host, k))
	if err != nil {
		return answer{}, err
	}
	in := new(tagv2.UntagResourcesRequest).SetRegionId(region).SetResourceARN(tea.StringSlice(r.ids)).SetTagKey(tea.StringSlice(r.keys))
	out, err := c.UntagResources(in)
	if err != nil {
		return answer{}, err
	}
	return decode(out.Body)
}

func generatedECS(host string, k key, r request) (answer, error) {
	c, err := ecsv4.NewClient(openapiConfig(host, k))
	if err != nil {
		return answer{}, err
	}
	in := new(ecsv4.UntagResourcesRequest).SetRegionId(region).SetResourceType(r.resource.Type).SetResourceId(tea.StringSlice(r.ids))
	if r.all {
		in.SetAll(true)
	} else {
		in.SetTagKey(tea.StringSlice(r.keys))
	}
	out, err := c.UntagResources(in)
	if err != nil {
		return answer{}, err
	}
	return decode(out.Body)
}

func generatedIPAM(host string, k key, r request) (answer, error) {
	c, err := ipamv1.NewClient(openapiConfig(host, k))
	if err != nil {
		return answer{}, err
	}
	in := new(ipamv1.UntagResourcesRequest).SetRegionId(region).SetResourceType(r.resource.Type).SetResourceId(tea.StringSlice(r.ids))
	if r.all {
		in.SetAll(true)
	} else {
		in.SetTagKey(tea.StringSlice(r.keys))
	}
	out, err := c.UntagResources(in)
	if err != nil {
		return answer{}, err
	}
	return decode(out.Body)
}

// classicCredential is a key for the old core.
func classicCredential(k key) sdkauth.Credential {
	if k.token != "" {
		return credentials.NewStsTokenCredential(k.id, k.secret, k.token)
	}
	return credentials.NewAccessKeyCredential(k.id, k.secret)
}

// classicCall calls the old core with its generic request.
func classicCall(method string, form bool) func(string, key, request) (answer, error) {
	return func(host string, k key, r request) (answer, error) {
		c, err := sdk.NewClientWithOptions(region, sdk.NewConfig(), classicCredential(k))
		if err != nil {
			return answer{}, err
		}
		return classicDo(c, host, method, form, r)
	}
}

func classicDo(c *sdk.Client, host, method string, form bool, r request) (answer, error) {
	in := requests.NewCommonRequest()
	in.Method, in.Scheme, in.Domain = method, "HTTP", host
	in.Product, in.Version, in.ApiName = r.product, r.version, r.actionName()
	for name, value := range utils.Query(r.fields()) {
		switch {
		case name == "RegionId": // this client puts its own into the query; a second one in a form would be signed as one
		case form:
			in.FormParams[name] = *value
		default:
			in.QueryParams[name] = *value
		}
	}
	out, err := c.ProcessCommonRequest(in)
	if err != nil {
		return answer{}, err
	}
	if status := out.GetHttpStatus(); status != http.StatusOK {
		return answer{}, errors.New("status code " + strconv.Itoa(status))
	}
	return decode(out.GetHttpContentString())
}

// classicTag calls the old core's generated client of Tag. Its client of ECS, 1,600 MB to compile, is left out.
func classicTag(host string, k key, r request) (answer, error) {
	c, err := tagv1.NewClientWithOptions(region, sdk.NewConfig(), classicCredential(k))
	if err != nil {
		return answer{}, err
	}
	in := tagv1.CreateUntagResourcesRequest()
	in.Scheme, in.Domain, in.RegionId = "HTTP", host, region
	in.ResourceARN, in.TagKey = &r.ids, &r.keys
	out, err := c.UntagResources(in)
	if err != nil {
		return answer{}, err
	}
	return decode(map[string]any{"RequestId": out.RequestId, "FailedResources": out.FailedResources})
}

func classicRefusal(err error) (refusal, bool) {
	own, ok := err.(*sdkerrors.ServerError) //nolint:errorlint // that their client returns its own type is what is tested
	if !ok {
		return refusal{}, false
	}
	return refusal{own.ErrorCode(), own.HttpStatus(), own.RequestId(), own.Recommend()}, true
}
