package untagtemporal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strconv"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// The objects of a job in the store:
//
//	jobs/ID/job                  what to do: Job
//	jobs/ID/slices/N             the resources of slice N: sliceObject
//	jobs/ID/lanes/N              the lanes and their slices, 1,000 lanes an object: []laneSlices
//	jobs/ID/begun                that all of these are there, and how many: begunObject
//	jobs/ID/started              that the server has heard of the job: startedObject
//	jobs/ID/outcomes/N/TURN-TRY  what became of slice N: outcomeObject. The highest of them counts
const lanesPerObject = 1000

type sliceObject struct {
	Lane      Lane          `json:"lane"`
	Type      string        `json:"type,omitempty"`
	Resources []string      `json:"resources"`
	Tags      [][]untag.Tag `json:"tags,omitempty"` // of each resource, in a job that writes
}

// laneSlices are the slices of a lane: their numbers are not in a row, since a job is cut as it is read.
type laneSlices struct {
	Lane   Lane  `json:"lane"`
	Slices []int `json:"slices"`
}

type begunObject struct {
	Slices    int `json:"slices"`
	Lanes     int `json:"lanes"`
	Resources int `json:"resources"`
}

type startedObject struct{}

// outcomeObject is the state of a slice at the end of an attempt.
type outcomeObject struct {
	State json.RawMessage `json:"state"`          // a journal.Slice
	Open  []openEntry     `json:"open,omitempty"` // what is known of the resources that are neither done nor refused for good
	Final bool            `json:"final"`
	// Failure and Error say why the slice ended before its resources did.
	Failure string `json:"failure,omitempty"`
	Error   string `json:"error,omitempty"`
}

type openEntry struct {
	At    int           `json:"at"`
	Entry journal.Entry `json:"entry"`
}

// pairs are the resources of a slice with the tags to write to them.
func (s sliceObject) pairs() iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		for i, resource := range s.Resources {
			if !yield(resource, s.Tags[i]) {
				return
			}
		}
	}
}

func jobName(id string) string           { return "jobs/" + id + "/job" }
func begunName(id string) string         { return "jobs/" + id + "/begun" }
func startedName(id string) string       { return "jobs/" + id + "/started" }
func sliceName(id string, n int) string  { return "jobs/" + id + "/slices/" + strconv.Itoa(n) }
func lanesName(id string, n int) string  { return "jobs/" + id + "/lanes/" + strconv.Itoa(n) }
func outcomesOf(id string, n int) string { return "jobs/" + id + "/outcomes/" + strconv.Itoa(n) + "/" }

// attempt orders what attempts say of one slice: a slice has a turn each time its lane comes to it, and a turn has tries,
// each after a worker died or failed.
type attempt struct{ turn, try int }

func outcomeName(id string, n int, a attempt) string {
	return outcomesOf(id, n) + strconv.Itoa(a.turn) + "-" + strconv.Itoa(a.try)
}

func (a attempt) before(b attempt) bool { return a.turn < b.turn || a.turn == b.turn && a.try < b.try }

func parseAttempt(name string) (a attempt, ok bool) {
	turn, try, ok := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], "-")
	if !ok {
		return attempt{}, false
	}
	var err1, err2 error
	a.turn, err1 = strconv.Atoi(turn)
	a.try, err2 = strconv.Atoi(try)
	return a, err1 == nil && err2 == nil
}

// storeError says that the store failed, or holds something else than it was given.
type storeError struct{ err error }

func (e *storeError) Error() string { return "untagtemporal: " + e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

func create(ctx context.Context, store Store, name string, object any) error {
	data, err := json.Marshal(object)
	if err != nil {
		return &storeError{fmt.Errorf("%s: %w", name, err)}
	}
	if err := store.Create(ctx, name, data); err != nil {
		return &storeError{&outsideError{"write " + name, err}}
	}
	return nil
}

// createOnce is create for an object that this caller alone writes: that it is there already means that the answer was
// lost.
func createOnce(ctx context.Context, store Store, name string, object any) error {
	err := create(ctx, store, name, object)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	want, _ := json.Marshal(object) // create has done so
	if got, readErr := store.Read(ctx, name); readErr != nil || !bytes.Equal(got, want) {
		return err
	}
	return nil
}

func read[T any](ctx context.Context, store Store, name string) (object T, err error) {
	data, err := store.Read(ctx, name)
	if err != nil {
		return object, &storeError{&outsideError{"read " + name, err}}
	}
	if err := json.Unmarshal(data, &object); err != nil {
		return object, &storeError{fmt.Errorf("%s is damaged: %w", name, err)}
	}
	return object, nil
}

// latest returns what the last attempt stored of a slice, and which attempt that was. Both are zero if none stored anything.
func latest(ctx context.Context, store Store, id string, n int) (object outcomeObject, of attempt, err error) {
	names, err := store.List(ctx, outcomesOf(id, n))
	if err != nil {
		return outcomeObject{}, attempt{}, &storeError{&outsideError{"list the outcomes of slice " + strconv.Itoa(n), err}}
	}
	name := ""
	for _, other := range names {
		if a, valid := parseAttempt(other); valid && (name == "" || of.before(a)) {
			name, of = other, a
		}
	}
	if name == "" {
		return outcomeObject{}, attempt{}, nil
	}
	object, err = read[outcomeObject](ctx, store, name)
	return object, of, err
}
