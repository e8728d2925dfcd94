package faults_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// wire is a server on a raw socket that carries requests out, and counts how often it saw the nonce of each.
type wire struct {
	cloud       *untagtest.Cloud
	listener    net.Listener
	serve       func(w *wire, conn net.Conn)
	connections atomic.Int32
	done        sync.WaitGroup

	mu     sync.Mutex
	open   []net.Conn
	nonces map[string]int
}

func newWire(t *testing.T, config *tls.Config, serve func(*wire, net.Conn)) *wire {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	w := &wire{cloud: untagtest.NewCloud(), listener: listener, serve: serve, nonces: map[string]int{}}
	w.cloud.Put(resource(0))
	w.done.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			w.connections.Add(1)
			w.mu.Lock()
			w.open = append(w.open, conn)
			w.mu.Unlock()
			w.done.Go(func() {
				defer func() { _ = conn.Close() }()
				serve(w, conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		w.mu.Lock()
		for _, conn := range w.open {
			_ = conn.Close()
		}
		w.mu.Unlock()
		w.done.Wait()
	})
	return w
}

// note counts a nonce, if what was read of the request holds one.
func (w *wire) note(request []byte) {
	_, rest, ok := bytes.Cut(request, []byte("X-Acs-Signature-Nonce: "))
	nonce, _, whole := bytes.Cut(rest, []byte("\r\n"))
	if !ok || !whole {
		return
	}
	w.count(string(nonce))
}

// count counts a nonce and returns how often it came.
func (w *wire) count(nonce string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nonces[nonce]++
	return w.nonces[nonce]
}

// most is how often the nonce came that came most often.
func (w *wire) most() (times, nonces int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.nonces {
		times = max(times, n)
	}
	return times, len(w.nonces)
}

// effects counts the calls that the account carried out.
func (w *wire) effects() (n int) {
	for _, call := range w.cloud.Calls() {
		if call.Verdict == untagtest.VerdictOK {
			n++
		}
	}
	return n
}

func (w *wire) gone(t *testing.T) bool {
	t.Helper()
	r := resource(0)
	tags, ok := w.cloud.Tags(r.Product, r.Region, r.Type, r.ID)
	if !ok || tags[kept] == "" {
		t.Error("the resource lost a tag that nobody asked to remove")
	}
	return tags[removed] == ""
}

// client returns a client of w and a count of the attempts that it made.
func (w *wire) client(t *testing.T, scheme string, own *http.Client) (c client, attempts *atomic.Int32) {
	t.Helper()
	return w.through(t, scheme+"://"+w.listener.Addr().String(), own)
}

// through is client by way of a proxy.
func (w *wire) through(t *testing.T, endpoint string, own *http.Client) (c client, attempts *atomic.Int32) {
	t.Helper()
	attempts = new(atomic.Int32)
	config := w.cloud.Config()
	config.Endpoint = endpoint
	config.HTTPClient = own
	config.Retry = untag.Retry{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond}
	config.OnAttempt = func(context.Context, untag.Attempt) { attempts.Add(1) }
	c, err := services[0].new(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c, attempts
}

// answerAll answers every request of a connection.
func (w *wire) answerAll(conn io.Writer, requests *bufio.Reader) {
	for {
		if !w.answerOne(conn, requests) {
			return
		}
	}
}

func (w *wire) answerOne(conn io.Writer, requests *bufio.Reader) bool {
	r, err := http.ReadRequest(requests)
	if err != nil {
		return false
	}
	w.count(r.Header.Get("X-Acs-Signature-Nonce"))
	answer := w.carryOut(r).Result()
	defer answer.Body.Close()
	return answer.Write(conn) == nil
}

func (w *wire) carryOut(r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	w.cloud.ServeHTTP(recorder, r)
	return recorder
}

// TestNoReplayOnReusedConnections breaks a connection that has served a call before, after the service has read a part of
// the next request. Only an SDK that signs anew may send it again: net/http repeats a POST if it wrote nothing of it.
func TestNoReplayOnReusedConnections(t *testing.T) {
	t.Parallel()
	allHeaders := func(read []byte) bool { return bytes.Contains(read, []byte("\r\n\r\n")) }
	tests := []struct {
		name   string
		enough func(read []byte) bool // that the connection breaks
	}{
		{"one byte", func(read []byte) bool { return len(read) >= 1 }},
		{"the request line", func(read []byte) bool { return bytes.Contains(read, []byte("\r\n")) }},
		{"half of the headers", func(read []byte) bool { return len(read) >= 300 }},
		{"all headers", allHeaders},
		{"everything, and it was carried out", nil},
	}
	for _, test := range tests {
		for _, secured := range []bool{false, true} {
			for _, reset := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/TLS %t/RST %t", test.name, secured, reset), func(t *testing.T) {
					t.Parallel()
					var config *tls.Config
					scheme, transport := "http", untag.NewTransport()
					if secured {
						scheme, config = "https", &tls.Config{Certificates: []tls.Certificate{pki().good}}
						transport.TLSClientConfig.RootCAs = pki().trusted
					}
					w := newWire(t, config, func(w *wire, conn net.Conn) {
						requests := bufio.NewReader(conn)
						if w.connections.Load() > 1 {
							w.answerAll(conn, requests)
							return
						}
						w.answerOne(conn, requests) // so that the connection is kept
						if test.enough == nil {
							if r, err := http.ReadRequest(requests); err == nil {
								w.count(r.Header.Get("X-Acs-Signature-Nonce"))
								w.carryOut(r)
							}
						} else {
							var read []byte
							for !test.enough(read) {
								c, err := requests.ReadByte()
								if err != nil {
									break
								}
								read = append(read, c)
							}
							w.note(read)
						}
						if reset {
							breakOff(conn)
						}
					})
					c, attempts := w.client(t, scheme, &http.Client{Transport: transport})
					names := []string{services[0].id(resource(0))}
					if err := c.one(t.Context(), names); err != nil {
						t.Fatal(err)
					}
					w.cloud.Put(resource(0))
					attempts.Store(0)
					if err := c.one(t.Context(), names); err != nil {
						t.Errorf("the call came to %v", err)
					}
					if n, connections := attempts.Load(), w.connections.Load(); n != 2 || connections != 2 {
						t.Errorf("%d attempts on %d connections, want 2 on 2: something below the SDK repeated the request", n, connections)
					}
					if times, _ := w.most(); times != 1 {
						t.Errorf("a nonce came %d times", times)
					}
					if !w.gone(t) {
						t.Error("the call is claimed to be done, and the tag is still there")
					}
				})
			}
		}
	}
}

