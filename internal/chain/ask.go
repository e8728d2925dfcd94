package chain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/untag-go/untag/internal/redact"
)

// reply is an HTTP answer, whatever its status.
type reply struct {
	status int
	body   []byte
}

// maxReply bounds an answer. Those of the services have about 2 KB.
const maxReply = 256 << 10

// limits of one exchange: what the vendor's SDKs allow to connect and to read, together.
const (
	patience         = 15 * time.Second
	metadataPatience = 2 * time.Second
)

// ask sends one request and reads the answer. Redirects are not followed: the answer would be another's, and the request
// may hold a token. Errors hold neither the URL nor any of the secrets.
func ask(method, address string, header http.Header, body []byte, within time.Duration, secrets ...string) (reply, error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return reply{}, errors.New("the address is no URL")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	transport, done := transportTo(request.URL)
	defer done()
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err == nil {
		defer response.Body.Close()
		body, err = io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	}
	host := request.URL.Scheme + "://" + request.URL.Host
	switch {
	case err != nil:
		cause := redact.Cause(err, secrets...)
		if errors.Is(err, context.DeadlineExceeded) {
			return reply{}, &Error{text: fmt.Sprintf("no answer from %s within %s", host, within), cause: cause}
		}
		return reply{}, &Error{text: "no answer from " + host + ": " + redact.Text(cause.Error(), secrets...), cause: cause}
	case len(body) > maxReply:
		return reply{}, fmt.Errorf("the answer of %s is longer than %d KiB", host, maxReply>>10)
	}
	return reply{response.StatusCode, body}, nil
}

// transportTo returns a transport like http.DefaultTransport, for one request. Plain HTTP never goes through a proxy, which
// could read the keys: so the metadata service, which speaks nothing else, is asked directly whatever HTTP_PROXY says.
// HTTPS takes the proxy of the environment, which sees no more than the host.
func transportTo(u *url.URL) (transport http.RoundTripper, done func()) {
	base, ok := http.DefaultTransport.(*http.Transport)
	switch {
	case ok:
		base = base.Clone()
	case u.Scheme == "https":
		return http.DefaultTransport, func() {}
	default:
		base = &http.Transport{DialContext: new(net.Dialer).DialContext}
	}
	if u.Scheme != "https" {
		base.Proxy = nil
	}
	return base, base.CloseIdleConnections
}

// checkURL accepts https, and http to this machine.
func checkURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("is no URL with a host")
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return u, nil
	}
	return nil, errors.New("must begin with https://")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
