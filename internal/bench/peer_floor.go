package main

import (
	"context"
	"net/http"

	"github.com/untag-go/untag/internal/bench/floor"
)

func floorClient(w work, to target) *floor.Client {
	return &floor.Client{HTTP: &http.Client{Transport: to.transport()}, URL: to.url(w), Host: to.host(w), Version: w.version}
}

func floorCall(w work, to target) (call, error) {
	client, query := floorClient(w, to), w.query()
	return func(ctx context.Context) error { return client.Post(ctx, query) }, nil
}

func signedCall(w work, to target) (call, error) {
	client, query := floorClient(w, to), w.query()
	return func(ctx context.Context) error { return client.SignAndPost(ctx, query) }, nil
}
