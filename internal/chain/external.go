package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unicode"
)

const (
	commandPatience = time.Minute
	maxOutput       = 64 << 10
	// permanent keys of a command are asked for again after this: a process for every request would be too dear.
	commandKept = time.Minute
)

// externalKeys runs a command, without a shell, and reads keys from its standard output. Nothing of what it prints is shown,
// and nothing is written back into the profile.
func externalKeys(command string) func() (keys, error) {
	return func() (keys, error) {
		args, err := split(command, runtime.GOOS == "windows")
		if err != nil {
			return keys{}, err
		}
		ctx, cancel := context.WithTimeout(context.Background(), commandPatience)
		defer cancel()
		out := new(bounded)
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout = out
		cmd.WaitDelay = time.Second // a child of the command may hold its output open
		err = cmd.Run()
		var exit *exec.ExitError
		switch {
		case out.cut:
			return keys{}, fmt.Errorf("its process_command printed more than %d KiB", maxOutput>>10)
		case ctx.Err() != nil:
			return keys{}, &Error{text: fmt.Sprintf("its process_command did not end within %s", commandPatience), cause: ctx.Err()}
		case errors.As(err, &exit):
			return keys{}, fmt.Errorf("its process_command failed: %s", exit.ProcessState)
		case err != nil && !errors.Is(err, exec.ErrWaitDelay):
			return keys{}, errors.New("its process_command cannot be run: " + runError(err))
		}
		return readOutput(out.kept.Bytes())
	}
}

// runError leaves out the name of the program, which the user may have set in the place of something else.
func runError(err error) string {
	if inner := errors.Unwrap(err); inner != nil {
		return inner.Error()
	}
	return "the operating system refuses"
}

// readOutput reads what the vendor's command line takes from such a command: a profile of mode AK or StsToken.
func readOutput(data []byte) (keys, error) {
	var out struct {
		Mode       string `json:"mode"`
		ID         string `json:"access_key_id"`
		Secret     string `json:"access_key_secret"`
		Token      string `json:"sts_token"`
		Expiration string `json:"expiration"`
	}
	if json.Unmarshal(bytes.TrimPrefix(data, []byte("\uFEFF")), &out) != nil {
		return keys{}, errors.New("its process_command printed no JSON of a profile (mode, access_key_id, access_key_secret, sts_token)")
	}
	mode := modeOf(out.Mode)
	if out.Mode != "" && mode != modeAK && mode != modeSTS {
		return keys{}, fmt.Errorf("its process_command gave a profile of mode %s; AK and StsToken are supported", shown(out.Mode))
	}
	if err := needs("access_key_id", out.ID, "access_key_secret", out.Secret); err != nil {
		return keys{}, fmt.Errorf("what its process_command printed is incomplete: %w", err)
	}
	if mode == modeSTS && out.Token == "" {
		return keys{}, errors.New("its process_command gave mode StsToken and no sts_token")
	}
	k := keys{id: out.ID, secret: out.Secret, token: out.Token, expires: time.Now()}
	if at, err := time.Parse(time.RFC3339, out.Expiration); err == nil {
		k.expires = at
	} else if out.Token == "" {
		k.expires = time.Now().Add(commandKept + ahead)
	} // a token that does not say how long it lives is asked for every time
	return k, nil
}

var errTooMuch = errors.New("too much output")

// bounded keeps the beginning of what is written to it, and then takes no more: a command that never stops ends by that.
type bounded struct {
	kept bytes.Buffer // not embedded: its ReadFrom would take the place of Write
	cut  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := maxOutput - b.kept.Len(); len(p) > room {
		b.cut = true
		return room, errTooMuch
	}
	return b.kept.Write(p)
}

// split takes a command apart like a shell: spaces separate, quotation marks hold together, and outside of Windows, where
// it is in every path, a backslash makes the next character plain.
func split(command string, windows bool) ([]string, error) {
	var args []string
	var word strings.Builder
	open, begun := rune(0), false
	runes := []rune(command)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case r == '\\' && !windows && open != '\'' || r == '\\' && windows && open == '"' && i+1 < len(runes) && runes[i+1] == '"':
			if i++; i == len(runes) {
				return nil, errors.New("its process_command ends in a backslash")
			}
			if open == '"' && !windows && !strings.ContainsRune("\"\\$`", runes[i]) {
				word.WriteRune(r)
			}
			word.WriteRune(runes[i])
			begun = true
		case open != 0 && r == open:
			open = 0
		case open == 0 && (r == '"' || r == '\''):
			open, begun = r, true
		case open == 0 && unicode.IsSpace(r):
			if begun {
				args = append(args, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if open != 0 {
		return nil, errors.New("its process_command has a quotation mark that is not closed")
	}
	if begun {
		args = append(args, word.String())
	}
	if len(args) == 0 || args[0] == "" {
		return nil, errors.New("its process_command is empty")
	}
	return args, nil
}
