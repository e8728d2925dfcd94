package main

import (
	"net/http"
	"strings"
)

// stub is a transport without a network: it answers a request at once, and looks at nothing of it.
type stub struct{ answer string }

func (s stub) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: answerHeader, ContentLength: int64(len(s.answer)), Request: request,
		Body: &stubBody{*strings.NewReader(s.answer)},
	}, nil
}

type stubBody struct{ strings.Reader }

func (*stubBody) Close() error { return nil }
