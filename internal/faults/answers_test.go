package faults_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/untag-go/untag"
)

// answer is a complete answer in the place of the account's.
type answer struct {
	status  int
	header  http.Header
	body    string
	carried bool // the request was carried out
}

func (a answer) fault(w *world) {
	w.fault = func(rw http.ResponseWriter, r *http.Request) {
		if a.carried {
			w.carriedOut(r)
		}
		for name, values := range a.header {
			rw.Header()[name] = values
		}
		if a.status != http.StatusNoContent {
			rw.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		}
		rw.WriteHeader(a.status)
		if a.body != "" {
			_, _ = io.WriteString(rw, a.body)
		}
	}
}

// page is an answer of a gateway.
func page(status int) answer {
	text := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return answer{
		status: status, header: http.Header{"Content-Type": {"text/html"}},
		body: "<html>\r\n<head><title>" + text + "</title></head>\r\n<body>\r\n<center><h1>" + text + "</h1></center>\r\n</body>\r\n</html>\r\n",
	}
}

// instead is another body in the place of a success.
func instead(body string) func(*world) {
	return answer{http.StatusOK, http.Header{"Content-Type": {"application/json;charset=utf-8"}}, body, true}.fault
}

// elsewhere redirects to another host, which must not hear of it.
func elsewhere(status int) func(*world) {
	return func(w *world) {
		var visits atomic.Int32
		other := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			visits.Add(1)
			_, _ = io.WriteString(rw, success)
		}))
		other.TLS = w.tls.Clone()
		other.StartTLS()
		w.onClose = append(w.onClose, func() {
			other.Close()
			if n := visits.Load(); n > 0 {
				w.t.Errorf("%d requests followed the redirect", n)
			}
		})
		answer{status: status, header: http.Header{"Location": {other.URL + "/"}}, body: ""}.fault(w)
	}
}

const (
	bombSize   = 100 << 20
	writeBound = 1 << 20  // what is read of the answer to a write
	listBound  = 64 << 20 // and of a page
)

// bomb is 100 MB that travel as 100 KB. A gzip stream may have many members, so one is made and repeated.
var bomb = sync.OnceValue(func() []byte {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	chunk := make([]byte, 1<<20)
	_, _ = zip.Write(chunk)
	_ = zip.Close()
	return bytes.Repeat(packed.Bytes(), bombSize/len(chunk))
})

// flood writes 100 MB as fast as the client takes them, which must stop soon after the bound.
func flood(announce bool, bound int) func(*world) {
	return answering(func(w *world, rw http.ResponseWriter, r *http.Request) {
		w.carriedOut(r)
		if announce {
			rw.Header().Set("Content-Length", strconv.Itoa(bombSize))
		}
		chunk, written := bytes.Repeat([]byte{' '}, 64<<10), 0
		for written < bombSize {
			n, err := rw.Write(chunk)
			if written += n; err != nil {
				break
			}
		}
		if written > bound+bombSize/4 {
			w.t.Errorf("%d bytes of an endless answer were taken", written)
		}
	})
}

