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
package faults
