package rpc_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// TestOddSuccesses has answers with a status of success. nil means that the service confirmed it in the documented shape: the
// others are the refusal that they name, or leave the outcome unknown.
func TestOddSuccesses(t *testing.T) {
	t.Parallel()
	const done, unknown = "done", "unknown" // else the code of the refusal
	for _, test := range []struct {
		status int
		body   string
		want   string
	}{
		{200, `{"RequestId":"R"}`, done},
		{200, `{"RequestId":"R","Code":"200","Success":true}`, done},
		{200, `{"RequestId":"R","Code":200,"Message":"whatever"}`, done},
		{200, `{"RequestId":"R","Code":"OK"}`, done},
		{200, `{"RequestId":"R","Code":"ok"}`, done},
		{200, `{"RequestId":"R","Code":"Success"}`, done},
		{200, `{"RequestId":"R","code":"success","message":"successful"}`, done},
		{200, `{"RequestId":"R","Code":"0"}`, done},
		{200, `{"RequestId":"R","Code":0,"Success":"true"}`, done},
		{200, `{"RequestId":"R","Success":true,"Message":"it went well"}`, done},
		{200, `{"RequestId":"R","Message":"success"}`, done},
		{200, `{"RequestId":"R","Code":"","Message":""}`, done},
		{200, `{"RequestId":"R","Code":null,"Success":null}`, done},
		{200, `{"RequestId":"R","HttpStatusCode":200,"ErrCode":"","ErrMessage":"","ErrorCode":null}`, done},
		{200, `{"RequestId":"R","Errors":[],"Error":{},"FailedResources":{"FailedResource":[]}}`, done},
		{200, `{"RequestId":"R","TraceId":"t","Extra":{"a":[1,2,{}]}}`, done},
		{200, `{"RequestId":"R","FailedCount":0}`, done},
		{200, `{"RequestId":"R","Data":{"ResourceId":"i-1"}}`, done},
		{200, `{"RequestId":"R","Data":{"Resources":[]},"OrderId":""}`, done},
		{200, `{"RequestId":"R","Response":{"OwnerId":1}}`, done},
		{200, `{"RequestId":"R","Result":["i-1"],"TaskId":"t-1","Async":false}`, done},
		{200, `{"RequestId":"R","JobId":"j","TaskStatus":"Success","RespCode":"00"}`, done},
		{200, `{"RequestId":"R","IgnoredParameters":["Scope"],"InvalidationTime":"2024","Status":"Completed"}`, done},
		{200, `<UntagResourcesResponse status="1.0"><RequestId>R</RequestId><Data><ResourceId>i-1</ResourceId></Data></UntagResourcesResponse>`, done},
		{200, `<UntagResourcesResponse RequestId="R"/>`, unknown},
		{400, `{"RequestId":"R","Error":{"Code":"Throttling.User","UserId":"1"}}`, "Throttling.User"},
		{404, `{"RequestId":"R","Error":{"Code":"InvalidResourceId.NotFound","ResourceId":"i-1"}}`, "InvalidResourceId.NotFound"},
		{200, `{"RequestId":"R","DryRun":false,"Unprocessed":[],"Data":null,"AccessDeniedDetail":{}}`, done},
		{200, `<UntagResourcesResponse xmlns="http://x" xmlns:x="http://y" x:z="1"><RequestId>R</RequestId></UntagResourcesResponse>`, done},
		{200, `{"RequestId":"R","Success":1,"Status":"Success"}`, done},
		{200, `<UntagResourcesResponse><RequestId>R</RequestId><Code>200</Code><Success>true</Success></UntagResourcesResponse>`, done},

		{200, `{"RequestId":"R","Code":"InvalidTagKey.Malformed"}`, "InvalidTagKey.Malformed"},
		{200, `{"RequestId":"R","Code":"Success","ErrCode":"InvalidTagKey.Malformed"}`, "InvalidTagKey.Malformed"},
		{200, `{"RequestId":"R","Code":"OK","code":"Forbidden.RAM"}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","ErrCode":"InvalidParameter","Success":"false"}`, "InvalidParameter"},
		{200, `{"RequestId":"R","ErrorCode":"Forbidden.RAM","ErrorMessage":"no"}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","error_code":"Forbidden.RAM"}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","Error":{"Code":"Forbidden.RAM","Message":"no"}}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","Errors":[{"Code":"Forbidden.RAM"}]}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","Result":{"ErrCode":"Forbidden.RAM"}}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","Success":true,"Code":"403"}`, "403"},
		{200, `{"RequestId":"R","SubCode":"Forbidden.RAM"}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","DynamicCode":"Forbidden.RAM"}`, "Forbidden.RAM"},
		{200, `{"RequestId":"R","body":"{\"Code\":\"Forbidden.RAM\"}"}`, "Forbidden.RAM"},
		{202, `{"RequestId":"R","Code":"Forbidden.RAM"}`, "Forbidden.RAM"},
		{200, `<ErrorResponse><RequestId>R</RequestId><Error><Code>Forbidden.RAM</Code><Message>no</Message></Error></ErrorResponse>`, "Forbidden.RAM"},
		{200, `<UntagResourcesResponse><RequestId>R</RequestId><ErrorCode>Forbidden.RAM</ErrorCode></UntagResourcesResponse>`, "Forbidden.RAM"},
		{200, `<Error><RequestId>R</RequestId><Code>Forbidden.RAM</Code></Error>`, "Forbidden.RAM"},

		{200, `{"RequestId":"R","Success":false,"Message":"no"}`, unknown},
		{200, `{"RequestId":"R","Success":false}`, unknown},
		{200, `{"RequestId":"R","success":"False"}`, unknown},
		{200, `{"RequestId":"R","Success":0}`, unknown},
		{200, `{"RequestId":"R","IsSuccess":"no"}`, unknown},
		{200, `{"RequestId":"R","Success":true,"Success":false}`, unknown},
		{200, `{"RequestId":"R","Code":"200","Success":false}`, unknown},
		{200, `{"RequestId":"R","Message":"no"}`, unknown},
		{200, `{"RequestId":"R","Code":"-1"}`, unknown},
		{200, `{"RequestId":"R","Code":"Fail"}`, unknown},
		{200, `{"RequestId":"R","Code":"Accepted"}`, unknown},
		{200, `{"RequestId":"R","Code":{"a":1}}`, unknown},
		{200, `{"RequestId":"R","ErrMsg":"no"}`, unknown},
		{200, `{"RequestId":"R","Error":"no"}`, unknown},
		{200, `{"RequestId":"R","Error":true}`, unknown},
		{200, `{"RequestId":"R","Errors":["no"]}`, unknown},
		{200, `{"RequestId":"R","Status":"FAILED"}`, unknown},
		{200, `{"RequestId":"R","Result":false}`, unknown},
		{200, `{"RequestId":"R","FailedCount":2}`, unknown},
		{200, `{"RequestId":"R","FailedResources":{"FailedResource":[{"ResourceARN":"a"}]}}`, unknown},
		{200, `{"RequestId":"R","FailedResources":[{"ResourceARN":"a"}]}`, unknown},
		{200, `{"RequestId":"R","FailedResources":{"Other":{"ResourceARN":"a"}}}`, unknown},
		{200, `{"RequestId":"R","Failures":["i-1"]}`, unknown},
		{200, `{"RequestId":"R","FailedResources":{"FailedResource":[{"ResourceId":"i-1","Result":{"Code":"Forbidden.RAM","Message":"no"}}]}}`, unknown},
		{200, `{"RequestId":"R","FailedResources":[{"ResourceARN":"a","Code":"Forbidden.RAM"}]}`, unknown},
		{200, `{"RequestId":"R","Failures":[{"Id":"i-1","Code":"Forbidden.RAM"}]}`, unknown},
		{200, `{"RequestId":"R","Errors":[{"ResourceId":"i-1","Code":"Forbidden.RAM"}]}`, unknown},
		{200, `{"RequestId":"R","Errors":{"Error":[{"InstanceId":"i-1","Code":"Forbidden.RAM"}]}}`, unknown},
		{200, `<UntagResourcesResponse><RequestId>R</RequestId><FailedResources><FailedResource><ResourceId>i-1</ResourceId><Result><Code>Forbidden.RAM</Code></Result></FailedResource></FailedResources></UntagResourcesResponse>`, unknown},
		{200, `{"RequestId":"R","Data":{"Success":false}}`, unknown},
		{200, `{"RequestId":" "}`, unknown},
		{200, `{"RequestId":"R","Code":2e2}`, unknown},
		{200, `{"RequestId":"R","ResponseStatus":"Failed"}`, unknown},
		{200, `{"RequestId":"R","RespCode":"99"}`, unknown},
		{200, `{"RequestId":"R","NotFoundResources":["i-1"]}`, unknown},
		{200, `{"RequestId":"R","InvalidResources":{"x":["i-1"]}}`, unknown},
		{200, `{"RequestId":"R","Unprocessed":["i-1"]}`, unknown},
		{200, `{"RequestId":"R","PartialSuccess":true}`, unknown},
		{200, `{"RequestId":"R","Unsuccessful":true}`, unknown},
		{200, `{"RequestId":"R","Data":false}`, unknown},
		{200, `{"RequestId":"R","DryRun":true}`, unknown},
		{200, `{"RequestId":"R","AccessDeniedDetail":{"AuthAction":"ecs:UntagResources"}}`, unknown},
		{200, `<UntagResourcesResponse><RequestId>R</RequestId>Failed</UntagResourcesResponse>`, unknown},
		{201, `{"RequestId":"R"}`, unknown},
		{202, `{"RequestId":"R"}`, unknown},
		{203, `{"RequestId":"R"}`, unknown},
		{204, ``, unknown},
		{206, `{"RequestId":"R"}`, unknown},
		{207, `{"RequestId":"R"}`, unknown},
		{200, `<ErrorResponse><RequestId>R</RequestId><Error><Message>no</Message></Error></ErrorResponse>`, unknown},
		{200, `<ErrorResponse><RequestId>R</RequestId></ErrorResponse>`, unknown},
		{200, `<Error><RequestId>R</RequestId></Error>`, unknown},
		{200, `<ListTagResourcesResponse><RequestId>R</RequestId></ListTagResourcesResponse>`, unknown},
		{200, `<UntagResourcesResponse><RequestId>R</RequestId><Success>false</Success></UntagResourcesResponse>`, unknown},
		{200, `<UntagResourcesResponse><RequestId>R</RequestId><FailedResources><FailedResource/></FailedResources></UntagResourcesResponse>`, unknown},
	} {
		t.Run(test.body, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, play(answer(test.status, test.body)), func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
			reply, err := client.Do(t.Context(), request())
			switch test.want {
			case done:
				require.NoError(t, err)
				assert.Equal(t, rpc.Reply{RequestID: "R"}, reply)
			case unknown:
				require.ErrorIs(t, err, untag.ErrUnavailable)
				assert.True(t, isUnknown(err), "%v", err)
			default:
				apiErr, ok := errors.AsType[*untag.APIError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, test.want, apiErr.Code)
				assert.Equal(t, test.status, apiErr.StatusCode)
				assert.False(t, isUnknown(err), "%v", err)
			}
		})
	}
}

