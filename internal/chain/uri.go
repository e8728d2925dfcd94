package chain

import (
	"errors"
	"net/http"
	"net/url"
	"os"

	"github.com/untag-go/untag/internal/redact"
)

// uri is a URL that gives temporary keys.
func uri() (*source, string, error) {
	address := os.Getenv(varURI)
	if address == "" {
		return nil, varURI + " is not set", nil
	}
	return &source{name: varURI, fetch: uriKeys(address)}, "", nil
}

// uriKeys asks a URL. Plain HTTP is taken, since the URLs are of a process on the same machine or a neighbour, but goes
// through no proxy. The path and query may be secret: errors name the host alone.
func uriKeys(address string) func() (keys, error) {
	return func() (keys, error) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return keys{}, errors.New("the credentials URI is no http or https URL")
		}
		answer, err := ask(http.MethodGet, address, nil, nil, patience, u.RawQuery, u.Path)
		if err != nil {
			return keys{}, err
		}
		who := u.Scheme + "://" + redact.Line(u.Host)
		if answer.status != http.StatusOK {
			return keys{}, refusal(who, answer.status, "", "", "", "")
		}
		var data struct {
			Code string
			session
		}
		if err := decode(who, answer.body, &data); err != nil {
			return keys{}, err
		}
		if data.Code != "" && data.Code != "Success" {
			return keys{}, errors.New(who + " gave no keys: its code is " + shown(data.Code))
		}
		return data.keys(who)
	}
}
