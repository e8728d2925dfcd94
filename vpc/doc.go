// Package vpc removes tags from resources of VPC IP Address Manager (IPAM): the operation UntagResources of
// VpcIpam 2023-02-28, which the vendor's help files under "Virtual Private Cloud" with the RAM action vpc:UntagResources.
//
// It is not the operation of classic VPC 2016-04-28, spelled UnTagResources, which removes tags from VPCs, vSwitches,
// route tables, elastic IP addresses and so on. For those, use package [github.com/untag-go/untag/tag] with their ARNs.
//
// One call names up to 20 resources of one type in one region, and up to 20 tag keys or all tags. A single resource
// that is missing fails the whole call, unnamed. Rules and error codes come from the operation's reference page
// (alibabacloud.com/help, Virtual Private Cloud, UntagResources, July 2025). [PublishedRate] is its quota of calls.
//
// [Client.UntagResources] makes one call, [Client.UntagMany] a run over any number of resources.
package vpc
