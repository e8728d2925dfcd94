// Package resourcesharing lists, writes and removes tags of resource shares: the operations ListTagResources, TagResources
// and UntagResources of Resource Sharing 2020-01-10. The vendor's help files them under "Resource Management", as it does
// those of package [github.com/untag-go/untag/tag], which are others.
//
// One call names up to 20 resource shares in one region, and up to 20 tags or keys, or removes all tags. A single one
// that is missing fails a whole call that writes, unnamed. Rules and error codes come from the operations' reference
// pages (alibabacloud.com/help, Resource Management, December 2025). [PublishedRate], [PublishedListRate] and
// [PublishedTagRate] are the quotas of calls.
//
// [Client.UntagResources] and [Client.TagResources] make one call, [Client.UntagMany] and [Client.TagMany] a run over any
// number of resource shares. [Client.ListTagResources] reads a page, [Client.ListTagResourcesAll] all pages.
package resourcesharing
