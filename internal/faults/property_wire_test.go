package faults_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// troubledWire is a transport between a client and an account. It does to requests what a network, a gateway or a service
// may do, and keeps to one rule: an answer that says that the service has looked at a resource and refused it is
// true. All other refusals may come at any time.
type troubledWire struct {
	account  http.RoundTripper
	codes    []string
	latency  time.Duration
	single   bool                             // a call may name a resource in two spellings, as its caller does
	over     func() bool                      // the run has been told to end; nil: it is not
	sendable map[string]bool                  // the names that may be in a request; nil: any
	release  <-chan struct{}                  // what blocks goes on when it is closed
	intact   func(ids []string) bool          // nothing that was asked for has been done to any of these
	regions  map[string]func(*wireCall) *fate // of regions with a fault of their own; a nil fate is chance's

	mu      sync.Mutex
	rand    *rand.Rand
	share   float64 // of requests that something happens to
	budget  int     // how many more those may be
	quiet   int     // requests to come that nothing happens to
	kinds   []*fate // that chance chooses from
	nonces  map[string]bool
	ghosts  map[string]int  // by resource, requests on their way of which the client has lost the answer
	doubted map[string]bool // resources with a request of which nobody knows for sure what came of it
	refused map[string]bool // resources with a request that was refused
	counts  map[string]int
	log     []string
	faulty  []error // what the client did wrong
}

// wireCall is one request.
type wireCall struct {
	*http.Request
	body   []byte
	action string
	region string
	names  []string
	ids    []string
}

// fate is what can happen to a request. doubt: the client cannot know whether it was carried out. refusal: the answer refuses it.
type fate struct {
	name           string
	doubt, refusal bool
	blocks, dies   bool // for ever; does not return
	mayEnd         bool // a run may end for it
	reads          bool // happens to lists, too
	do             func(*troubledWire, *wireCall) (*http.Response, error)
}

func (w *troubledWire) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := read(r)
	if err != nil {
		return nil, err
	}
	f := w.begin(c)
	if err := pause(r.Context(), w.latency/2); err != nil {
		w.doubt(c)
		return nil, err
	}
	response, err := f.do(w, c)
	if err != nil {
		return nil, err
	}
	if err := pause(r.Context(), w.latency/2); err != nil {
		w.doubt(c)
		return nil, err
	}
	return response, nil
}

// read reads a request as a server would.
func read(r *http.Request) (*wireCall, error) {
	c := &wireCall{Request: r}
	if r.Body != nil {
		var err error
		if c.body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return nil, err
	}
	parameters := r.URL.Query()
	maps.Copy(parameters, form)
	c.action, c.region = parameters.Get("Action"), parameters.Get("RegionId")
	if c.action == "" {
		c.action = r.Header.Get("X-Acs-Action")
	}
	for _, list := range []string{"ResourceARN", "ResourceId"} {
		for n := 1; parameters.Has(fmt.Sprint(list, ".", n)); n++ {
			name := parameters.Get(fmt.Sprint(list, ".", n))
			c.names, c.ids = append(c.names, name), append(c.ids, idOf(name))
		}
	}
	c.Header = r.Header.Clone()
	if nonce := parameters.Get("SignatureNonce"); nonce != "" {
		c.Header.Set("X-Acs-Signature-Nonce", nonce)
	}
	return c, nil
}

// begin notes a request and chooses its fate.
func (w *troubledWire) begin(c *wireCall) *fate {
	w.mu.Lock()
	defer w.mu.Unlock()
	nonce := c.Header.Get("X-Acs-Signature-Nonce")
	if nonce == "" || w.nonces[nonce] {
		w.faulty = append(w.faulty, fmt.Errorf("the nonce %q came twice", nonce))
	}
	w.nonces[nonce] = true
	if ids := slices.Sorted(slices.Values(c.ids)); len(slices.Compact(slices.Clone(ids))) < len(ids) && !w.single {
		w.faulty = append(w.faulty, fmt.Errorf("a call of a run has a resource twice: %q", c.names))
	}
	for _, name := range c.names {
		if w.sendable != nil && !w.sendable[name] {
			w.faulty = append(w.faulty, fmt.Errorf("%q was sent, and is malformed, or not of the input", name))
		}
	}
	if w.over != nil && w.over() && !slices.ContainsFunc(c.ids, func(id string) bool { return w.doubted[id] }) {
		w.faulty = append(w.faulty, fmt.Errorf("%q was sent after the end, and no answer of an earlier request was lost", abbreviated(c.names)))
	}
	f := passes
	if own := w.regions[c.region]; own != nil {
		if f = own(c); f == nil {
			f = passes
		}
	} else if w.quiet--; w.quiet < 0 && w.budget > 0 && len(w.kinds) > 0 && chance(w.rand, w.share) {
		if f = w.kinds[w.rand.IntN(len(w.kinds))]; !strings.HasPrefix(c.action, "List") || f.reads {
			w.budget--
		} else {
			f = passes
		}
	}
	w.counts["request: "+f.name]++
	w.logf("%s %s of %s: %s", c.action, c.region, abbreviated(c.names), f.name)
	for _, id := range c.ids {
		w.doubted[id] = w.doubted[id] || f.doubt
		w.refused[id] = w.refused[id] || f.refusal
	}
	return f
}

func abbreviated(names []string) string {
	if len(names) > 4 {
		return fmt.Sprintf("%q and %d more", names[:4], len(names)-4)
	}
	return fmt.Sprintf("%q", names)
}

