package servicetest

import "regexp"

// Info is what lists of services must know of one.
type Info struct {
	Constant string         // of package untag and of package untagtest, without its Service: "VPCIPAM"
	Name     string         // its value
	Package  string         // the folder of its package
	Product  string         // the first part of its host names
	Named    *regexp.Regexp // what a file has that names it; Tag's name is a word of every file
}

// Services is the one list of the services. The tests of this package check the others against it: the constants, the
// packages, the endpoints, the account in memory, and every page, example and program that names all of them but one.
var Services = []Info{
	{"Tag", "tag", "tag", "tag", regexp.MustCompile(``)},
	{"ECS", "ecs", "ecs", "ecs", regexp.MustCompile(`\bServiceECS\b|\b(ecs|ECS)\b`)},
	{"VPCIPAM", "vpcipam", "vpc", "vpcipam", regexp.MustCompile(`\bServiceVPCIPAM\b|(?i)\bvpc ?ipam\b|\bvpc\.New\b|untag/vpc\b|\bcp -r vpc\b`)},
	{"ResourceSharing", "resourcesharing", "resourcesharing", "resourcesharing", regexp.MustCompile(`(?i)resource ?sharing`)},
}
