// Package resourcesharing removes tags from resource shares: the operation UntagResources of Resource Sharing 2020-01-10.
// The vendor's help files it under "Resource Management", as it does the operation of package
// [github.com/untag-go/untag/tag], which is another one.
//
// One call names up to 20 resource shares in one region, and up to 20 tag keys or all tags. A single one that is
// missing fails the whole call, unnamed. Rules and error codes come from the operation's reference page
// (alibabacloud.com/help, Resource Management, UntagResources, December 2025). [PublishedRate] is its quota of calls.
//
// [Client.UntagResources] makes one call, [Client.UntagMany] a run over any number of resource shares.
package resourcesharing
