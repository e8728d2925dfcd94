// Assumerole removes tags as a RAM role, with temporary keys that renew themselves. Without flags it does so on an account in
// memory, behind a loopback socket:
//
//	go run ./examples/assumerole
//
// It prints:
//
//	STS: acs:ram::1234567890123456:role/untagger gets the key STS.example-1
//	account: UntagResources with the key STS.example-1
//	done: arn:acs:oss:*:*:bucket/logs has lost env
//	The key STS.example-1 expires.
//	STS: acs:ram::1234567890123456:role/untagger gets the key STS.example-2
//	account: UntagResources with the key STS.example-2
//	done: arn:acs:oss:*:*:bucket/logs has lost owner
//
// With flags it assumes a real role, with credentials of the default chain, and removes tags for good:
//
//	go run ./examples/assumerole -role-arn acs:ram::ACCOUNT:role/untagger -arns ARN,ARN -keys env -yes
//
// These credentials are those of a RAM user or role which may call sts:AssumeRole on acs:ram:*:ACCOUNT:role/untagger. The role's
// trust policy names it as the Principal, {"RAM": "acs:ram::ITS-ACCOUNT:user/NAME"}, or its whole account, with root in the
// place of user/NAME. The role's own policies allow tag:UntagResources and the untagging action of each resource's service.
// For more accounts, make one client for each role.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// assumeRole returns the credentials of a role, which source may assume. They are renewed three minutes before they expire.
func assumeRole(source providers.CredentialsProvider, roleARN, stsEndpoint string) (untag.CredentialProvider, error) {
	role, err := providers.NewRAMRoleARNCredentialsProviderBuilder().
		WithCredentialsProvider(source).WithRoleArn(roleARN).WithRoleSessionName("untag").WithStsEndpoint(stsEndpoint).Build()
	if err != nil {
		return nil, err
	}
	return credentials.FromCredentialsProvider("ram_role_arn", role), nil
}

// removeTags may take longer than a key lasts: each call is signed with the one that is valid then.
func removeTags(ctx context.Context, w io.Writer, config untag.Config, arns, keys string) error {
	client, err := tag.New(config)
	if err != nil {
		return err
	}
	request := tag.UntagManyRequest{ResourceARNs: strings.SplitSeq(arns, ","), TagKeys: strings.Split(keys, ",")}
	for arn, failed := range client.UntagMany(ctx, request) {
		if err = errors.Join(err, failed); failed == nil {
			fmt.Fprintf(w, "done: %s has lost %s\n", arn, keys)
		}
	}
	return err
}

// demo removes two tags. The first key expires in between.
func demo(ctx context.Context, w io.Writer) error {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "oss", Type: "bucket", ID: "logs", Tags: map[string]string{"env": "test", "owner": "ana"}})
	keys := map[string]string{} // by their tokens
	server := httptest.NewTLSServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("Action") != "AssumeRole" {
			fmt.Fprintf(w, "account: %s with the key %s\n", r.Header.Get("X-Acs-Action"), keys[r.Header.Get("X-Acs-Security-Token")])
			cloud.ServeHTTP(answer, r)
			return
		}
		key, secret, token := fmt.Sprintf("STS.example-%d", len(keys)+1), rand.Text(), rand.Text()
		fmt.Fprintf(w, "STS: %s gets the key %s\n", r.FormValue("RoleArn"), key)
		cloud.AllowKey(key, secret, token)
		keys[token] = key
		_ = json.NewEncoder(answer).Encode(map[string]any{"Credentials": map[string]string{
			"AccessKeyId": key, "AccessKeySecret": secret, "SecurityToken": token,
			"Expiration": time.Now().Add(3 * time.Minute).UTC().Format(time.RFC3339),
		}})
	}))
	defer server.Close()
	http.DefaultTransport = server.Client().Transport // credentials-go uses copies of it: this is how to make it trust a server
	user, err := providers.NewStaticAKCredentialsProviderBuilder().WithAccessKeyId("example-user").WithAccessKeySecret("example-secret").Build()
	if err != nil {
		return err
	}
	role, err := assumeRole(user, "acs:ram::"+cloud.AccountID()+":role/untagger", server.Listener.Addr().String())
	if err != nil {
		return err
	}
	config := untag.Config{Region: "cn-hangzhou", Endpoint: server.URL, HTTPClient: server.Client(), Credentials: role}
	err = removeTags(ctx, w, config, "arn:acs:oss:*:*:bucket/logs", "env")
	fmt.Fprintln(w, "The key STS.example-1 expires.")
	cloud.ExpireKey("STS.example-1")
	return errors.Join(err, removeTags(ctx, w, config, "arn:acs:oss:*:*:bucket/logs", "owner"))
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second signal kills
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("assumerole", flag.ContinueOnError)
	flags.SetOutput(stderr)
	roleARN := flags.String("role-arn", "", "the role to assume, acs:ram::ACCOUNT:role/NAME")
	arns := flags.String("arns", "", "ARNs of resources, separated by commas")
	keys := flags.String("keys", "", "tag keys, separated by commas")
	region := flags.String("region", "cn-hangzhou", "of ARNs that name none")
	yes := flags.Bool("yes", false, "do remove the tags, for good")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0 || flags.NFlag() > 0 && (*roleARN == "" || *arns == "" || *keys == ""):
		fmt.Fprintln(stderr, "assumerole: it takes -role-arn, -arns and -keys, all or none of them, and no arguments that are not flags")
		return 2
	case flags.NFlag() == 0:
		err = demo(ctx, stdout)
	case !*yes:
		err = fmt.Errorf("nothing was sent: add -yes to remove %s from %s, which cannot be undone", *keys, *arns)
	default:
		var role untag.CredentialProvider
		if role, err = assumeRole(providers.NewDefaultCredentialsProvider(), *roleARN, ""); err == nil {
			err = removeTags(ctx, stdout, untag.Config{Region: *region, Credentials: role}, *arns, *keys)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "assumerole:", err)
		return 1
	}
	return 0
}
