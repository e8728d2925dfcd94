package listing_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// names is the answer of a list of names.
type names struct {
	rpc.Envelope
	Names []string
}

func (a *names) FromXML(*rpc.Element) {}

func (a *names) Check() error {
	for _, name := range a.Names {
		switch {
		case name == "":
			return errors.New("a name is missing")
		case !strings.HasPrefix(name, "a"):
			return listing.Unasked("the answer lists %s", name)
		}
	}
	return nil
}

func (a *names) Page() listing.Page[string] { return listing.Page[string]{Items: a.Names} }

type answers []string

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	next := (*a)[0]
	if len(*a) > 1 {
		*a = (*a)[1:]
	}
	status := http.StatusOK
	if strings.Contains(next, "Forbidden") {
		status = http.StatusForbidden
	}
	return &http.Response{StatusCode: status, Request: r, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(next))}, nil
}

// TestErrUnasked is of answers that list what was not asked for, and of no others.
func TestErrUnasked(t *testing.T) {
	t.Parallel()
	const fine, foreign = `{"RequestId":"r","Names":["a"]}`, `{"RequestId":"r","Names":["a","b"]}`
	for _, test := range []struct {
		name    string
		answers answers
		fails   error
		unasked bool
	}{
		{"fine", answers{fine}, nil, false},
		{"foreign", answers{foreign}, untag.ErrUnavailable, true},
		{"foreign once", answers{foreign, fine}, nil, false},
		{"foreign, then refused", answers{foreign, `{"RequestId":"r","Code":"Forbidden"}`}, untag.ErrPermissionDenied, false},
		{"broken, then foreign", answers{`{`, foreign}, untag.ErrUnavailable, true},
		{"without a name", answers{`{"RequestId":"r","Names":[""]}`}, untag.ErrUnavailable, false},
		{"broken", answers{`{"RequestId":"r","Names":["b"]`}, untag.ErrUnavailable, false},
		{"words alone", answers{`{"RequestId":"r","Success":false,"Message":"what was not asked for"}`}, untag.ErrUnavailable, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config := untag.Config{
				Region: "cn-hangzhou", Credentials: untag.StaticCredentials("id", "secret", ""), Rate: -1,
				HTTPClient: &http.Client{Transport: &test.answers}, Retry: untag.Retry{MaxAttempts: 2, BaseDelay: 1, MaxDelay: 1},
			}
			service := rpc.Service{Name: untag.ServiceTag, Product: "tag", Version: "2018-08-28"}
			client, err := rpc.New(config, service)
			require.NoError(t, err)
			query := signature.NewQuery()
			defer query.Free()
			call := rpc.Call{Operation: &rpc.Operation{Action: "List", Reads: true}, Region: "cn-hangzhou", Query: query}
			_, err = listing.Fetch(t.Context(), client, call, func() listing.Answer[string] { return new(names) })
			if test.fails == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, test.fails)
			_, answered := errors.AsType[*untag.APIError](err)
			assert.True(t, answered)
			assert.Equal(t, test.unasked, errors.Is(err, listing.ErrUnasked))
		})
	}
}
