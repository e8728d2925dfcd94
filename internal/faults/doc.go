// Package faults has tests only: real sockets and TLS stand between the SDK and the simulated account of untagtest, and
// everything between and behind them fails. It is a module of its own, so that toxiproxy is no dependency of the SDK.
//
// What a user gets from each fault stands in MATRIX.md, which the test writes and otherwise compares byte for byte:
//
//	go test -run Matrix -update
//
// A long bulk run in which one call of twenty fails, and every claimed outcome is compared with the account:
//
//	go test -run Soak -v -soak -resources 1000000 -timeout 30m
//
// # Properties
//
// What must hold in every world is tested in worlds of chance, in memory and in virtual time. A failure names its seed, which
// makes the same world again; what happens at one instant may happen in another order. -v counts what happened.
//
//	go test -run 'Truth|Regions|Lists' -v -seeds 20000
//	go test -run Truth -seed 4711
//
// TestTruthProperty makes a single call or a bulk run of UntagResources or TagResources in one of the four services. Resources
// do not exist, are denied, vanish, and stand in the input twice or in several spellings. A request is carried out and its
// answer lost, or it is lost itself, or carried out long after; it is answered with any code of the service, a page,
// nothing, half an answer, a success that is none, or failed resources in a third spelling; transport, body, hooks,
// provider and input panic, end their goroutine or block for ever; credentials go bad; the run is drained, its context is
// canceled, or its loop is left, at any moment. Whatever happens:
//
//   - done means that the account has the change; refused, invalid and not attempted mean that it has not, and that no
//     request which was given up for lost has made it later; keys that an error says were removed are gone, and only the
//     next group of keys may be, too, if the outcome is unknown;
//   - an outcome is unknown only if something that was sent for the resource may have been lost, and refused only if an
//     answer refused it;
//   - each resource that was read is yielded once, in the order of the input where that was asked for; a run that ends
//     early says so in a last pair, and no other does;
//   - a drained run ends within the time-out of one attempt, a canceled or left one within a second, and no goroutine is left;
//   - no nonce is sent twice, no malformed resource is sent, and no call of a run has a resource twice.
//
// The one thing that an answer of such a world does not do is to claim a look at a resource and lie about it: the SDK believes
// that.
//
// TestRegionsProperty makes runs over regions of which some refuse, throttle, hang, lose, have a wrong clock or do not exist:
// the others do all their work, in about the time that they take alone.
//
// TestListsProperty goes through lists of which pages are wrong and calls fail: what is listed is true, whole and comes once,
// or an error says that it could not go on.
package faults