func (w *troubledWire) logf(format string, args ...any) {
	if len(w.log) < 400 {
		w.log = append(w.log, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
	}
}

func (w *troubledWire) doubt(c *wireCall) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range c.ids {
		w.doubted[id] = true
	}
}

func (w *troubledWire) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logf(format, args...)
}

func (w *troubledWire) draw(f func(r *rand.Rand)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w.rand)
}

func (w *troubledWire) intN(n int) (i int) {
	w.draw(func(r *rand.Rand) { i = r.IntN(n) })
	return i
}

func pause(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// carryOut lets the account have a request, which happens whatever becomes of the client.
func (w *troubledWire) carryOut(c *wireCall) (*http.Response, error) {
	return w.send(context.WithoutCancel(c.Context()), c)
}

// carryOutUnheard is carryOut for a request whose answer goes nowhere.
func (w *troubledWire) carryOutUnheard(c *wireCall) {
	if response, err := w.carryOut(c); err == nil {
		_ = response.Body.Close()
	}
}

func (w *troubledWire) send(ctx context.Context, c *wireCall) (*http.Response, error) {
	request := c.Clone(ctx)
	request.Body = io.NopCloser(bytes.NewReader(c.body))
	if len(c.body) == 0 {
		request.Body = nil
	}
	return w.account.RoundTrip(request)
}

// away lets a request arrive after a while, when the client has long given it up.
func (w *troubledWire) away(c *wireCall, after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range c.ids {
		w.ghosts[id]++
	}
	time.AfterFunc(after, func() {
		w.carryOutUnheard(c)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.logf("(arrives only now) %s", abbreviated(c.names))
		for _, id := range c.ids {
			w.ghosts[id]--
		}
	})
}

// untouched reports whether nothing was done to the resources of a call, and nothing can come after it.
func (w *troubledWire) untouched(c *wireCall) bool {
	w.mu.Lock()
	pending := slices.ContainsFunc(c.ids, func(id string) bool { return w.ghosts[id] > 0 })
	w.mu.Unlock()
	return !pending && w.intact(c.ids)
}

// breaks draws how a connection breaks after the request was sent.
func (w *troubledWire) breaks(c *wireCall) error {
	switch w.intN(7) {
	case 0:
		return io.EOF
	case 1:
		return io.ErrUnexpectedEOF
	case 2:
		return errors.New("http: server closed idle connection")
	case 3:
		return &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}
	case 4:
		<-c.Context().Done()
		return c.Context().Err()
	}
	return &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
}

// die does not return, in one of the two ways in which a function may not.
func (w *troubledWire) die() {
	if w.intN(2) == 0 {
		panic("a panic with secret text")
	}
	runtime.Goexit()
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// passes is what happens to a request on a good day.
var passes = &fate{name: "passes", reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
	response, err := w.send(c.Context(), c)
	if err != nil {
		w.doubt(c)
	}
	return response, err
}}

// fates are what can happen to a request that is or is not carried out. Those of answers are in answerFates.
var fates = []*fate{
	{name: "carried out, the answer is lost", doubt: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		w.carryOutUnheard(c)
		return nil, w.breaks(c)
	}},
	{name: "lost on the way", doubt: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		return nil, w.breaks(c)
	}},
	{name: "lost, and carried out later", doubt: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		w.away(c, time.Duration(w.intN(20_000))*time.Millisecond)
		return nil, w.breaks(c)
	}},
	{name: "no answer within the time-out", doubt: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		if w.intN(2) == 0 {
			w.carryOutUnheard(c)
		}
		<-c.Context().Done()
		return nil, c.Context().Err()
	}},
	{name: "the connection is refused", reads: true, do: func(*troubledWire, *wireCall) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}},
	{name: "no such host", mayEnd: true, reads: true, do: func(*troubledWire, *wireCall) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "h", IsNotFound: true}}
	}},
	{name: "the certificate is not trusted", mayEnd: true, reads: true, do: func(*troubledWire, *wireCall) (*http.Response, error) {
		return nil, x509.UnknownAuthorityError{}
	}},
	{name: "carried out, the body breaks", doubt: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		response, err := w.carryOut(c)
		if err == nil {
			data, _ := io.ReadAll(response.Body)
			response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(data[:w.intN(len(data))]), readFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF })))
		}
		return response, err
	}},
	{name: "carried out, the body stops", doubt: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		response, err := w.carryOut(c)
		if err == nil {
			response.ContentLength = -1
			response.Header.Del("Content-Length")
			response.Body = io.NopCloser(readFunc(func([]byte) (int, error) {
				<-c.Context().Done()
				return 0, c.Context().Err()
			}))
		}
		return response, err
	}},
	{name: "the transport dies", doubt: true, dies: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		if w.intN(2) == 0 {
			w.carryOutUnheard(c)
		}
		w.die()
		return nil, nil
	}},
	{name: "the body dies", doubt: true, dies: true, reads: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		response, err := w.carryOut(c)
		if err == nil {
			response.Body = io.NopCloser(readFunc(func([]byte) (int, error) {
				w.die()
				return 0, io.EOF
			}))
		}
		return response, err
	}},
	{name: "the transport blocks", doubt: true, blocks: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		if w.intN(2) == 0 {
			w.carryOutUnheard(c)
		}
		<-w.release
		return nil, errors.New("released")
	}},
	{name: "the body blocks", doubt: true, blocks: true, do: func(w *troubledWire, c *wireCall) (*http.Response, error) {
		response, err := w.carryOut(c)
		if err == nil {
			response.Body = io.NopCloser(readFunc(func([]byte) (int, error) {
				<-w.release
				return 0, io.EOF
			}))
		}
		return response, err
	}},
}
