// Package tag lists, writes and removes tags of resources of any Alibaba Cloud service, named by ARN: the operations
// ListTagResources, TagResources and UntagResources of Tag 2018-08-28, and what finds resources with them: ListTagKeys,
// ListTagValues, ListSupportResourceTypes, ListAssociatedResourceRules and DescribeRegions. The vendor's help files them
// under "Resource Management", as it does those of package [github.com/untag-go/untag/resourcesharing], which are others.
//
// One call that writes names up to 50 resources of one region and up to 10 tags or keys. Resources that fail are named one
// by one in an answer that is otherwise a success; the SDK makes that a [*PartialError]. Rules and error codes come from
// the operations' reference pages (help.aliyun.com and alibabacloud.com/help, Resource Management, June 2024 to February
// 2026). [PublishedListRate] and [PublishedTagRate] are quotas of calls; none was found for UntagResources.
//
// [Client.UntagResources] and [Client.TagResources] make one call, [Client.UntagMany] and [Client.TagMany] a run over any
// number of resources and regions. [Client.ListTagResources] reads a page, [Client.ListTagResourcesAll] all pages.
package tag