// breakOff ends a connection with RST.
func breakOff(conn net.Conn) {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// TestIdleConnectionClosed closes the kept connection before anything of the next request was written. net/http may then
// take another connection by itself; the service has seen nothing of the request until then.
func TestIdleConnectionClosed(t *testing.T) {
	t.Parallel()
	w := newWire(t, nil, func(w *wire, conn net.Conn) { w.answerOne(conn, bufio.NewReader(conn)) })
	c, _ := w.client(t, "http", &http.Client{Transport: untag.NewTransport()})
	const calls = 20
	for range calls {
		if err := c.one(t.Context(), []string{services[0].id(resource(0))}); err != nil {
			t.Fatal(err)
		}
	}
	if times, _ := w.most(); times != 1 {
		t.Errorf("a nonce came %d times", times)
	}
	if n := w.effects(); n != calls {
		t.Errorf("%d calls were carried out, %d were made", n, calls)
	}
}

// TestReplayingProxy sends every request to the service twice, as a proxy that repeats does. The nonce keeps the second
// copy from having an effect. Whichever of the two answers reaches the client, what it claims is true.
func TestReplayingProxy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                string
		second              bool // the client gets the answer to the second copy
		repeats             int  // requests that are repeated
		attempts            int32
		effects, duplicates int
		unknown             bool
	}{
		{"the first answer comes back", false, 9, 1, 1, 1, false},
		{"the second answer comes back, once", true, 1, 2, 2, 1, false},
		// The proxy repeats whatever it gets. All three requests had their effect, and the client heard of none.
		{"the second answer comes back, always", true, 9, 3, 3, 3, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(t, nil, (*wire).passOn)
			target, err := url.Parse("http://" + w.listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			left := atomic.Int32{}
			left.Store(int32(test.repeats))
			transport := &http.Transport{}
			t.Cleanup(transport.CloseIdleConnections)
			proxy := httptest.NewServer(&httputil.ReverseProxy{
				Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
				Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					first, err := transport.RoundTrip(r)
					if err != nil || left.Add(-1) < 0 {
						return first, err
					}
					second, err := transport.RoundTrip(r)
					if err != nil {
						return nil, err
					}
					if !test.second {
						first, second = second, first
					}
					_ = first.Body.Close()
					return second, nil
				}),
			})
			t.Cleanup(proxy.Close)

			c, attempts := w.through(t, proxy.URL, &http.Client{Transport: untag.NewTransport()})
			err = c.one(t.Context(), []string{services[0].id(resource(0))})
			if unknown := errors.Is(err, untag.ErrOutcomeUnknown); unknown != test.unknown || (err != nil) != test.unknown {
				t.Errorf("the call came to %v", err)
			}
			if n := attempts.Load(); n != test.attempts {
				t.Errorf("%d attempts, want %d", n, test.attempts)
			}
			duplicates := 0
			for _, call := range w.cloud.Calls() {
				if call.Verdict == untag.CodeSignatureNonceUsed {
					duplicates++
				}
			}
			if n := w.effects(); n != test.effects || duplicates != test.duplicates {
				t.Errorf("%d requests were carried out and %d met the nonce check, want %d and %d", n, duplicates, test.effects, test.duplicates)
			}
			if !w.gone(t) {
				t.Error("the tag is still there")
			}
		})
	}
}

