package main

import (
	"context"
	"slices"
	"strconv"

	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/bench/floor"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/tag"
)

// prepareAll returns the names and calls of all contestants.
func prepareAll(w work, to target) (names []string, calls []call, err error) {
	for _, c := range contestants {
		made, err := c.prepare(w, to)
		if err != nil {
			return nil, nil, err
		}
		names, calls = append(names, c.name), append(calls, made)
	}
	return names, calls, nil
}

// stubTables measures whole calls without a network.
func stubTables(ctx context.Context, p plan) ([]table, error) {
	var tables []table
	for _, w := range works {
		names, calls, err := prepareAll(w, target{stub: stub{w.answer}})
		if err != nil {
			return nil, err
		}
		all, err := race(ctx, p, 1, names, calls)
		if err != nil {
			return nil, err
		}
		t := table{
			title: "A call of " + w.String() + ", without a network",
			head:  []string{"", "µs", "CPU µs", "of the floor", "of the signed floor", "the V3 peer takes", "allocations"},
		}
		for _, s := range all {
			t.add(s.name, figure(s.median(wall)), figure(s.median(cpu)), times(s.ratio(named(all, nameFloor), wall)),
				times(s.ratio(named(all, nameSigned), wall)), times(named(all, nameV3).ratio(s, wall)), thousands(int64(s.median(allocs))))
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// inFlights are the numbers of calls at a time over loopback.
var inFlights = []int{1, 2, 32}

// loopbackTables measures calls to a server on the loopback address. Times are those between two answers.
func loopbackTables(ctx context.Context, p plan) ([]table, error) {
	addresses, stop, err := servers(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	var tables []table
	for i, w := range works {
		t, err := loopbackTable(ctx, p, w, addresses[i])
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func loopbackTable(ctx context.Context, p plan, w work, address string) (table, error) {
	names, calls, err := prepareAll(w, target{address: address})
	if err != nil {
		return table{}, err
	}
	t := table{title: "Calls of " + w.String() + ", over loopback (and of the floor)", head: []string{""}}
	for _, name := range names {
		t.add(name)
	}
	for _, inFlight := range inFlights {
		all, err := race(ctx, p, inFlight, names, calls)
		if err != nil {
			return table{}, err
		}
		floor := named(all, nameFloor)
		column := func(head string, of func(sample) float64) {
			t.head = append(t.head, head)
			for i, s := range all {
				t.rows[i] = append(t.rows[i], figure(s.median(of))+" ("+times(s.ratio(floor, of))+")")
			}
		}
		column(strconv.Itoa(inFlight)+" in flight: µs", wall)
		if inFlight == slices.Max(inFlights) {
			column("CPU µs", cpu)
			column("allocations", allocs)
		}
	}
	return t, nil
}

// encodeCalls encode and sign each work, without making a request of it, with memory that is used again.
func encodeCalls() (names []string, calls []call) {
	for _, w := range works {
		var q signature.Query
		var scratch []byte
		signer := signature.NewSigner(floor.AccessKeyID, floor.AccessKeySecret)
		headers := []signature.Header{
			{Name: "host", Value: w.host()},
			{Name: "x-acs-action", Value: action},
			{Name: "x-acs-content-sha256", Value: signature.EmptyBodyHash},
			{Name: "x-acs-date", Value: "2024-05-06T07:08:09Z"},
			{Name: "x-acs-signature-nonce", Value: "0123456789abcdef0123456789abcdef"},
			{Name: "x-acs-version", Value: w.version},
		}
		names = append(names, w.String())
		calls = append(calls, func(context.Context) error {
			q.Reset()
			w.encode(&q)
			_, scratch = signer.V3(scratch, signature.Request{
				Method: "POST", Query: q.Bytes(), Headers: headers, BodyHash: signature.EmptyBodyHash,
			})
			return nil
		})
	}
	return names, calls
}

// validateCalls check the largest requests.
func validateCalls() (names []string, calls []call) {
	tagRequest := tag.UntagResourcesRequest{Region: region, ResourceARNs: arns(tag.MaxResources), TagKeys: keys(tag.MaxTagKeys)}
	ecsRequest := ecs.UntagResourcesRequest{
		Region: region, ResourceType: ecs.ResourceTypeInstance, ResourceIDs: ids(ecs.MaxResources), TagKeys: keys(ecs.MaxTagKeys),
	}
	return []string{"tag: 50 ARNs, 10 keys", "ecs: 50 IDs, 20 keys"}, []call{
		func(context.Context) error { return tagRequest.Validate() },
		func(context.Context) error { return ecsRequest.Validate() },
	}
}

// parts is the table of what happens within the process.
func parts(ctx context.Context, p plan, title string, names []string, calls []call) (table, error) {
	t := table{title: title, head: []string{"", "µs", "CPU µs", "allocations"}}
	all, err := race(ctx, p, 1, names, calls)
	for _, s := range all {
		t.add(s.name, figure(s.median(wall)), figure(s.median(cpu)), thousands(int64(s.median(allocs))))
	}
	return t, err
}
