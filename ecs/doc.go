// Package ecs lists, writes and removes tags of resources of Elastic Compute Service: the operations ListTagResources,
// TagResources and UntagResources of ECS 2014-05-26.
//
// One call names up to 50 resources of one type in one region, and up to 20 tags or keys, or removes all tags. A single
// resource that is missing or refuses fails a whole call that writes, unnamed. Rules and error codes come from the
// operations' reference pages (help.aliyun.com and alibabacloud.com/help, ECS 2014-05-26). No quota of calls is
// published.
//
// [Client.UntagResources] and [Client.TagResources] make one call, [Client.UntagMany] and [Client.TagMany] a run over any
// number of resources. [Client.ListTagResources] reads a page, [Client.ListTagResourcesAll] all pages.
package ecs
