package untagtest

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The refusals of the gateway. The documents at hand give codes for few of these; the others carry the code that the
// vendor's gateway is known by, or the nearest one that a document has.
var (
	wrongMethod    = refusal{405, "UnsupportedHTTPMethod", "This http method is not supported."}
	wrongVersion   = refusal{400, "InvalidVersion", "Specified parameter Version is not valid."}
	wrongAction    = refusal{404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."}
	needTLS        = refusal{400, "InvalidProtocol.NeedSsl", "Your request is denied as lack of ssl protect."}
	badEncoding    = refusal{400, "InvalidParameter", "The specified query or form is not well encoded."}
	noRegion       = refusal{400, "MissingRegionId", "RegionId is mandatory for this action."}
	unknownRegion  = refusal{404, "InvalidRegionId.NotFound", "The specified RegionId does not exist."}
	foreignRegion  = refusal{400, "InvalidOperation.NotSupportedEndpoint", "The specified endpoint can't operate this region. Please use API DescribeRegions to get the appropriate endpoint, or upgrade your SDK to latest version."}
	throttled      = refusal{400, "Throttling.User", "Request was denied due to user flow control."}
	internalError  = refusal{500, "InternalError", "The request processing has failed due to some unknown error."}
	longURI        = refusal{status: http.StatusRequestURITooLong}
	longBody       = refusal{status: http.StatusRequestEntityTooLarge}
	errTooLongBody = errors.New("body too long")
)

// refusal is an error answer. One without a code is a page of a gateway.
type refusal struct {
	status        int
	code, message string
}

// with fills the %s of a documented message.
func (r refusal) with(value string) *refusal {
	r.message = strings.Replace(r.message, "%s", value, 1)
	return &r
}

// request is a call as it came, and what it says of itself.
type request struct {
	http        *http.Request
	endpoint    *endpoint // what the host says; nil over a socket with a host that says nothing
	plain       bool      // certainly without TLS
	body        []byte
	query, form []pair
	malformed   bool

	scheme                  string // "V3", "V1", "BEARERTOKEN" or ""
	action, version, region string
	service                 *table // nil if it cannot be told
	json                    bool

	arrival   time.Time
	keyID     string // of the key that signed, once it is verified
	temporary bool   // it came with a token
	fault     Fault  // what strikes the operation
}

// read takes a request in. It fails when the body ends before its time.
func read(r *http.Request, e *endpoint, plain bool) (*request, error) {
	in := &request{http: r, endpoint: e, plain: plain}
	var err error
	if in.body, err = readBody(r.Body); err != nil && !errors.Is(err, errTooLongBody) {
		return nil, err
	}
	in.query, err = parsePairs(r.URL.RawQuery)
	in.malformed = err != nil
	if in.isForm() {
		in.form, err = parsePairs(string(in.body))
		in.malformed = in.malformed || err != nil
	}
	in.identify()
	return in, nil
}

// readBody returns errTooLongBody, and the beginning, of a body above the limit.
func readBody(r io.Reader) ([]byte, error) {
	if r == nil || r == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err == nil && len(body) > maxBody {
		return body, errTooLongBody
	}
	return body, err
}

func (in *request) isForm() bool {
	if len(in.body) == 0 || len(in.body) > maxBody {
		return false
	}
	media, _, err := mime.ParseMediaType(in.http.Header.Get("Content-Type"))
	return err == nil && media == "application/x-www-form-urlencoded"
}

// param returns the first value of a parameter: the form's before the query's. The vendor's V1 clients may send one
// name in both, and sign the form's value alone.
func (in *request) param(name string) (string, bool) {
	for _, pairs := range [][]pair{in.form, in.query} {
		for _, p := range pairs {
			if p.name == name {
				return p.value, true
			}
		}
	}
	return "", false
}

func (in *request) value(name string) string {
	value, _ := in.param(name)
	return value
}

// identify reads what a request says of itself, where its signature scheme puts it.
func (in *request) identify() {
	h := in.http.Header
	switch {
	case strings.HasPrefix(h.Get("Authorization"), algorithmV3):
		in.scheme = "V3"
	case strings.EqualFold(in.value("SignatureType"), bearerScheme):
		in.scheme = bearerScheme
	case in.value("Signature") != "" || in.value("AccessKeyId") != "":
		in.scheme = "V1"
	}
	in.action, in.version = h.Get("X-Acs-Action"), h.Get("X-Acs-Version")
	if in.scheme != "V3" {
		in.action, in.version = cmp.Or(in.value("Action"), in.action), cmp.Or(in.value("Version"), in.version)
	}
	in.region = in.value("RegionId")
	if in.endpoint != nil {
		in.service = services[in.endpoint.service]
	} else {
		in.service = tableOf(in.version)
	}
	if format, ok := in.param("Format"); ok {
		in.json = strings.EqualFold(format, "JSON")
	} else {
		in.json = strings.Contains(strings.ToLower(h.Get("Accept")), "application/json")
	}
}

// name is the service for records and faults.
func (in *request) name() Service {
	if in.service == nil {
		return ""
	}
	return in.service.name
}

// check is what the gateway looks at before the signature.
func (in *request) check() *refusal {
	r := in.http
	switch {
	case r.Method != http.MethodPost && r.Method != http.MethodGet:
		return &wrongMethod
	case len(r.URL.RawQuery) >= maxURI:
		return &longURI
	case len(in.body) > maxBody:
		return &longBody
	case r.URL.EscapedPath() != "/" && r.URL.EscapedPath() != "":
		return &wrongAction
	case in.malformed:
		return &badEncoding
	case in.plain && in.service != nil && in.service.tls:
		return &needTLS
	}
	return nil
}

// route is what the gateway looks at after the signature: is there such a call, and here?
func (in *request) route(s *store) *refusal {
	switch {
	case in.service == nil || in.service.version != in.version:
		return &wrongVersion
	case in.service.actions[in.action].run == nil:
		return &wrongAction
	case in.region == "" && in.service.actions[in.action].anywhere:
		return nil
	case in.region == "":
		return &in.service.noRegion
	case !s.knowsRegion(in.region):
		// ECS documents this code; the others are taken to have it as well.
		return &unknownRegion
	case in.endpoint != nil && !in.endpoint.serves(in.region):
		return &foreignRegion
	}
	return nil
}

// merged returns the parameters of query and form, each name once.
func (in *request) merged() []pair {
	if len(in.query) == 0 || len(in.form) == 0 {
		return slices.Concat(in.query, in.form)
	}
	formed := make(map[string]bool, len(in.form))
	for _, p := range in.form {
		formed[p.name] = true
	}
	all := slices.Clone(in.form)
	for _, p := range in.query {
		if !formed[p.name] {
			all = append(all, p)
		}
	}
	return all
}

// hostname is the host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
