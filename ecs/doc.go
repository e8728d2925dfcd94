// Package ecs removes tags from resources of Elastic Compute Service: the operation UntagResources of ECS 2014-05-26.
//
// One call names up to 50 resources of one type in one region, and up to 20 tag keys or all tags. A single resource
// that is missing or refuses fails the whole call, unnamed. Rules and error codes come from the operation's reference
// page (help.aliyun.com, ECS 2014-05-26, UntagResources). No quota of calls is published.
//
// [Client.UntagResources] makes one call, [Client.UntagMany] a run over any number of resources.
package ecs