// A code that an answer gives for one of its resources is no verdict on the others.
func TestCodeOfOneResource(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"RequestId":"R","FailedResources":{"FailedResource":[{"ResourceARN":"a","Result":{"Code":"Forbidden.RAM","Message":"m"}}]}}`,
		`{"RequestId":"R","FailedResources":[{"ResourceId":"i-1","Code":"Forbidden.RAM"}]}`,
		`{"RequestId":"R","FailedResources":{"Code":"Forbidden.RAM"}}`,
		`{"RequestId":"R","Errors":[{"InstanceId":"i-1","Code":"Forbidden.RAM"}]}`,
		`{"RequestId":"R","Data":{"Failures":[{"ARN":"a","ErrorCode":"Forbidden.RAM"}]}}`,
		`{"RequestId":"R","Result":[{"ResourceId":"i-1","Code":"Forbidden.RAM"}]}`,
		`<UntagResourcesResponse><RequestId>R</RequestId><FailedResources><FailedResource><ResourceARN>a</ResourceARN><Result><Code>Forbidden.RAM</Code></Result></FailedResource></FailedResources></UntagResourcesResponse>`,
	} {
		for _, status := range []int{200, 202, 203} {
			for _, resources := range []int{1, 2} {
				t.Run(fmt.Sprintf("%d resources, %d, %s", resources, status, body), func(t *testing.T) {
					t.Parallel()
					client := newClient(t, play(answer(status, body)), func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
					call := request()
					call.Resources = resources
					_, err := client.Do(t.Context(), call)
					apiErr, ok := errors.AsType[*untag.APIError](err)
					require.True(t, ok, "%v", err)
					assert.Equal(t, resources > 1, isUnknown(err), "%v", err)
					assert.Equal(t, map[int]string{1: "Forbidden.RAM", 2: ""}[resources], apiErr.Code)
				})
			}
		}
	}
	// The call's own code stands before that of a resource.
	for _, body := range []string{
		`{"RequestId":"R","Code":"InvalidTagKey.Malformed","FailedResources":{"FailedResource":[{"ResourceARN":"a","Result":{"Code":"Forbidden.RAM"}}]}}`,
		`{"RequestId":"R","FailedResources":[{"ResourceARN":"a","Code":"Forbidden.RAM"}],"Error":{"Code":"InvalidTagKey.Malformed"}}`,
		`{"RequestId":"R","FailedResources":[{"ResourceARN":"a","Code":"Forbidden.RAM"}],"ErrCode":"InvalidTagKey.Malformed"}`,
	} {
		client := newClient(t, play(answer(200, body)), func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
		call := request()
		call.Resources = 2
		_, err := client.Do(t.Context(), call)
		apiErr, ok := errors.AsType[*untag.APIError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, "InvalidTagKey.Malformed", apiErr.Code)
		assert.False(t, isUnknown(err))
	}
}
