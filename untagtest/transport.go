package untagtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// transport carries calls to a Cloud in memory. A request is written as it would be on a wire and read again, so the
// account sees what a server would see.
type transport struct{ cloud *Cloud }

// wire is room to write a request to and to read it from.
type wire struct {
	text   bytes.Buffer
	writer *bufio.Writer
	reader *bufio.Reader
}

var wires = sync.Pool{New: func() any {
	// Large enough for the longest request line.
	w := &wire{reader: bufio.NewReaderSize(nil, 2*maxURI)}
	w.writer = bufio.NewWriterSize(&w.text, 2*maxURI)
	return w
}}

// RoundTrip makes one call. Its errors are of the types that net/http.Transport has them.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	e, plain, err := t.dial(r)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	received, err := carry(r)
	if err != nil {
		return nil, err
	}
	if named, ok := t.cloud.resources.resolve(received.Host); ok {
		e = named // the host that is asked for decides, not the one that was dialed
	}
	a, err := t.cloud.respond(received, &e, plain)
	switch {
	case errors.Is(err, errReset):
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	case err != nil:
		return nil, err
	}
	return a.response(r), nil
}

// dial does what a real transport does before the first byte: it checks the request and finds the host.
func (t *transport) dial(r *http.Request) (e endpoint, plain bool, err error) {
	if err := r.Context().Err(); err != nil {
		return e, false, err
	}
	if r.URL == nil || r.URL.Scheme != "http" && r.URL.Scheme != "https" {
		return e, false, errors.New("unsupported protocol scheme")
	}
	for name, values := range r.Header {
		for _, v := range values {
			if strings.ContainsFunc(v, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
				return e, false, fmt.Errorf("net/http: invalid header field value for %q", name)
			}
		}
	}
	e, ok := t.cloud.resources.resolve(r.URL.Host)
	if !ok {
		return e, false, unreachable(r.URL.Hostname())
	}
	return e, r.URL.Scheme == "http", nil
}

// unreachable is the error for a host that no service has.
func unreachable(host string) error {
	err := &net.OpError{Op: "dial", Net: "tcp"}
	if ip := net.ParseIP(host); ip != nil {
		err.Addr, err.Err = &net.TCPAddr{IP: ip}, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	} else {
		err.Err = &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return err
}

// carry puts a request on a wire and takes it off at the other end.
func carry(r *http.Request) (*http.Request, error) {
	w := wires.Get().(*wire)
	defer wires.Put(w)
	w.text.Reset()
	w.writer.Reset(&w.text)
	if err := r.Write(w.writer); err != nil {
		return nil, err
	}
	if err := w.writer.Flush(); err != nil {
		return nil, err
	}
	w.reader.Reset(&w.text)
	received, err := http.ReadRequest(w.reader)
	if err != nil {
		return nil, err
	}
	// The wire is lent to the next call, so the body has to leave it now.
	body, err := readBody(received.Body)
	if err != nil && !errors.Is(err, errTooLongBody) {
		return nil, err
	}
	received.Body = io.NopCloser(bytes.NewReader(body))
	return received.WithContext(r.Context()), nil
}

func (a answer) response(r *http.Request) *http.Response {
	response := &http.Response{
		Status:        fmt.Sprintf("%03d %s", a.status, http.StatusText(a.status)),
		StatusCode:    a.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		ContentLength: int64(len(a.body)),
		Request:       r,
	}
	response.Header.Set("Content-Length", strconv.Itoa(len(a.body)))
	var body io.Reader = bytes.NewReader(a.body)
	if a.cut {
		body = io.MultiReader(bytes.NewReader(a.body[:len(a.body)/2]), broken{})
	}
	response.Body = io.NopCloser(body)
	return response
}

// broken is the end of a body that came too early.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
