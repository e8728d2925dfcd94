// Package tag removes tags from resources of any Alibaba Cloud service, named by ARN: the operation UntagResources of
// Tag 2018-08-28. The vendor's help files it under "Resource Management", as it does the operation of package
// [github.com/untag-go/untag/resourcesharing], which is another one.
//
// One call names up to 50 resources of one region and up to 10 tag keys. Resources that fail are named one by one in an
// answer that is otherwise a success; the SDK makes that a [*PartialError]. Rules and error codes come from the
// operation's reference page (help.aliyun.com, Resource Management, UntagResources, June 2024 and February 2026). No
// quota of calls was found; that of TagResources, its counterpart, is 1,000 calls per second.
//
// [Client.UntagResources] makes one call, [Client.UntagMany] a run over any number of resources and regions.
package tag
