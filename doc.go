// Package untag holds what the clients of four services of Alibaba Cloud share, which list, write and remove tags:
// their configuration, their credentials and their errors. The clients are in the packages below it.
//
//   - [github.com/untag-go/untag/tag]: Tag 2018-08-28, resources of any service by ARN
//   - [github.com/untag-go/untag/ecs]: ECS 2014-05-26, instances, disks, images and more by ID
//   - [github.com/untag-go/untag/vpc]: VPC IPAM 2023-02-28, IPAMs, scopes and pools by ID
//   - [github.com/untag-go/untag/resourcesharing]: Resource Sharing 2020-01-10, resource shares by ID
//
// Package [github.com/untag-go/untag/cleanup] does the whole job on an account: it finds what carries a tag, saves it, removes
// it, verifies that it is gone, and restores it on request.
//
// Removing a tag by itself cannot be undone. What breaks a rule of the service is therefore refused before it is sent
// ([ErrInvalidRequest]), what was refused says so with the service's own code ([APIError]), and a write that may
// have reached the service without a verdict is never called done or failed: it is [ErrOutcomeUnknown].
// The operations are idempotent, so such a call may be repeated.
//
// Each client also has UntagMany and TagMany, runs over any number of resources. Package [github.com/untag-go/untag/journal] records
// such a run so that it can be resumed, and package [github.com/untag-go/untag/untagtest] has an account in memory to test
// against, without a network.
package untag

// Version is the version of this module, by semantic versioning and without a "v". It is part of the User-Agent header.
const Version = "0.2.0"
