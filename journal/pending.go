package journal

import "iter"

// Pending passes on the resources that have not succeeded, in a run before or in this one until now.
// One that failed, whose outcome is unknown or that was not attempted is passed on, as often as it occurs.
// The input is neither counted nor kept: it may have any length.
func (j *Journal) Pending(ids iter.Seq[string]) iter.Seq[string] {
	if ids == nil {
		return nil // UntagMany refuses it with a clear error
	}
	return func(yield func(string) bool) {
		for id := range ids {
			if !j.isDone(id) && !yield(id) {
				return
			}
		}
	}
}

func (j *Journal) isDone(id string) bool {
	k := j.seeds.string(id)
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done.find(k) != nil
}
