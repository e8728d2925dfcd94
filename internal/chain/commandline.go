package chain

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"

	"github.com/untag-go/untag/internal/redact"
)

// home is where the vendor's tools look for it.
func home() string {
	if runtime.GOOS == "windows" {
		return os.Getenv("USERPROFILE")
	}
	return os.Getenv("HOME")
}

// file is a file of the user's: the one that a variable names, or one below the home directory.
func file(variable string, path ...string) (name, shown string, err error) {
	if name = os.Getenv(variable); name != "" {
		return name, shownPath(name), nil
	}
	dir := home()
	if dir == "" {
		return "", "", os.ErrNotExist
	}
	return filepath.Join(append([]string{dir}, path...)...), "~/" + strings.Join(path, "/"), nil
}

// commandLine is the current profile of the vendor's command line, or the one that ALIBABA_CLOUD_PROFILE names. A file that
// cannot be read ends the chain. One without the named profile does not: the shared file may have it.
func commandLine() (*source, string, error) {
	if isTrue(varCLIDisabled) {
		return nil, "profiles of the command line are turned off by " + varCLIDisabled, nil
	}
	name, shownAs, err := file(varConfigFile, ".aliyun", "config.json")
	var data []byte
	if err == nil {
		data, err = os.ReadFile(name)
	}
	if errors.Is(err, os.ErrNotExist) && os.Getenv(varConfigFile) == "" {
		return nil, "no ~/.aliyun/config.json", nil
	}
	if err != nil {
		return nil, "", unread(cmp.Or(shownAs, "~/.aliyun/config.json"), err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		data = []byte("{}")
	}
	c, err := readConfiguration(data)
	if err != nil {
		return nil, "", failure(shownAs, err)
	}
	wanted := inEffect(cmp.Or(c.Current, "default"))
	p, err := c.profile(wanted)
	if err != nil {
		return nil, "", failure(shownAs, err)
	}
	if len(c.Profiles) == 0 {
		return nil, shownAs + " has no profiles", nil
	}
	if p == nil {
		if os.Getenv(varProfile) != "" {
			return nil, shownAs + " has no profile of the name in " + varProfile, nil
		}
		return nil, "", failure(shownAs, fmt.Errorf("its current profile, %s, is not in it; set %s or: aliyun configure switch", shown(wanted), varProfile))
	}
	if p.isEmpty() && os.Getenv(varProfile) == "" {
		return nil, "the current profile of " + shownAs + " is empty", nil
	}
	found := &source{name: fmt.Sprintf("profile %q of %s", redact.Text(p.Name, p.secrets()...), shownAs)}
	mode := modeOf(p.Mode)
	if mode == "" {
		return nil, "", failure(found.name, fmt.Errorf("its mode %s is none that is known; known are %s", shown(p.Mode), strings.Join(modes, ", ")))
	}
	found.name += ", mode " + mode
	if found.fetch, err = c.fetcher(p, nil); err != nil {
		return nil, "", failure(found.name, err)
	}
	return found, "", nil
}

// configuration is config.json, so far as it is needed. Profiles are read when they are used, so that one that is out of
// order does no harm to the others.
type configuration struct {
	Current  string            `json:"current"`
	Profiles []json.RawMessage `json:"profiles"`
}

func readConfiguration(data []byte) (*configuration, error) {
	c := new(configuration)
	data = bytes.TrimPrefix(data, []byte("\uFEFF")) // editors of Windows write one
	if err := json.Unmarshal(data, c); err != nil {
		return nil, malformed(data, err)
	}
	return c, nil
}

// malformed says where JSON is wrong, without quoting it: it is full of secrets.
func malformed(data []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		upTo := data[:min(int(syntax.Offset), len(data))]
		return fmt.Errorf("it is not valid JSON, line %d", 1+bytes.Count(upTo, []byte("\n")))
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && kind.Field != "" {
		is := "a number"
		switch kind.Type.Kind() {
		case reflect.String:
			is = "a text"
		case reflect.Bool:
			is = "true or false"
		case reflect.Slice:
			is = "a list"
		case reflect.Struct:
			is = "an object"
		}
		return fmt.Errorf("its field %s must be %s", kind.Field, is)
	}
	return errors.New("it is not the JSON of a configuration")
}

// profile finds a profile; the first of a name counts. It returns nil where there is none.
func (c *configuration) profile(name string) (*profile, error) {
	for _, raw := range c.Profiles {
		var head struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(raw, &head) != nil || head.Name != name || string(raw) == "null" {
			continue
		}
		p := new(profile)
		if err := json.Unmarshal(raw, p); err != nil {
			return nil, fmt.Errorf("profile %s: %w", shown(name), malformed(raw, err))
		}
		return p, nil
	}
	return nil, nil //nolint:nilnil // none
}
