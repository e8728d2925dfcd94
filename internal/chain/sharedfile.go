package chain

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// sharedFile is a section of the file of credentials that the vendor's SDKs share: the one that ALIBABA_CLOUD_PROFILE
// names, or [default].
func sharedFile() (*source, string, error) {
	name, shownAs, err := file(varSharedFile, ".alibabacloud", "credentials")
	var data []byte
	if err == nil {
		data, err = os.ReadFile(name)
	}
	explicit := os.Getenv(varProfile)
	wanted := inEffect("default")
	if errors.Is(err, os.ErrNotExist) && os.Getenv(varSharedFile) == "" {
		if explicit != "" {
			return nil, "", failure(varProfile, fmt.Errorf("no profile %s in ~/.aliyun/config.json, and there is no ~/.alibabacloud/credentials", shown(explicit)))
		}
		return nil, "no ~/.alibabacloud/credentials", nil
	}
	if err != nil {
		return nil, "", unread(cmp.Or(shownAs, "~/.alibabacloud/credentials"), err)
	}
	if len(bytes.TrimSpace(data)) == 0 && explicit == "" {
		return nil, shownAs + " is empty", nil
	}
	section, err := readSection(data, wanted)
	if err == nil && section == nil {
		err = fmt.Errorf("it has no section %s; %s chooses another", shown(wanted), varProfile)
	}
	if err != nil {
		return nil, "", failure(shownAs, err)
	}
	found := &source{name: fmt.Sprintf("section [%s] of %s", wanted, shownAs)}
	kind := section["type"]
	if found.fetch, err = sectionKeys(section); err != nil {
		return nil, "", failure(found.name, err)
	}
	found.name += ", type " + kind
	return found, "", nil
}

// sectionKeys knows the types that credentials-go reads, and two more of its Config.
func sectionKeys(section map[string]string) (func() (keys, error), error) {
	id, secret := section["access_key_id"], section["access_key_secret"]
	k := keys{id: id, secret: secret, token: section["security_token"]}
	static := func() (keys, error) { return k, nil }
	required := needs("access_key_id", id, "access_key_secret", secret)
	switch kind := section["type"]; kind {
	case "access_key":
		k.token = ""
		return static, required
	case "sts":
		return static, errors.Join(required, needs("security_token", k.token))
	case "ecs_ram_role":
		return instanceKeys(section["role_name"]), nil
	case "ram_role_arn":
		p := &profile{
			RoleARN: section["role_arn"], RoleSessionName: section["role_session_name"], Policy: section["policy"],
			ExternalID: section["external_id"], STSEndpoint: section["sts_endpoint"],
		}
		if text := section["role_session_expiration"]; text != "" {
			seconds, err := strconv.Atoi(text)
			if err != nil {
				return nil, errors.New("role_session_expiration is no number of seconds")
			}
			p.Seconds = seconds
		}
		if required != nil {
			return nil, required
		}
		return p.assume(static)
	case "":
		return nil, errors.New("it has no type")
	default:
		return nil, fmt.Errorf("its type %s is not supported; supported are access_key, sts, ecs_ram_role and ram_role_arn", shown(kind))
	}
}

// readSection reads one section of an INI file, nil if there is none. A line is a comment, [section], or name = value,
// with = or a colon; a value may be in quotation marks; a comment may follow one after a space. The whole file must be well-formed.
func readSection(data []byte, wanted string) (map[string]string, error) {
	var section map[string]string
	in := false
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[':
			end := strings.IndexByte(line, ']')
			if end < 0 {
				return nil, fmt.Errorf("line %d begins a section and does not end it", number)
			}
			if in = strings.TrimSpace(line[1:end]) == wanted; in && section == nil {
				section = make(map[string]string)
			}
		default:
			at := strings.IndexAny(line, "=:")
			if at <= 0 {
				return nil, fmt.Errorf("line %d is no name = value", number)
			}
			value := strings.TrimSpace(line[at+1:])
			if strings.HasSuffix(value, `\`) {
				return nil, fmt.Errorf("line %d ends in a backslash: lines that go on are not supported", number)
			}
			if in {
				section[strings.TrimSpace(line[:at])] = unquote(value)
			}
		}
	}
	if lines.Err() != nil {
		return nil, errors.New("it is no file of text")
	}
	return section, nil
}

func unquote(value string) string {
	if n := len(value); n >= 2 && value[0] == value[n-1] && strings.IndexByte("\"'`", value[0]) >= 0 {
		return value[1 : n-1]
	}
	for _, mark := range []string{" #", " ;", "\t#", "\t;"} {
		value, _, _ = strings.Cut(value, mark)
	}
	return strings.TrimSpace(value)
}
