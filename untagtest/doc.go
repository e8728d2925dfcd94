// Package untagtest is an in-memory Alibaba Cloud account for tests of programs that list, write and remove tags.
//
// It is a simulation of documents, not of the service. It does what the vendor's signature pages and the reference documents
// of UntagResources, TagResources and ListTagResources of four services say, of ListTagKeys, ListTagValues,
// ListSupportResourceTypes, DescribeRegions and ListAssociatedResourceRules of Tag, and of GetCallerIdentity of STS. Nothing in
// it was seen on a live endpoint. Where the documents are silent it makes a choice, and the comment beside the choice says
// so; those that matter to a program are in [Choices]. A test that passes here shows that a program agrees with the documents.
//
//	cloud := untagtest.NewCloud()
//	cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}})
//	client, err := tag.New(cloud.Config())
//
// [Cloud.Config] reaches the account in memory: without a socket, without a goroutine left behind, also inside
// testing/synctest. A Cloud is an [net/http.Handler] too, for clients that need a socket.
//
// # What a call goes through
//
// Every call takes the same steps, and the first that refuses it answers:
//
//  1. The call is counted, faults of [Fault.Latency] and [Fault.ClockOffset] are drawn, half of the latency passes.
//  2. Method, path, size and syntax of the request.
//  3. Signature: key, token, date, signature, and last the nonce, which is used up only by a valid signature.
//  4. Version, action and region, and whether the endpoint that was called serves them.
//  5. The quota of [Cloud.SetQuota], [Cloud.SetActionQuota] or [Cloud.SetWindow].
//  6. Faults that answer in the place of the service: nothing is changed, but the nonce and the quota are used.
//  7. The function of [Cloud.Before], then the operation: its parameters, then its resources. This is the effect, all of it at
//     one instant.
//  8. The other half of the latency passes, the call is recorded, the function of [Cloud.After] runs, and the answer leaves.
//
// Calls are answered side by side: nobody waits for the latency, the hooks or the slow reader of another call.
//
// A context that ends in the first half of the latency leaves no trace but a [VerdictCanceled] in [Cloud.Calls]; one that
// ends in the second half loses the answer of a call whose effect stands ([VerdictCanceledAfterEffect]).
//
// # Codes that no request triggers
//
// The documents list codes for parameters that these operations do not have, for other operations of the same service, and
// for permissions: MissingParameter.TagOwnerUid, NoPermission and the like, and the codes that only the 2024 document of Tag
// has. [Cloud.Deny] gives such a code to a resource and [Cloud.Inject] to a call.
package untagtest
