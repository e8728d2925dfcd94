package cleanup

import (
	"iter"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/sortedrun"
)

// restoreOrder is what is to be restored in a region: sorted by the operation that it goes to and by the tags to write,
// because resources with equal tags share calls, and a run looks for them only as far as it reads ahead.
type restoreOrder struct {
	region string
	sorter *sortedrun.Sorter
}

// arrange sorts what is to be restored, and returns the routes.
func (r *restoration) arrange() ([]route, error) {
	seen := make(map[route]bool)
	for _, region := range r.order {
		o := &restoreOrder{region: region.name, sorter: sortedrun.New(r.j.dir.Temp, 0)}
		r.orders = append(r.orders, o)
		for h, err := range region.histories(r.facts[region.name]) {
			if err == nil {
				err = o.add(h, seen)
			}
			if err != nil {
				return nil, err
			}
		}
		if err := o.sorter.Finish(); err != nil {
			return nil, err
		}
	}
	var all []route
	for via := range seen {
		all = append(all, via)
	}
	slices.SortFunc(all, func(a, b route) int { return a.compare(b) })
	return all, nil
}

// add adds a resource with the tags of it that are to be restored, if there are some.
func (o *restoreOrder) add(h *history, seen map[route]bool) error {
	saved := h.row
	saved.Pairs = nil
	for i := range h.keys {
		if k := &h.keys[i]; k.toRestore() {
			saved.Pairs = append(saved.Pairs, pair{k.key, k.saved()})
		}
	}
	if len(saved.Pairs) == 0 {
		return nil
	}
	via := saved.restoredBy()
	seen[via] = true
	key := appendText(appendText(nil, via.service), via.resourceType)
	for _, p := range saved.Pairs {
		key = appendText(appendText(key, p[0]), p[1])
	}
	return o.sorter.Add(key, saved.append(appendText(nil, saved.Name)))
}

// rows yields what is to be restored by a route.
func (o *restoreOrder) rows(via route) iter.Seq2[*restoreRow, error] {
	return func(yield func(*restoreRow, error) bool) {
		for record, err := range o.sorter.Sorted() {
			if err != nil {
				yield(nil, err)
				return
			}
			key := texts{b: record.Key}
			if (route{key.text(), key.text()}) != via {
				continue
			}
			value := texts{b: record.Value}
			name := value.text()
			saved, err := readRow(sortedrun.Record{Key: []byte(name), Value: value.b})
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(&restoreRow{saved, o.region}, nil) {
				return
			}
		}
	}
}

// restoreRow is a row with the region that it is in.
type restoreRow struct {
	row
	region string
}

func (r *restoration) closeOrders() {
	for _, o := range r.orders {
		o.sorter.Close()
	}
}

// restoredBy is the route that writes the tags: that of the removal, but for empty values, which Tag by its document does
// not take and the services with operations of their own do.
func (r *row) restoredBy() route {
	via := r.route()
	service, resourceType, _ := r.split()
	if via.service == untag.ServiceTag && slices.ContainsFunc(r.Pairs, func(p pair) bool { return p[1] == "" }) {
		if own, ok := ownService(service, resourceType); ok {
			return own
		}
	}
	return via
}

// calledBy is the name of the resource in calls of a route.
func (r *row) calledBy(via route) string {
	if via.service == untag.ServiceTag {
		return r.ARN
	}
	_, _, id := r.split()
	return id
}
