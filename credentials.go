package untag

import (
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag/internal/static"
)

// CredentialProvider gives the credentials that requests are signed with.
// Every credentials.Credential of github.com/aliyun/credentials-go is one.
//
// A client asks before every HTTP attempt, one call at a time; calls that want credentials meanwhile share the answer.
// So a provider needs no lock against its own client, and a token that changed is used at once. Several clients that
// share a provider may ask at the same time.
type CredentialProvider interface {
	// GetCredential returns an access key ID with its secret, and a token if the key is a temporary (STS) one; or a
	// bearer token. It may block: calls stop waiting for it when their context ends. An error, a panic or a nil model
	// is ErrUnauthenticated. Of the error's text only plain words are shown, since it may quote secrets.
	GetCredential() (*credentials.CredentialModel, error)
}

// StaticCredentials returns a provider of one access key that never changes. securityToken is the token of temporary
// (STS) credentials, "" for a permanent key. An empty ID or secret fails every call with [ErrUnauthenticated]. The
// provider prints masked. Prefer nil credentials, the default chain, in production: keys in code leak.
func StaticCredentials(accessKeyID, accessKeySecret, securityToken string) CredentialProvider {
	return static.New(accessKeyID, accessKeySecret, securityToken)
}