var strangeAnswers = []scenario{
	{
		name: "502, an HTML page", arrange: page(http.StatusBadGateway).fault,
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "414, an HTML page", arrange: page(http.StatusRequestURITooLong).fault,
		single: fails(1, untag.ErrInvalidParameter), bulk: tally{refused: 3, notAttempted: 117}, then: all(done), concurrency: 1,
	},
	{
		name: "403, an HTML page", arrange: page(http.StatusForbidden).fault,
		single: fails(1, untag.ErrPermissionDenied), bulk: tally{refused: 3, notAttempted: 117}, then: all(done), concurrency: 1,
	},
	{
		name: "302 to another host", arrange: elsewhere(http.StatusFound),
		single: fails(1, untag.ErrUnavailable, untag.ErrOutcomeUnknown), bulk: all(unknown), then: tally{done: 70, unknown: 50},
	},
	{
		name: "307 to another host", arrange: elsewhere(http.StatusTemporaryRedirect),
		single: fails(1, untag.ErrUnavailable, untag.ErrOutcomeUnknown), bulk: all(unknown), then: tally{done: 70, unknown: 50},
	},
	{
		name: "a gzip bomb, 1000 times its size",
		arrange: answering(func(w *world, rw http.ResponseWriter, r *http.Request) {
			w.carriedOut(r)
			rw.Header().Set("Content-Encoding", "gzip")
			_, _ = rw.Write(bomb())
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "a gzip body that is broken",
		arrange: answer{http.StatusOK, http.Header{"Content-Encoding": {"gzip"}}, "\x1f\x8b\x08 no gzip at all", true}.fault,
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{name: "a body of 100 MB, announced", arrange: flood(true, writeBound), single: lost, bulk: all(unknown), recovers: true},
	{name: "a body of 100 MB, in chunks", arrange: flood(false, writeBound), single: lost, bulk: all(unknown), recovers: true},
	{
		name:    "headers of 1 MB",
		arrange: answer{http.StatusOK, http.Header{"X-Long": {strings.Repeat("x", 1<<20)}}, success, true}.fault,
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "endless interim answers (103)",
		arrange: closing(func(conn io.Writer) {
			for range 10_000 {
				if _, err := io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"); err != nil {
					return
				}
			}
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "a text that says OK",
		arrange: instead("OK"),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "200 and nothing else",
		arrange: instead(""),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "204",
		arrange: answer{status: http.StatusNoContent, carried: true}.fault,
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "200 without a request ID",
		arrange: instead(`{}`),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "200 with the request ID in the header alone",
		arrange: answer{http.StatusOK, http.Header{"X-Acs-Request-Id": {"00000000-0000-5000-8000-000000000001"}}, `{}`, true}.fault,
		single:  succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name: "an error that quotes the whole request, signature and all",
		arrange: answering(func(_ *world, rw http.ResponseWriter, r *http.Request) {
			rw.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(rw, `{"RequestId":"r-1","HostId":%q,"Code":"SignatureDoesNotMatch","Message":%q,"Recommend":%q}`,
				r.Header.Get("Authorization"), "server string to sign is:"+r.Header.Get("Authorization")+r.URL.RawQuery,
				"https://example/?"+keyID+r.Header.Get("X-Acs-Security-Token"))
		}),
		single: fails(1, untag.ErrUnauthenticated), bulk: tally{refused: 50, notAttempted: 70},
	},
}

var malformedAnswers = []scenario{
	{name: "invalid JSON", arrange: instead(`{"RequestId":"r-1",}`), single: lost, bulk: all(unknown), recovers: true},
	{name: "truncated JSON in a whole answer", arrange: instead(success[:20]), single: lost, bulk: all(unknown), recovers: true},
	{name: "JSON with something after it", arrange: instead(success + success), single: lost, bulk: all(unknown), recovers: true},
	{name: "null", arrange: instead("null"), single: lost, bulk: all(unknown), recovers: true},
	{name: "an array", arrange: instead("[" + success + "]"), single: lost, bulk: all(unknown), recovers: true},
	{
		name:    "100,000 levels of nesting",
		arrange: instead(`{"RequestId":"r-1","A":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}"),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "1,000 levels of nesting in a field that nobody reads",
		arrange: instead(`{"RequestId":"r-1","A":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}"),
		single:  succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name:    "two request IDs",
		arrange: instead(`{"RequestId":"r-1","RequestId":"r-2"}`),
		single:  succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name:    "an error code and an empty one of the same name",
		arrange: instead(`{"RequestId":"r-1","Code":"InternalError","Code":""}`),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "a success led by a byte order mark",
		arrange: instead("\xEF\xBB\xBF" + success),
		single:  succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name:    "a success in UTF-16",
		arrange: instead("\xFF\xFE{\x00}\x00"),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "a success in XML",
		arrange: instead(`<?xml version="1.0" encoding="UTF-8"?><UntagResourcesResponse><RequestId>r-1</RequestId></UntagResourcesResponse>`),
		single:  succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name:    "truncated XML",
		arrange: instead(`<?xml version="1.0" encoding="UTF-8"?><UntagResourcesResponse><RequestId>r-1</Requ`),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "a refusal in XML",
		arrange: answer{
			status: http.StatusForbidden,
			body:   `<?xml version="1.0"?><Error><RequestId>r-1</RequestId><HostId>h</HostId><Code>NoPermission.SystemTag</Code><Message>no</Message></Error>`,
		}.fault,
		single: fails(1, untag.ErrPermissionDenied), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name:    "an error code in a 200",
		arrange: answer{status: http.StatusOK, body: `{"RequestId":"r-1","Code":"NoPermission.SystemTag","Message":"no"}`}.fault,
		single:  fails(1, untag.ErrPermissionDenied), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name:    "a truncated refusal",
		arrange: answer{status: http.StatusBadRequest, body: `{"RequestId":"r-1","Code":"InvalidRes`}.fault,
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "FailedResources that cannot be read",
		only: untag.ServiceTag, arrange: instead(`{"RequestId":"r-1","FailedResources":{"FailedResource":"some"}}`),
		single: lost, bulk: all(unknown), recovers: true,
	},
}
