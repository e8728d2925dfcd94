package untag

import (
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag/internal/chain"
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
	// bearer token. It may block: calls stop waiting for it when their context ends. An error, a panic, a goroutine
	// that it ends or a nil model is ErrUnauthenticated. Of the error's text only plain words are shown, since it may
	// quote secrets; and the code and request ID of a refusal by STS, where credentials-go puts one into its error. The
	// model's ProviderName shows as Attempt.Credentials.
	//
	// Keys with a space or a quotation mark at an end, or a character that does not print, are ErrUnauthenticated too, and
	// the error says which: they were not copied cleanly, and the service would answer SignatureDoesNotMatch.
	GetCredential() (*credentials.CredentialModel, error)
}

// DefaultCredentials returns the default chain, which a client with nil Credentials has. It is made for programs that
// show whose credentials they are before they use them: once it has been asked, it prints the source that signs, such as
//
//	default chain: profile "prod" of ~/.aliyun/config.json, mode RamRoleArn
//
// The same name is the ProviderName of what GetCredential returns, and Attempt.Credentials. Clients may share a chain, at
// the same time too.
//
// The chain reads the sources below in this order and takes the first one that is set up. One that is set up in part, or
// fails, ends it with an error: what follows may be another account's. So does a source that is another than the one that
// signed before. Errors name the source and its mode, the refusal with its code and request ID, and what to do.
//
//	variables (ALIBABA_CLOUD_…)                       what they are
//	ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN  an access key; the token if it is a temporary one
//	ROLE_ARN, OIDC_PROVIDER_ARN, OIDC_TOKEN_FILE      RRSA: the role of a Kubernetes service account; OIDC_TOKEN for
//	                                                  the token itself; ROLE_SESSION_NAME
//	~/.aliyun/config.json                             the vendor's command line; CONFIG_FILE for another file, PROFILE
//	                                                  for another profile than the current one,
//	                                                  CLI_PROFILE_DISABLED=true for none
//	~/.alibabacloud/credentials                       the file of the vendor's SDKs; CREDENTIALS_FILE, PROFILE likewise
//	ECS_METADATA                                      the role of this instance, by name
//	CREDENTIALS_URI                                   a URL that gives temporary keys
//	none                                              the role of this instance, if its metadata service answers;
//	                                                  ECS_METADATA_DISABLED=true, IMDSV1_DISABLED=true
//
//	modes in config.json                              how they work
//	AK, StsToken, BearerToken                         as they stand; not with bearer_token_header_key
//	RamRoleArn, ChainableRamRoleArn,                  STS, with sts_token, sts_endpoint, sts_region, enable_vpc, policy,
//	RamRoleArnWithRoleName, OIDC                      external_id and expired_seconds
//	EcsRamRole                                        the metadata service
//	CredentialsURI                                    as CREDENTIALS_URI
//	External                                          process_command is run, for a minute at most; not written back
//	CloudSSO                                          until the session expires; sign in again with the command line
//	OAuth                                             until the access token expires; the command line renews it
//	RsaKeyPair, and any other                         refused
//
//	types in ~/.alibabacloud/credentials              access_key, sts, ram_role_arn, ecs_ram_role
//
// STS_ENDPOINT, STS_REGION and VPC_ENDPOINT_ENABLED say where STS is, in RRSA and in the two files, unless a
// profile says so. No file is written. The metadata service and plain HTTP are never asked through a proxy; STS, CloudSSO
// and OAuth are asked over HTTPS with the settings of http.DefaultTransport, so through the proxy of HTTPS_PROXY if there
// is one. The order is that of the vendor's SDKs, except that CREDENTIALS_URI comes before an instance role that nothing
// names.
func DefaultCredentials() CredentialProvider { return chain.New() }

// StaticCredentials returns a provider of one access key that never changes. securityToken is the token of temporary
// (STS) credentials, "" for a permanent key. An ID or secret that is empty or was not copied cleanly (CredentialProvider)
// fails every call with [ErrUnauthenticated]. The provider prints masked. Prefer nil credentials, the default chain, in production: keys in code leak.
func StaticCredentials(accessKeyID, accessKeySecret, securityToken string) CredentialProvider {
	return static.New(accessKeyID, accessKeySecret, securityToken)
}
