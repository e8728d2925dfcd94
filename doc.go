// Package untag holds what the clients of the four UntagResources operations of Alibaba Cloud share:
// their configuration, their credentials and their errors. The clients are in the packages below it.
//
//   - [github.com/untag-go/untag/tag]: Tag 2018-08-28, resources of any service by ARN
//   - [github.com/untag-go/untag/ecs]: ECS 2014-05-26, instances, disks, images and more by ID
//   - [github.com/untag-go/untag/vpc]: VPC IPAM 2023-02-28, IPAMs, scopes and pools by ID
//   - [github.com/untag-go/untag/resourcesharing]: Resource Sharing 2020-01-10, resource shares by ID
//
// Removing tags cannot be undone. What breaks a rule of the service is therefore refused before it is sent
// ([ErrInvalidRequest]), what was refused says so with the service's own code ([APIError]), and a request that may
// have reached the service without a verdict is never called done or failed: it is [ErrOutcomeUnknown].
// The operation is idempotent, so such a call may be repeated.
//
// Each client also has UntagMany, a run over any number of resources. Package [github.com/untag-go/untag/journal] records
// such a run so that it can be resumed, and package [github.com/untag-go/untag/untagtest] has an account in memory to test
// against, without a network.
package untag

// Version is the version of this module, by semantic versioning and without a "v". It is part of the User-Agent header.
const Version = "0.1.0"
