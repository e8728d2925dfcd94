package cleanup

import (
	"errors"
	"fmt"
	"hash/maphash"

	"github.com/untag-go/untag"
)

const (
	rowsPerLine  = 100
	pageEstimate = 1 << 20 // bytes of a page before one of its listing was seen
	mostRestarts = 3       // of a listing in a run, so that one whose tokens are never taken ends
)

func tagListing(key, value string) listing {
	return listing{Service: untag.ServiceTag, Key: key, Value: value}
}

// page is what one call of a listing returned.
type page struct {
	rows []row
	next string
	size int // bytes, about
}

// list reads a listing to its end, from where the log says it is. The rows of a page are on disk before the log says so.
func (f *finder) list(r *region, l listing, mark *listingMark) error {
	token := ""
	if mark != nil {
		token = mark.Token
	}
	estimate := pageEstimate
	seen := make(map[uint64]bool) // tokens of this run, hashed
	seed := maphash.MakeSeed()
	for restarts := 0; ; {
		claimed, err := f.budget.claim(f.start, estimate)
		if err != nil {
			return err
		}
		p, err := f.j.page(f.ctx, r.name, l, token)
		switch {
		case err == nil:
		case token != "" && isBadToken(err) && restarts < mostRestarts:
			f.budget.correct(claimed, 0)
			restarts++
			token = ""
			clear(seen)
			if err := r.find.Append(findLine{Round: f.round, Listing: &listingMark{Listing: l, Restart: true}}); err != nil {
				return fatal(err)
			}
			continue
		case isAbsent(l, err) && token == "":
			f.budget.correct(claimed, 0)
			return fatal(r.find.Append(findLine{Round: f.round, Listing: &listingMark{Listing: l, Done: true, Absent: true}}))
		default:
			f.budget.correct(claimed, 0)
			return err
		}
		f.budget.correct(claimed, p.size)
		err = f.save(r, l, p)
		f.budget.correct(p.size, 0)
		if err != nil || p.next == "" {
			return fatal(err)
		}
		token, estimate = p.next, p.size
		hash := maphash.String(seed, token)
		if seen[hash] {
			return errors.New("the service returned the same NextToken twice, so that the listing would never end")
		}
		seen[hash] = true
		if f.start.Err() != nil {
			return f.start.Err()
		}
	}
}

// save puts the rows on disk, and then says so.
func (f *finder) save(r *region, l listing, p page) error {
	for rows := p.rows; len(rows) > 0; rows = rows[min(rowsPerLine, len(rows)):] {
		if err := r.find.Append(findLine{Round: f.round, Rows: rows[:min(rowsPerLine, len(rows))]}); err != nil {
			return err
		}
	}
	if len(p.rows) > 0 {
		if err := r.find.Sync(); err != nil {
			return err
		}
	}
	return r.find.Append(findLine{Round: f.round, Listing: &listingMark{Listing: l, Token: p.next, Done: p.next == ""}})
}

// fatalError ends the run of Find, not just a listing.
type fatalError struct{ error }

func (e fatalError) Unwrap() error { return e.error }

func fatal(err error) error {
	if err == nil {
		return nil
	}
	return fatalError{err}
}

// isFatal reports whether an error of a listing ends the whole run: the credentials are of no use, or of another account, a
// service does not keep to the question, or the folder cannot be written to.
func isFatal(err error) bool {
	if _, ok := errors.AsType[fatalError](err); ok {
		return true
	}
	_, account := errors.AsType[*AccountError](err)
	return account || errors.Is(err, ErrUnasked) || errors.Is(err, untag.ErrUnauthenticated) || errors.Is(err, untag.ErrClockSkew)
}

// unasked is the error of a page with a resource that was not asked for.
func unasked(l listing, region, what string) error {
	return fmt.Errorf("%s in %s listed %s: %w; nothing of the page was saved, and the job must not go on with what this service lists", l.Service, region, what, ErrUnasked)
}
