package cleanup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"github.com/untag-go/untag/internal/jobdir"
	"github.com/untag-go/untag/internal/sortedrun"
)

// region is the files of one region.
type region struct {
	dir  *jobdir.Dir
	name string
	find *jobdir.Log // find.REGION.log: rows as they were listed, and how far each listing is
	acts *jobdir.Log // acts.REGION.log: intents and what became of them
}

func findLog(region string) string { return "find." + region + ".log" }
func actsLog(region string) string { return "acts." + region + ".log" }

func openRegion(dir *jobdir.Dir, name string) (*region, error) {
	acts, err := dir.Log(actsLog(name)) // first: who looks at a running job sees no act on what it has not seen found
	if err != nil {
		return nil, err
	}
	find, err := dir.Log(findLog(name))
	if err != nil {
		return nil, errors.Join(err, acts.Close())
	}
	return &region{dir: dir, name: name, find: find, acts: acts}, nil
}

func (r *region) close() error { return errors.Join(r.find.Close(), r.acts.Close()) }

// findLine is a line of find.REGION.log. It has one of the fields below Round.
type findLine struct {
	Round    int          `json:"n"`
	Rows     []row        `json:"rows,omitempty"`
	Values   *valuesMark  `json:"values,omitempty"`
	Listing  *listingMark `json:"listing,omitempty"`
	Complete bool         `json:"complete,omitempty"` // all listings of the round ended
}

// decode yields what the lines of a log or of a file hold.
func decode[T any](lines iter.Seq2[[]byte, error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for data, err := range lines {
			value := new(T)
			if err == nil {
				err = json.Unmarshal(data, value)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(value, nil) {
				return
			}
		}
	}
}

// foundHead is the first line of found.REGION, and foundTail the last. Between them is a row for each resource.
type (
	foundHead struct {
		Lines int `json:"lines"` // of find.REGION.log, which the file was made from
	}
	foundLine struct {
		row
		Lines *int `json:"lines,omitempty"` // of the first line
		Count *int `json:"count,omitempty"` // of the last line
	}
	foundTail struct {
		Count int `json:"count"`
	}
)

// settle sorts the rows that were listed, merges those of the same resource, and leaves the result in found.REGION. It does
// nothing if no line came since it did so last.
func (r *region) settle() error {
	lines := r.find.Len()
	if have, err := r.settled(); err != nil || have == lines {
		return err
	}
	sorter := sortedrun.New(r.dir.Temp, 0)
	defer sorter.Close()
	var value []byte
	for l, err := range decode[findLine](r.find.Lines()) {
		if err != nil {
			return err
		}
		for _, listed := range l.Rows {
			listed.Run = l.Round
			value = listed.append(value[:0])
			if err := sorter.Add([]byte(listed.Name), value); err != nil {
				return err
			}
		}
	}
	if err := sorter.Finish(); err != nil {
		return err
	}
	return r.dir.Replace("found."+r.name, func(out io.Writer) error {
		w := jobdir.NewWriter(out)
		if err := w.Write(foundHead{Lines: lines}); err != nil {
			return err
		}
		count := 0
		for merged, err := range mergeRows(sorter.Sorted()) {
			if err == nil {
				err = w.Write(merged)
			}
			if err != nil {
				return err
			}
			count++
		}
		return w.Write(foundTail{Count: count})
	})
}

// settled returns how many lines of the log found.REGION was made from, -1 if there is none.
func (r *region) settled() (int, error) {
	for l, err := range decode[foundLine](r.dir.Lines("found." + r.name)) {
		if errors.Is(err, fs.ErrNotExist) {
			return -1, nil
		}
		if err != nil {
			return 0, err
		}
		if l.Lines != nil {
			return *l.Lines, nil
		}
		break
	}
	return 0, fmt.Errorf("found.%s in folder %s: has no first line", r.name, r.dir.Path())
}

// rows yields the resources that were found, sorted by name. Settle first.
func (r *region) rows() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		count, whole := 0, false
		for l, err := range decode[foundLine](r.dir.Lines("found." + r.name)) {
			switch {
			case err != nil:
				yield(row{}, err)
				return
			case l.Lines != nil:
			case l.Count != nil:
				whole = *l.Count == count
			default:
				count++
				if !yield(l.row, nil) {
					return
				}
			}
		}
		if !whole { // a resource that is not seen here is lost from the account
			yield(row{}, fmt.Errorf("found.%s in folder %s: breaks off", r.name, r.dir.Path()))
		}
	}
}

// facts sorts what the log says by resource. Close what it returns.
func (r *region) facts() (*sortedrun.Sorter, error) {
	sorter := sortedrun.New(r.dir.Temp, 0)
	var value []byte
	for l, err := range decode[line](r.acts.Lines()) {
		if err != nil {
			sorter.Close()
			return nil, err
		}
		for _, i := range l.Items {
			f := i.fact(l)
			value = f.append(value[:0])
			if err := sorter.Add([]byte(i.Name), value); err != nil {
				sorter.Close()
				return nil, err
			}
		}
	}
	if err := sorter.Finish(); err != nil {
		sorter.Close()
		return nil, err
	}
	return sorter, nil
}

// histories yields what the folder says of each resource of the region, sorted by name.
func (r *region) histories(facts *sortedrun.Sorter) iter.Seq2[*history, error] {
	return func(yield func(*history, error) bool) {
		next, stop := iter.Pull2(facts.Sorted())
		defer stop()
		record, err, more := next()
		for found, rowErr := range r.rows() {
			if rowErr != nil {
				yield(nil, rowErr)
				return
			}
			h := newHistory(r.name, found)
			for more && err == nil && string(record.Key) == found.Name {
				var f fact
				if f, err = readFact(record.Value); err == nil && !h.apply(f) {
					err = r.stray(found.Name)
				}
				if err == nil {
					record, err, more = next()
				}
			}
			if err == nil && more && string(record.Key) < found.Name {
				err = r.stray(string(record.Key))
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(h, nil) {
				return
			}
		}
		if err == nil && more {
			err = r.stray(string(record.Key))
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// stray is the error of a fact about what was not found, which cannot be: something is lost.
func (r *region) stray(name string) error {
	return fmt.Errorf("acts.%s.log in folder %s names %s, which found.%s does not have", r.name, r.dir.Path(), name, r.name)
}
