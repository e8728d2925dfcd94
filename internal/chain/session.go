package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// session is the form in which STS, the metadata service, a credentials URI and CloudSSO give temporary keys.
// encoding/json compares names without regard to case, so that OAuth's accessKeyId is read too.
type session struct {
	AccessKeyID     string `json:"AccessKeyId"`
	AccessKeySecret string
	SecurityToken   string
	Expiration      string
}

// keys checks that nothing is missing. credentials-go panics where there is no Expiration.
func (s session) keys(who string) (keys, error) {
	var missing []string
	for _, field := range []struct{ name, value string }{
		{"AccessKeyId", s.AccessKeyID},
		{"AccessKeySecret", s.AccessKeySecret},
		{"SecurityToken", s.SecurityToken},
		{"Expiration", s.Expiration},
	} {
		if field.value == "" {
			missing = append(missing, field.name)
		}
	}
	if missing != nil {
		return keys{}, fmt.Errorf("the answer of %s has no %s", who, strings.Join(missing, " and no "))
	}
	expires, err := time.Parse(time.RFC3339, s.Expiration)
	if err != nil {
		return keys{}, fmt.Errorf("the answer of %s has an Expiration that is no time", who)
	}
	return keys{id: s.AccessKeyID, secret: s.AccessKeySecret, token: s.SecurityToken, expires: expires}, nil
}

// decode reads an answer's JSON into v. Its error quotes nothing: the answer may hold keys.
func decode(who string, data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return errors.New("the answer of " + who + " is not the JSON that was expected")
	}
	return nil
}
