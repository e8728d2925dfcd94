package chain

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
)

// metadata is the metadata service of ECS, a link-local address that speaks plain HTTP.
const metadata = "http://100.100.100.200"

const rolePath = "/latest/meta-data/ram/security-credentials/"

var roleName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// namedRole is the role of the instance when a variable names it.
func namedRole() (*source, string, error) {
	role := os.Getenv(varRoleName)
	if role == "" {
		return nil, "", nil
	}
	return &source{name: "role of this instance, named by " + varRoleName, fetch: instanceKeys(role)}, "", nil
}

// instanceRole is the role of the instance, if this is one that has a role. It asks, since nothing else tells.
func instanceRole() (*source, string, error) {
	if isTrue(varNoMetadata) {
		return nil, "the metadata service is turned off by " + varNoMetadata, nil
	}
	token, err := metadataToken()
	if err != nil {
		return nil, "", failure("metadata service", err)
	}
	role, err := attachedRole(token)
	if errors.Is(err, errNoRole) {
		return nil, "this instance has no RAM role", nil
	}
	if _, silent := errors.AsType[*Error](err); silent {
		return nil, "no metadata service answers, as on every machine that is no instance of ECS", nil
	}
	if err != nil {
		return nil, "", failure("metadata service", err)
	}
	return &source{name: "role " + role + " of this instance", fetch: instanceKeys(role)}, "", nil
}

// instanceKeys asks for the keys of a role, "" for the one that the instance has.
func instanceKeys(role string) func() (keys, error) {
	return func() (keys, error) {
		if isTrue(varNoMetadata) {
			return keys{}, errors.New("the metadata service is turned off by " + varNoMetadata)
		}
		if role != "" && !roleName.MatchString(role) {
			return keys{}, errors.New("the role's name has characters that none has")
		}
		token, err := metadataToken()
		if err != nil {
			return keys{}, err
		}
		name := role
		if name == "" {
			if name, err = attachedRole(token); err != nil {
				return keys{}, err
			}
		}
		answer, err := askMetadata(http.MethodGet, rolePath+name, token)
		if err != nil {
			return keys{}, err
		}
		if answer.status == http.StatusNotFound {
			return keys{}, fmt.Errorf("the metadata service knows no role %q on this instance (HTTP 404)", name)
		}
		if answer.status != http.StatusOK {
			return keys{}, refusal("the metadata service", answer.status, "", "", "", "")
		}
		var data struct {
			Code string
			session
		}
		if err := decode("the metadata service", answer.body, &data); err != nil {
			return keys{}, err
		}
		if data.Code != "Success" {
			return keys{}, fmt.Errorf("the metadata service gave no keys: its code is %s, not Success", shown(data.Code))
		}
		return data.keys("the metadata service")
	}
}

var errNoRole = errors.New("this instance has no RAM role")

func attachedRole(token string) (string, error) {
	answer, err := askMetadata(http.MethodGet, rolePath, token)
	if err != nil {
		return "", err
	}
	name := strings.TrimSpace(string(answer.body))
	switch {
	case answer.status == http.StatusNotFound || answer.status == http.StatusOK && name == "":
		return "", errNoRole
	case answer.status != http.StatusOK || !roleName.MatchString(name):
		return "", refusal("the metadata service", answer.status, "", "an answer that names no role", "", "")
	}
	return name, nil
}

// metadataToken asks for the token of the hardened mode (IMDSv2). "" where the service gives none, which is the normal
// mode, unless a variable forbids that. A container whose packets live for one hop gets no answer, but may in normal mode.
func metadataToken() (string, error) {
	answer, err := askMetadata(http.MethodPut, "/latest/api/token", "")
	if err == nil && answer.status == http.StatusOK {
		return strings.TrimSpace(string(answer.body)), nil
	}
	if !isTrue(varNoMetadataV1) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return "", refusal("the metadata service", answer.status, "", "no token of the hardened mode", "", "and "+varNoMetadataV1+" forbids the normal mode")
}

func askMetadata(method, path, token string) (reply, error) {
	header := http.Header{}
	if method == http.MethodPut {
		header.Set("X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds", "21600")
	}
	if token != "" {
		header.Set("X-Aliyun-Ecs-Metadata-Token", token)
	}
	return ask(method, metadata+path, header, nil, metadataPatience, token)
}