func (w *wire) passOn(conn net.Conn) { w.answerAll(conn, bufio.NewReader(conn)) }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestHTTP2 shows what holds with a caller's client that speaks HTTP/2, where the SDK cannot forbid what net/http does:
//
//   - A request whose stream was opened and got no answer is not sent again by net/http; the SDK signs anew.
//   - A request that the server declares not to have processed (REFUSED_STREAM, or GOAWAY with an earlier last stream) is sent
//     again by net/http, nonce and all, although the server has seen it. By RFC 9113 that has no effect twice.
//   - If the server lies, and carried the first copy out, the nonce check stops the second. The SDK then signs anew, and its
//     answer stays true.
//
// So the promise that no request is replayed below the SDK holds for HTTP/1.1 alone, which is the default.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		misbehave      func(w *wire, f *http2.Framer, r *http.Request, stream uint32) (goOn bool) // of the first request
		attempts       int32
		most, effects  int // how often a nonce came; calls carried out
		nonces         int
		nonceCheckMeet bool
	}{
		{
			name: "the connection breaks when the request was read",
			misbehave: func(w *wire, _ *http2.Framer, r *http.Request, _ uint32) bool {
				w.carryOut(r)
				return false
			},
			attempts: 2, most: 1, nonces: 2, effects: 2,
		},
		{
			name: "REFUSED_STREAM, and nothing was done",
			misbehave: func(_ *wire, f *http2.Framer, _ *http.Request, stream uint32) bool {
				return f.WriteRSTStream(stream, http2.ErrCodeRefusedStream) == nil
			},
			attempts: 1, most: 2, nonces: 1, effects: 1,
		},
		{
			name: "GOAWAY before the stream, and nothing was done",
			misbehave: func(_ *wire, f *http2.Framer, _ *http.Request, _ uint32) bool {
				_ = f.WriteGoAway(0, http2.ErrCodeNo, nil)
				return true // until the client hangs up
			},
			attempts: 1, most: 2, nonces: 1, effects: 1,
		},
		{
			name: "REFUSED_STREAM, though it was carried out",
			misbehave: func(w *wire, f *http2.Framer, r *http.Request, stream uint32) bool {
				w.carryOut(r)
				return f.WriteRSTStream(stream, http2.ErrCodeRefusedStream) == nil
			},
			attempts: 2, most: 2, nonces: 2, effects: 2, nonceCheckMeet: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			w := newWire(t, &tls.Config{Certificates: []tls.Certificate{pki().good}, NextProtos: []string{"h2"}}, func(w *wire, conn net.Conn) {
				w.speakHTTP2(conn, func(f *http2.Framer, r *http.Request, stream uint32) bool {
					if requests.Add(1) == 1 {
						return test.misbehave(w, f, r, stream)
					}
					return w.answerHTTP2(f, r, stream)
				})
			})
			transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pki().trusted, MinVersion: tls.VersionTLS12}}
			c, attempts := w.client(t, "https", &http.Client{Transport: transport})
			if err := c.one(t.Context(), []string{services[0].id(resource(0))}); err != nil {
				t.Errorf("the call came to %v", err)
			}
			if n := attempts.Load(); n != test.attempts {
				t.Errorf("%d attempts, want %d", n, test.attempts)
			}
			most, nonces := w.most()
			if most != test.most || nonces != test.nonces {
				t.Errorf("%d nonces came up to %d times, want %d and %d", nonces, most, test.nonces, test.most)
			}
			met := false
			for _, call := range w.cloud.Calls() {
				met = met || call.Verdict == untag.CodeSignatureNonceUsed
			}
			if n := w.effects(); n != test.effects || met != test.nonceCheckMeet {
				t.Errorf("%d requests were carried out, want %d; the nonce check was met: %t", n, test.effects, met)
			}
			if !w.gone(t) {
				t.Error("the call is claimed to be done, and the tag is still there")
			}
		})
	}
}

// speakHTTP2 reads requests without a body from a connection until handle does not want to go on.
func (w *wire) speakHTTP2(conn net.Conn, handle func(f *http2.Framer, r *http.Request, stream uint32) bool) {
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(conn, preface); err != nil || string(preface) != http2.ClientPreface {
		return
	}
	f := http2.NewFramer(conn, conn)
	f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if f.WriteSettings() != nil {
		return
	}
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				_ = f.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !frame.IsAck() {
				_ = f.WritePing(true, frame.Data)
			}
		case *http2.MetaHeadersFrame:
			r, err := http.NewRequest(frame.PseudoValue("method"), "https://"+frame.PseudoValue("authority")+frame.PseudoValue("path"), http.NoBody)
			if err != nil {
				return
			}
			for _, field := range frame.RegularFields() {
				r.Header.Add(field.Name, field.Value)
			}
			w.count(r.Header.Get("X-Acs-Signature-Nonce"))
			if !handle(f, r, frame.StreamID) {
				return
			}
		}
	}
}

func (w *wire) answerHTTP2(f *http2.Framer, r *http.Request, stream uint32) bool {
	answer := w.carryOut(r)
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(answer.Code)})
	for name, values := range answer.Header() {
		_ = encoder.WriteField(hpack.HeaderField{Name: strings.ToLower(name), Value: values[0]})
	}
	err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true})
	return err == nil && f.WriteData(stream, true, answer.Body.Bytes()) == nil
}
