package cleanup

import (
	"cmp"
	"iter"
	"strings"

	"github.com/untag-go/untag"
)

// route is the operation that a resource's calls go to: a service, and, but for Tag, one type of its resources.
type route struct{ service, resourceType string }

func (r *row) route() route {
	if r.Via == untag.ServiceTag {
		return route{service: untag.ServiceTag}
	}
	_, resourceType, _ := r.split()
	return route{r.Via, resourceType}
}

// turn is how many resources of one region go into a run before those of the next: some calls' worth, so that batches fill,
// and few enough that the run's window has all regions in it.
const turn = 250

// interleave yields what the sequences yield, by turns. An error is the last pair.
func interleave[T any](sequences []iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		type source struct {
			next func() (T, error, bool)
			stop func()
		}
		sources := make([]source, 0, len(sequences))
		for _, s := range sequences {
			next, stop := iter.Pull2(s)
			defer stop()
			sources = append(sources, source{next, stop})
		}
		for len(sources) > 0 {
			left := sources[:0]
			for _, s := range sources {
				more := true
				for range turn {
					var value T
					var err error
					if value, err, more = s.next(); !more {
						break
					}
					if !yield(value, err) || err != nil {
						return
					}
				}
				if more {
					left = append(left, s)
				}
			}
			sources = left
		}
	}
}

// compare puts the route of Tag first.
func (r route) compare(other route) int {
	if tag, otherTag := r.service == untag.ServiceTag, other.service == untag.ServiceTag; tag != otherTag {
		if tag {
			return -1
		}
		return 1
	}
	return cmp.Or(strings.Compare(r.service, other.service), strings.Compare(r.resourceType, other.resourceType))
}
