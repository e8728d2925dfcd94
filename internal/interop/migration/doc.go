// Package migration has tests only: the code of the pages docs/from-*.md, in regions that begin with "docs:start NAME" and end with
// "docs:end". TestPages compares the regions with the blocks of the pages, and with -update writes them into the pages. The other tests
// run the regions, the vendor's side and ours, against the same simulated account.
//
// The code of a page names real hosts. The tests put a proxy between, which leads each of them to the simulated account: see network.
//
// The generated client of ECS of alibaba-cloud-sdk-go takes 1.6 GB to compile. The region that shows it is type-checked against the three
// files that it needs, and compiled and run with
//
//	go test -tags classicecs ./migration
package migration
