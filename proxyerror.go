package untag

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/untag-go/untag/internal/redact"
)

// ProxyError says that a proxy refused to connect to the service, as one does that wants a password or has no rule for
// the host. Nothing was sent to the service. It is the Err of a [CallError]; a call is repeated if StatusCode is 408, 425,
// 429, or 500 or more. Transports of [NewTransport] return it; others return the bare text of the status.
type ProxyError struct {
	Proxy      string // host of the proxy, with the port if it was configured, without a user or a password
	Target     string // host and port of the service
	StatusCode int    // of the proxy's answer, such as 407
}

// Error says in one line who refused to connect to whom, and with which status.
func (e *ProxyError) Error() string {
	status := strings.TrimSpace(fmt.Sprint(e.StatusCode, " ", http.StatusText(e.StatusCode)))
	return fmt.Sprintf("the proxy %s refused to connect to %s: %s", redact.Line(e.Proxy), redact.Line(e.Target), status)
}

// refusedByProxy is called with a proxy's answer. Without it, net/http returns an error of the status text alone, which
// reads as if the service had said so.
func refusedByProxy(_ context.Context, proxy *url.URL, connect *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Target: connect.Host, StatusCode: answer.StatusCode}
}
