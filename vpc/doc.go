// Package vpc lists, writes and removes tags of resources of VPC IP Address Manager (IPAM): the operations
// ListTagResources, TagResources and UntagResources of VpcIpam 2023-02-28, which the vendor's help files under "Virtual
// Private Cloud" with the RAM actions vpc:ListTagResources and so on.
//
// They are not the operations of classic VPC 2016-04-28, where the last one is spelled UnTagResources, which are about
// VPCs, vSwitches, route tables, elastic IP addresses and so on. For those, use package
// [github.com/untag-go/untag/tag] with their ARNs.
//
// One call that writes names up to 20 resources of one type in one region, and up to 20 tags or keys, or removes all
// tags. A single resource that is missing fails the whole call, unnamed. Rules and error codes come from the operations'
// reference pages (alibabacloud.com/help, Virtual Private Cloud, July and December 2025). [PublishedRate] is the quota of
// calls that remove, [PublishedListRate] of those that list.
//
// [Client.UntagResources] and [Client.TagResources] make one call, [Client.UntagMany] and [Client.TagMany] a run over any
// number of resources. [Client.ListTagResources] reads a page, [Client.ListTagResourcesAll] all pages.
package vpc
