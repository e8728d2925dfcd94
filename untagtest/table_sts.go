package untagtest

import (
	"fmt"
	"hash/fnv"
	"io"
)

// STS is Sts 2015-04-01, of which the account has GetCallerIdentity alone.
const STS Service = "sts"

func init() {
	register(&table{
		name: STS, product: "Sts", version: "2015-04-01", noRegion: noRegion,
		hosts:     []hosts{{"sts", ecsRegions}, {"sts-vpc", ecsRegions}},
		irregular: map[string][]string{"sts": nil},
		actions:   map[string]operation{"GetCallerIdentity": {run: (*Cloud).callerIdentity, anywhere: true}},
	})
}

// identityBody is the answer of GetCallerIdentity.
type identityBody struct {
	envelope

	IdentityType string
	AccountID    string `json:"AccountId" xml:"AccountId"`
	PrincipalID  string `json:"PrincipalId" xml:"PrincipalId"`
	UserID       string `json:"UserId" xml:"UserId"`
	ARN          string `json:"Arn" xml:"Arn"`
	RoleID       string `json:"RoleId,omitempty" xml:"RoleId,omitempty"`
}

// callerIdentity says who signed. A permanent key is that of a RAM user, one with a token that of a role which somebody
// has assumed; both belong to the account. Their names and numbers are made up of the key ID.
func (c *Cloud) callerIdentity(in *request) (body, *refusal) {
	number := "2" + decimalHash(in.keyID, 17)
	if !in.temporary {
		return &identityBody{
			IdentityType: "RAMUser", AccountID: c.number, PrincipalID: number, UserID: number,
			ARN: "acs:ram::" + c.number + ":user/untagtest",
		}, nil
	}
	return &identityBody{
		IdentityType: "AssumedRoleUser", AccountID: c.number, PrincipalID: "3" + number + ":untagtest", UserID: "3" + number + ":untagtest",
		ARN: "acs:ram::" + c.number + ":assumed-role/untagtest/untagtest", RoleID: "3" + number,
	}, nil
}

// decimalHash gives n digits that stand for a text.
func decimalHash(text string, n int) string {
	hash := fnv.New64a()
	_, _ = io.WriteString(hash, text)
	return fmt.Sprintf("%0*d", n, hash.Sum64())[:n]
}
