// Package interop has tests only: the vendor's clients call the simulated account of untagtest, and our clients' requests
// are checked with the vendor's signers. It is a module of its own, so that the vendor's clients are no dependency of the SDK.
//
// The vendor's generated package for Resource Sharing is not here: its v2.0.0 does not know UntagResources. The one for ECS,
// 155,000 lines, takes half a minute and 1 GB to compile; that of alibaba-cloud-sdk-go takes 1.6 GB and is left out.
//
// The clients for Node.js are skipped until they are installed, and fail instead when INTEROP_NODE_REQUIRED is set:
//
//	(cd node && npm ci)
//	INTEROP_NODE_REQUIRED=1 go test ./...
package interop
