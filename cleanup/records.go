package cleanup

import (
	"iter"
	"time"
)

// Record is all that the folder says of one key of one resource: for reports. It holds a value of a tag.
type Record struct {
	// Resource is the resource.
	Resource Resource
	// Key is the key, and Saved its value that was saved last before the removal, which Restore writes.
	Key, Saved string
	// Removed, Verified and Restored are what these steps said last, or Pending.
	Removed, Verified, Restored State
	// State is the last word, as Job.Results has it.
	State State
	// Restorable says that Restore has something to do about it: a call of this job has removed the key, or may have.
	Restorable bool
	// Seen is the value that the last word is about, where it is about one that stands there.
	Seen string
	// Code, Message and RequestID are those of the last failure, "" if the last word is none.
	Code, Message, RequestID string
	// Time is when the last word was recorded; zero if there was none yet.
	Time time.Time
}

// Records yields the record of each key of each resource that was found, sorted by region and name. It sends nothing. An
// error is the last pair.
func (j *Job) Records() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		release, err := j.begin()
		if err != nil {
			yield(Record{}, err)
			return
		}
		defer release()
		for h, err := range j.histories() {
			if err != nil {
				yield(Record{}, err)
				return
			}
			resource := h.row.resource(j.header.Account, h.region)
			for i := range h.keys {
				if !yield(h.keys[i].record(resource), nil) {
					return
				}
			}
		}
	}
}

func (k *keyHistory) record(resource Resource) Record {
	r := Record{
		Resource: resource, Key: k.key, Saved: k.saved(),
		Restorable: k.toRestore(),
		Removed:    k.remove, Verified: k.verify, Restored: k.restore, State: k.state(),
	}
	if r.State == Changed || r.State == StillListed || r.State == Kept {
		r.Seen = k.seen
	}
	if k.failure != nil {
		r.Code, r.Message, r.RequestID = k.failure.Code, k.failure.Message, k.failure.RequestID
	}
	if k.time != 0 {
		r.Time = time.UnixMilli(k.time).UTC()
	}
	return r
}
