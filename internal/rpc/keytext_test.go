package rpc_test

import (
	"testing"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// TestKeysThatWereNotCopiedCleanly refuses them before anything is sent, says what is wrong, and shows no part of them.
func TestKeysThatWereNotCopiedCleanly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, before, inside, after, says string }{
		{"a space in front", " ", "", "", "that begins with a space (U+0020)"},
		{"a space behind", "", "", " ", "that ends with a space (U+0020)"},
		{"a space inside too", "", " ", " ", "that ends with a space (U+0020)"},
		{"a no-break space", "", "", "\u00a0", "that ends with a space (U+00A0)"},
		{"an ideographic space", "\u3000", "", "", "that begins with a space (U+3000)"},
		{"a line break", "", "", "\n", "that ends with a control character, a line break"},
		{"a line break of Windows", "", "", "\r\n", "with a control character, a line break inside"},
		{"a tab", "\t", "", "", "that begins with a control character (U+0009)"},
		{"a NUL", "", "\x00", "", "with a control character (U+0000) inside"},
		{"DEL", "", "", "\x7f", "that ends with a control character (U+007F)"},
		{"a byte order mark", "\ufeff", "", "", "that begins with a byte order mark (U+FEFF)"},
		{"a zero-width space", "", "", "\u200b", "that ends with an invisible character (U+200B)"},
		{"a zero-width joiner", "", "\u200d", "", "with an invisible character (U+200D) inside"},
		{"a soft hyphen", "", "\u00ad", "", "with an invisible character (U+00AD) inside"},
		{"a direction mark", "\u202a", "", "", "that begins with an invisible character (U+202A)"},
		{"quotation marks", `"`, "", `"`, "that begins with a quotation mark"},
		{"an apostrophe behind", "", "", "'", "that ends with a quotation mark"},
		{"typographic marks", "“", "", "”", "that begins with a quotation mark"},
		{"a full-width letter", "", "Ａ", "", "with a character that no key has (U+FF21) inside"},
		{"a byte of another encoding", "", "", "\xa0", "that ends with a byte that is not UTF-8"},
	} {
		dirty := func(s string) string { return test.before + s[:5] + test.inside + s[5:] + test.after }
		for _, kind := range []struct {
			what  string
			model *credentials.CredentialModel
		}{
			{"an access key ID", model(dirty(keyID), keySecret, "")},
			{"an access key secret", model(keyID, dirty(keySecret), stsToken)},
			{"a security token", model(keyID, keySecret, dirty(stsToken))},
			{"a bearer token", &credentials.CredentialModel{BearerToken: tea.String(dirty(stsToken))}},
		} {
			sources := []untag.CredentialProvider{provider(func() (*credentials.CredentialModel, error) { return kind.model, nil })}
			if kind.model.AccessKeyId != nil {
				sources = append(sources, untag.StaticCredentials(*kind.model.AccessKeyId, *kind.model.AccessKeySecret, tea.StringValue(kind.model.SecurityToken)))
			}
			for _, source := range sources {
				service := play(ok)
				_, err := newClient(t, service, with(source)).Do(t.Context(), request())
				require.ErrorIs(t, err, untag.ErrUnauthenticated, "%s: %s", test.name, kind.what)
				assert.True(t, isNotAttempted(err))
				assert.ErrorContains(t, err, "the credential provider gave "+kind.what+" "+test.says)
				for _, secret := range []string{keyID, keySecret, stsToken} {
					assert.NotContains(t, err.Error(), secret[:5])
					assert.NotContains(t, err.Error(), secret[5:])
				}
				assert.Empty(t, service.messages())
			}
		}
	}
}

// TestKeysThatLookOdd has what may stand in a key or token.
func TestKeysThatLookOdd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ id, secret, token string }{
		{"STS.a-b_c", "a/b+c=!~'x", "CAIS a b/+=\"x%41"},
		{"a", "b", ""},
		{"an invented ID", "another secret", ""},
	} {
		_, err := newClient(t, play(ok), with(untag.StaticCredentials(test.id, test.secret, test.token))).Do(t.Context(), request())
		require.NoError(t, err)
	}
}
