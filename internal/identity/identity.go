// Package identity asks whose credentials a Config has: GetCallerIdentity of STS 2015-04-01, which needs no permission.
package identity

import (
	"context"
	"errors"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// Identity is a caller, as STS names it.
type Identity struct {
	Account string // the number of the main account, which resources belong to: "1234567890123456"
	ARN     string // "acs:ram::1234567890123456:user/alice", "…:assumed-role/cleaner/session", "…:root"
	UserID  string // of the RAM user, or the number of the account; "" for a role
	Type    string // "Account", "RAMUser" or "AssumedRoleUser"
}

// service is called at sts.aliyuncs.com, inside VPC networks at the host of the region.
var (
	service   = rpc.Service{Name: "sts", Product: "sts", Version: "2015-04-01"}
	operation = rpc.Operation{Action: "GetCallerIdentity", Reads: true}
)

// Caller returns the identity of the credentials that config's provider gives now. Its errors are those of any other call:
// a *untag.ValidationError about the config, an *untag.APIError of Service "sts", or a *untag.CallError.
func Caller(ctx context.Context, config untag.Config) (Identity, error) {
	client, err := rpc.New(config, service)
	if err != nil {
		return Identity{}, err
	}
	query := signature.NewQuery()
	defer query.Free()
	reply, err := client.Do(ctx, rpc.Call{
		Operation: &operation, Region: client.Region(""), Query: query, Answer: func() rpc.Answer { return new(answer) },
	})
	if err != nil {
		return Identity{}, err
	}
	a := reply.Answer.(*answer) //nolint:forcetypeassert // that of Call.Answer
	return Identity{Account: a.AccountID.Value, ARN: a.ARN.Value, UserID: a.UserID.Value, Type: a.IdentityType.Value}, nil
}

// answer is the success of GetCallerIdentity.
type answer struct {
	rpc.Envelope

	AccountID    rpc.Text `json:"AccountId"`
	ARN          rpc.Text `json:"Arn"`
	UserID       rpc.Text `json:"UserId"`
	IdentityType rpc.Text
}

// FromXML reads <GetCallerIdentityResponse>.
func (a *answer) FromXML(root *rpc.Element) {
	a.AccountID.Value, a.ARN.Value, a.UserID.Value = root.Text("AccountId"), root.Text("Arn"), root.Text("UserId")
	a.IdentityType.Value = root.Text("IdentityType")
}

var errNoAccount = errors.New("it names no account")

// Check refuses an answer that does not say whose the credentials are.
func (a *answer) Check() error {
	if a.AccountID.Value == "" {
		return errNoAccount
	}
	return nil
}
