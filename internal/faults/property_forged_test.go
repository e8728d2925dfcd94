package faults_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag"
)

// forged makes an answer that is not the account's.
func forged(c *wireCall, status int, kind, body string) (*http.Response, error) {
	return &http.Response{
		Status: strconv.Itoa(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {kind}, "Date": {time.Now().UTC().Format(http.TimeFormat)}},
		Body:   io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: c.Request,
	}, nil
}

// blockPage is what a gateway or a firewall answers.
const blockPage = "<html><head><title>Blocked</title></head><body>Your request was blocked.</body></html>"

// looked reports whether a code says of a resource what only a look at it can tell: by the operations' documents, and not by
// the SDK's table. IncorrectInstanceStatus is one that tools know.
func looked(code string) bool {
	for _, prefix := range []string{
		"InvalidResourceId.Not", "ResourceNotFound", "InvalidResourceARN", "Invalid.ResourceIdARN", "InvalidParameter.ResourceId",
		"InvalidParameter.ResourceType", "InvalidParameter.ServiceCode", "IncorrectInstanceStatus", "NoPermission.Operator",
		"QuotaExceed", "OperationDenied.QuotaExceed",
	} {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// momentary are codes of refusals that pass. Of a call that was answered so nobody knows that it had no effect.
var momentary = strings.Fields(`ServiceUnavailable InternalError UnknownError SystemBusy IdempotenceProcessing OperationConflict TaskConflict
	ConcurrentCallNotSupported OperationFailed.ResourceGroupStatusCheckFail LastTokenProcessing`)

// refusal draws a refusal of a call and answers with it. perhaps: the call may have been carried out all the same.
func (w *troubledWire) refusal(c *wireCall, codes []string, header http.Header, perhaps bool) (*http.Response, error) {
	var code string
	status := 400
	honest := w.untouched(c)
	w.draw(func(r *rand.Rand) {
		for code = oneOf(r, codes...); looked(code) && !honest; {
			code = oneOf(r, codes...)
		}
		if status = oneOf(r, 400, 400, 403, 404, 409, 429, 500, 503, 200); perhaps && status == 429 {
			status = 500 // too many calls is a look at the call before it is carried out
		}
	})
	w.note("  %s, HTTP %d", code, status)
	if slices.Contains(momentary, code) || code == untag.CodeSignatureNonceUsed || !slices.Contains([]int{400, 403, 404, 429}, status) {
		w.doubt(c)
	}
	var response *http.Response
	if w.intN(6) == 0 {
		response, _ = forged(c, status, "text/xml", fmt.Sprintf(
			"<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-%d</RequestId><HostId>h</HostId><Code>%s</Code><Message>m</Message></Error>", w.intN(1e6), code))
	} else {
		response, _ = forged(c, status, "application/json", fmt.Sprintf(`{"RequestId":"R-%d","HostId":"h","Code":%q,"Message":"m"}`, w.intN(1e6), code))
	}
	for name, values := range header {
		response.Header[name] = values
	}
	return response, nil
}

// perhaps carries a request out, or not.
func (w *troubledWire) perhaps(c *wireCall) {
	if w.intN(2) == 0 {
		w.carryOutUnheard(c)
		w.note("  and was carried out")
	}
}

var failedARN = regexp.MustCompile(`("ResourceARN":"arn:acs:)([a-z0-9-]*):([a-z0-9-]*|\*):([0-9]*|\*):`)

// respelled names the failed resources of an answer in another spelling.
func (w *troubledWire) respelled(data string) string {
	return failedARN.ReplaceAllStringFunc(data, func(head string) string {
		parts := failedARN.FindStringSubmatch(head)
		switch w.intN(4) {
		case 0:
			parts[4] = "*"
		case 1:
			parts[4] = ""
		case 2:
			parts[3], parts[4] = "*", "*"
		default:
			parts[2] = strings.ToUpper(parts[2]) // a stranger to the SDK
		}
		return parts[1] + parts[2] + ":" + parts[3] + ":" + parts[4] + ":"
	})
}

// answerFates are answers that are none of the account's, or not as the account gave them.
var answerFates = []*fate{
	{name: "any code", refusal: true, mayEnd: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		return w.refusal(c, w.codes, nil, false)
	}},
	{name: "throttling", refusal: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		header := http.Header{}
		if w.intN(3) == 0 {
			header.Set("X-Acs-Retry-After", strconv.Itoa(w.intN(5000)))
		}
		return w.refusal(c, []string{"Throttling", "Throttling.User", "Throttling.Api", "Request.Throttling", "ONS_SYSTEM_FLOW_CONTROL"}, header, false)
	}},
	{name: "refused for the moment", doubt: true, refusal: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		w.perhaps(c)
		header := http.Header{}
		if w.intN(4) == 0 {
			header.Set("X-Acs-Retry-After", strconv.Itoa(w.intN(5000)))
		}
		return w.refusal(c, momentary, header, true)
	}},
	{name: "a nonce that was used", doubt: true, refusal: true, mayEnd: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		w.perhaps(c)
		return w.refusal(c, []string{untag.CodeSignatureNonceUsed}, nil, true)
	}},
	{name: "the header x-acs-retry-after alone", refusal: true, mayEnd: true, doubt: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		if w.intN(2) == 0 {
			return w.refusal(c, []string{"SomethingNew", "Forbidden.RAM", "InvalidParameter"}, http.Header{"X-Acs-Retry-After": {strconv.Itoa(w.intN(3000))}}, false)
		}
		response, err := forged(c, []int{400, 403, 429, 503}[w.intN(4)], "application/json", "")
		response.Header.Set("X-Acs-Retry-After", strconv.Itoa(w.intN(3000)))
		return response, err
	}},
	{name: "a firewall's page", refusal: true, mayEnd: true, reads: true, do: func(_ *troubledWire, c *wireCall) (*http.Response, error) {
		return forged(c, http.StatusForbidden, "text/html", blockPage)
	}},
	{name: "a gateway's page", doubt: true, refusal: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		w.perhaps(c)
		return forged(c, []int{500, 502, 503, 504}[w.intN(4)], "text/html", blockPage)
	}},
	{name: "an empty body", doubt: true, refusal: true, mayEnd: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		status := []int{200, 200, 204, 400, 403, 408, 500, 503}[w.intN(8)]
		if status < 400 || status >= 500 || status == 408 {
			w.perhaps(c)
		}
		return forged(c, status, "application/json", "")
	}},
	{name: "a redirect", refusal: true, doubt: true, mayEnd: true, reads: true, do: func(_ *troubledWire, c *wireCall) (*http.Response, error) {
		response, err := forged(c, http.StatusFound, "text/html", blockPage)
		response.Header.Set("Location", "https://example.com/")
		return response, err
	}},
	{name: "JSON that is cut", doubt: true, refusal: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		status := []int{200, 200, 500, 400}[w.intN(4)]
		if status != 400 {
			w.perhaps(c)
		}
		body := `{"RequestId":"R","HostId":"h","Code":"InvalidResourceId.NotFound","Message":"m"}`
		if status == 200 {
			body = `{"RequestId":"R-1","FailedResources":{"FailedResource":[]}}`
		}
		return forged(c, status, "application/json", body[:1+w.intN(len(body)-2)])
	}},
	{name: "202, 206 or another status with a success", doubt: true, refusal: true, mayEnd: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		status := []int{201, 202, 203, 206, 299}[w.intN(5)]
		if w.intN(2) == 0 {
			return forged(c, status, "application/json", `{"RequestId":"R"}`)
		}
		response, err := w.carryOut(c)
		if err == nil {
			response.StatusCode = status
		}
		return response, err
	}},
	{name: "200 with Success: false", doubt: true, refusal: true, mayEnd: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		bodies := []string{
			`{"RequestId":"R","Success":false}`, `{"RequestId":"R","Success":"false","Message":"no"}`,
			`{"RequestId":"R","Success":false,"ErrCode":"InvalidParameter"}`, `{"RequestId":"R","ErrorCode":"SomethingNew","Success":false}`,
		}
		which := w.intN(len(bodies))
		if which < 2 {
			w.perhaps(c)
		}
		return forged(c, http.StatusOK, "application/json", bodies[which])
	}},
	{name: "a success without a request ID", doubt: true, refusal: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		w.perhaps(c)
		return forged(c, http.StatusOK, "application/json", []string{`{}`, `{"ok":true}`, `[]`, `null`, `"R"`, `{"RequestId":""}`}[w.intN(6)])
	}},
	{name: "failed resources in another spelling", doubt: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		response, err := w.carryOut(c)
		if err == nil {
			data, _ := io.ReadAll(response.Body)
			text := w.respelled(string(data))
			response.Body, response.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
			response.Header.Set("Content-Length", strconv.Itoa(len(text)))
		}
		return response, err
	}},
}
