// Package ecs removes tags from resources of Elastic Compute Service: the operation UntagResources of ECS 2014-05-26.
//
// One call names up to 50 resources of one type in one region. A single resource that is missing or refuses fails
// the whole call, unnamed. Rules and error codes come from the operation's reference page
// (help.aliyun.com, ECS 2014-05-26, UntagResources).
package ecs
