package untag

import (
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag/internal/static"
)

// CredentialProvider gives the credentials that requests are signed with.
// Every credentials.Credential of github.com/aliyun/credentials-go is one.
//
// A client asks before every HTTP attempt, one call at a time, so a provider needs no lock against its own client,
// and a token that changed is used at once. GetCredential may block: callers stop waiting when their context ends.
type CredentialProvider interface {
	GetCredential() (*credentials.CredentialModel, error)
}

// StaticCredentials returns a provider of one access key that never changes.
// securityToken is the token of temporary (STS) credentials, "" for a permanent key.
// The provider prints masked. Prefer nil credentials, the default chain, in production: keys in code leak.
func StaticCredentials(accessKeyID, accessKeySecret, securityToken string) CredentialProvider {
	return static.New(accessKeyID, accessKeySecret, securityToken)
}
