package redact

import (
	"fmt"
	"strings"
	"unicode"
)

// Provider returns a stand-in for an error of a credential provider. Such texts may quote whole files
// and answers with secrets that nobody else knows yet (credentials-go quotes a malformed profile file),
// so only what looks like prose is kept: plain words, small numbers, and names of environment variables.
func Provider(err error) error {
	if err == nil {
		return nil
	}
	return &standInError{prose(err.Error()), &hidden{err}}
}

// Panic describes a recovered panic of a provider without its value, which may be anything.
func Panic(value any) string { return fmt.Sprintf("panic (%T)", value) }

const maxProse = 400

// prose keeps the words of text and replaces every run of anything else by an ellipsis.
func prose(text string) string {
	var b strings.Builder
	skipped, assigned := false, false
	for _, word := range strings.Fields(text) {
		if b.Len() > maxProse {
			skipped = true
			break
		}
		named := assigned
		prose := isProse(word)
		assigned = isName(word, prose)
		if named || !prose {
			skipped = true
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if skipped {
			b.WriteString("… ")
			skipped = false
		}
		b.WriteString(word)
	}
	if skipped {
		b.WriteString(" …")
	}
	return strings.TrimSpace(b.String())
}

// isName reports whether word looks like the name in an assignment, whose value must not show however plain it is:
// `secret =`, `"AccessKeySecret":` and `access_key_secret:`, but not a sentence's "credentials:".
func isName(word string, prose bool) bool {
	name := strings.TrimRight(word, ":=")
	if name == word {
		return false
	}
	bare := strings.Trim(name, `{"'`)
	identifier := strings.IndexFunc(bare, func(r rune) bool { return r != '_' && r != '-' && !unicode.IsLetter(r) }) < 0
	return identifier && (!prose || bare != name || bare == "" || strings.HasSuffix(word, "="))
}

// isProse reports whether word looks like part of a sentence: at most 15 letters, capitals only in front
// or, up to 5, as an initialism. Keys, tokens, paths, addresses and assignments do not look so.
func isProse(word string) bool {
	core := strings.Trim(word, `.,:;!?()[]'"`)
	if core == "" {
		return word == "" || strings.Trim(word, ".,:;!?()") == ""
	}
	if knownName[core] || strings.HasPrefix(core, "ALIBABA_CLOUD_") && len(core) <= 64 && strings.Trim(core, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" {
		return true
	}
	if len(core) <= 3 && strings.Trim(core, "0123456789") == "" {
		return true
	}
	lower, upper := 0, 0
	for i, r := range core {
		switch {
		case 'a' <= r && r <= 'z':
			lower++
		case 'A' <= r && r <= 'Z':
			if i > 0 && lower > 0 {
				return false
			}
			upper++
		default:
			return false
		}
	}
	if lower == 0 {
		return upper <= 5
	}
	return upper <= 1 && lower <= 15
}

// knownName lists identifiers in the texts of credentials-go that say what to mend.
var knownName = map[string]bool{
	"RoleArn": true, "OIDCTokenFilePath": true, "OIDCProviderARN": true, "CloudSSO": true, "OAuth": true,
	"InvalidPath": true, "PrivateKeyFile": true, "PublicKeyId": true, "BearerToken": true,
	"i/o": true, "context.DeadlineExceeded": true, "json.Unmarshal": true,
}
