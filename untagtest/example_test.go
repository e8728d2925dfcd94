package untagtest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag/untagtest"
)

// untag is what a program under test does. A program of the SDK would call a client made from cloud.Config(); the
// examples of this package speak HTTP with a bearer token, so as to need no signature.
func untag(client *http.Client, base, version, query string) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, base+"/?SignatureType=BEARERTOKEN&"+query, http.NoBody)
	if err != nil {
		fmt.Println(err)
		return
	}
	for name, value := range map[string]string{
		"Accept": "application/json", "x-acs-action": "UntagResources", "x-acs-version": version,
		"x-acs-bearer-token": "secret", "x-acs-signature-nonce": strconv.FormatInt(nonces.Add(1), 10),
	} {
		r.Header.Set(name, value)
	}
	response, err := client.Do(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		fmt.Println(response.Status, err)
		return
	}
	text, _, _ := strings.Cut(strings.ReplaceAll(string(body), "\r", ""), `,"Recommend"`)
	fmt.Println(response.Status, text)
}

func ExampleCloud() {
	cloud := untagtest.NewCloud()
	cloud.AllowBearer("secret")
	cloud.Put(untagtest.Resource{
		Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1",
		Tags: map[string]string{"env": "test", "team": "a"},
	})

	untag(cloud.Config().HTTPClient, "https://ecs-cn-hangzhou.aliyuncs.com", "2014-05-26",
		"RegionId=cn-hangzhou&ResourceType=instance&ResourceId.1=i-1&TagKey.1=env")
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-1"))
	fmt.Println(cloud.Calls()[0].Verdict, cloud.CallCount())
	// Output:
	// 200 OK {"RequestId":"00000000-0000-5000-8000-000000000001"}
	// map[team:a] true
	// OK 1
}

func ExampleCloud_ServeHTTP() {
	cloud := untagtest.NewCloud()
	cloud.AllowBearer("secret")
	server := httptest.NewServer(cloud)
	defer server.Close()
	untag(server.Client(), server.URL, "2020-01-10", "RegionId=cn-hangzhou&ResourceType=ResourceShare&ResourceId.1=rs-1&All=true")
	// Output: 400 Bad Request {"RequestId":"00000000-0000-5000-8000-000000000001","HostId":"127.0.0.1","Code":"InvalidResourceId.NotFound","Message":"The specified ResourceIds are not found in our records."
}

func ExampleCloud_Inject() {
	cloud := untagtest.NewCloud()
	cloud.AllowBearer("secret")
	cloud.AllowAnyResource()
	cloud.Inject(
		untagtest.Fault{Calls: 1, Code: "ServiceUnavailable"},
		untagtest.Fault{Calls: 1, Reset: true},
		untagtest.Fault{Calls: 1, HTML: true},
		untagtest.Fault{Calls: 1, Item: "Throttling.User"},
	)
	for range 5 {
		untag(cloud.Config().HTTPClient, "https://tag.cn-hangzhou.aliyuncs.com", "2018-08-28",
			"RegionId=cn-hangzhou&ResourceARN.1=arn:acs:oss:*:*:bucket/b&TagKey.1=env")
	}
	for _, call := range cloud.Calls() {
		fmt.Println(call.Verdict)
	}
	// Output:
	// 503 Service Unavailable {"RequestId":"00000000-0000-5000-8000-000000000001","HostId":"tag.cn-hangzhou.aliyuncs.com","Code":"ServiceUnavailable","Message":"The request has failed due to a temporary failure of the server."
	// Post "https://tag.cn-hangzhou.aliyuncs.com/?SignatureType=BEARERTOKEN&RegionId=cn-hangzhou&ResourceARN.1=arn:acs:oss:*:*:bucket/b&TagKey.1=env": read tcp: read: connection reset by peer
	// 502 Bad Gateway <html>
	// <head><title>502 Bad Gateway</title></head>
	// <body>
	// <center><h1>502 Bad Gateway</h1></center>
	// </body>
	// </html>
	//
	// 200 OK {"RequestId":"00000000-0000-5000-8000-000000000002","FailedResources":{"FailedResource":[{"ResourceARN":"arn:acs:oss:*:*:bucket/b","Result":{"Code":"Throttling.User","Message":"Request was denied due to user flow control."}}]}}
	// 200 OK {"RequestId":"00000000-0000-5000-8000-000000000003","FailedResources":{"FailedResource":[]}}
	// ServiceUnavailable
	// Reset
	// HTML
	// PartialFailure
	// OK
}

func ExampleCloud_SetWindow() {
	cloud := untagtest.NewCloud()
	cloud.AllowBearer("secret")
	cloud.AllowAnyResource()
	cloud.SetWindow(untagtest.VPCIPAM, 2, time.Minute)
	for range 3 {
		untag(cloud.Config().HTTPClient, "https://vpcipam.cn-hangzhou.aliyuncs.com", "2023-02-28",
			"RegionId=cn-hangzhou&ResourceType=IPAM&ResourceId.1=ipam-1&TagKey.1=env")
	}
	// Output:
	// 200 OK {"RequestId":"00000000-0000-5000-8000-000000000001"}
	// 200 OK {"RequestId":"00000000-0000-5000-8000-000000000002"}
	// 400 Bad Request {"RequestId":"00000000-0000-5000-8000-000000000003","HostId":"vpcipam.cn-hangzhou.aliyuncs.com","Code":"Throttling.User","Message":"Request was denied due to user flow control."
}

func ExampleCloud_Deny() {
	cloud := untagtest.NewCloud()
	cloud.AllowBearer("secret")
	instance := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1"}
	cloud.Put(instance)
	cloud.Deny("IncorrectInstanceStatus", 403, instance)
	untag(cloud.Config().HTTPClient, "https://ecs-cn-hangzhou.aliyuncs.com", "2014-05-26",
		"RegionId=cn-hangzhou&ResourceType=instance&ResourceId.1=i-1&All=true")
	// Output: 403 Forbidden {"RequestId":"00000000-0000-5000-8000-000000000001","HostId":"ecs-cn-hangzhou.aliyuncs.com","Code":"IncorrectInstanceStatus","Message":"The call was refused with the code IncorrectInstanceStatus that the test asked for."
}
