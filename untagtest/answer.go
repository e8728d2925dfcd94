package untagtest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// answer is a response before it is put on a wire.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	cut     bool // only half of the body leaves
	id      string
	verdict string
}

type errorBody struct {
	RequestID string `json:"RequestId" xml:"RequestId"`
	HostID    string `json:"HostId" xml:"HostId"`
	Code      string
	Message   string
	Recommend string
}

// requestID returns a new one. They look like the service's and count up, so that output with them can be compared.
func (c *Cloud) requestID() string {
	return fmt.Sprintf("00000000-0000-5000-8000-%012X", c.requests.Add(1))
}

func (c *Cloud) succeed(in *request, clock time.Time, b body) answer {
	a := answer{status: http.StatusOK, id: c.requestID(), verdict: b.verdict()}
	b.stamp(a.id)
	return a.write(in, clock, in.action+"Response", b)
}

func (c *Cloud) refuse(in *request, clock time.Time, reason *refusal) answer {
	if reason.code == "" {
		return page(clock, reason.status)
	}
	a := answer{status: reason.status, id: c.requestID(), verdict: reason.code}
	product := ""
	if in.service != nil {
		product = in.service.product
	}
	return a.write(in, clock, "Error", errorBody{
		RequestID: a.id,
		HostID:    hostname(in.http.Host),
		Code:      reason.code,
		Message:   reason.message,
		Recommend: "https://api.aliyun.com/troubleshoot?q=" + string(appendEscaped(nil, reason.code)) + "&product=" + product + "&requestId=" + a.id,
	})
}

// write adds the body, in JSON or XML as the request wants it, and the headers. root is the name of XML's root element.
func (a answer) write(in *request, clock time.Time, root string, body any) answer {
	var b bytes.Buffer
	var err error
	contentType := "application/json;charset=utf-8"
	if in.json {
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(body)
		b.Truncate(max(b.Len()-1, 0)) // the line end
	} else {
		contentType = "text/xml;charset=utf-8"
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
		err = xml.NewEncoder(&b).EncodeElement(body, xml.StartElement{Name: xml.Name{Local: root}})
	}
	if err != nil {
		panic("untagtest: " + err.Error()) // strings only: it cannot fail
	}
	a.body = b.Bytes()
	a.header = http.Header{
		"Content-Type":     {contentType},
		"Date":             {clock.UTC().Format(http.TimeFormat)},
		"X-Acs-Request-Id": {a.id},
	}
	return a
}

// page is the answer of a gateway that knows nothing of the service.
func page(clock time.Time, status int) answer {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return answer{
		status:  status,
		verdict: VerdictHTML,
		header:  http.Header{"Content-Type": {"text/html"}, "Date": {clock.UTC().Format(http.TimeFormat)}},
		body:    []byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title + "</h1></center>\r\n</body>\r\n</html>\r\n"),
	}
}

// bare is a status and nothing else.
func bare(clock time.Time, status int) answer {
	return answer{status: status, verdict: VerdictBare, header: http.Header{"Date": {clock.UTC().Format(http.TimeFormat)}}}
}
