package main

import (
	"context"
	"net/http"

	"github.com/untag-go/untag"
)

// call sends a work once and returns an error unless the service confirmed it.
type call func(ctx context.Context) error

// target is where calls go: to a server on the loopback address, or to a stub.
type target struct {
	address string            // host and port; "": the service's host, which the stub never connects to
	stub    http.RoundTripper // nil: the network
}

func (t target) host(w work) string {
	if t.address == "" {
		return w.host()
	}
	return t.address
}

func (t target) url(w work) string { return t.scheme() + "://" + t.host(w) + "/" }

func (t target) scheme() string {
	if t.address == "" {
		return "https"
	}
	return "http"
}

// transport is the one the SDK uses by default, unless there is a stub.
func (t target) transport() http.RoundTripper {
	if t.stub != nil {
		return t.stub
	}
	return untag.NewTransport()
}

// contestant is one way to send a work.
type contestant struct {
	name    string
	prepare func(work, target) (call, error)
}

const (
	nameFloor  = "floor: ready-made POST"
	nameSigned = "floor + V3 signing"
	nameUntag  = "untag"
	nameHooks  = "untag, with hooks and a logger"
	nameV1     = "alibaba-cloud-sdk-go (V1)"
	nameV3     = "darabonba-openapi/v2 (V3)"
)

var contestants = []contestant{
	{nameFloor, floorCall},
	{nameSigned, signedCall},
	{nameUntag, untagCall},
	{nameHooks, untagHooksCall},
	{nameV1, classicCall},
	{nameV3, openapiCall},
}
