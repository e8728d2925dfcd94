// Package listing goes through the pages of the operations that list.
package listing

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"

	"github.com/untag-go/untag"
)

// Page is one answer of a list.
type Page[E any] struct {
	RequestID string
	Items     []E
	Next      string // the token of the page after it; "": there is none
}

// List is a list that is to be gone through.
type List[E any] struct {
	Service, Action, Region string // for errors
	Token                   string // of the page to begin with; "": the first
	// Page gets one page. It refuses elements that were not asked for, as far as one page can tell.
	Page func(ctx context.Context, token string) (Page[E], error)
	// Merge adds next to last if both are parts of one element, and reports whether they are. nil: elements come whole.
	Merge func(last *E, next E) bool
	// Whole refuses an element that was not asked for, when its last part is there. It is called for those that a page
	// began or ended with; the others are Page's. nil: Page tells all.
	Whole func(E) error
}

var errRepeated = errors.New("the service gave the NextToken of a page that was read before; to follow it would never end")

// All returns the elements of all pages. After an error the last element, of which more may be on the page that could
// not be had, is yielded before the error is.
func All[E any](ctx context.Context, list List[E]) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		walk := walk[E]{List: list, yield: yield, seed: maphash.MakeSeed(), seen: make(map[uint64]struct{})}
		walk.run(ctx)
	}
}

// Refuse returns a list that yields nothing but an error.
func Refuse[E any](err error) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		var none E
		yield(none, err)
	}
}

// walk is one range over a list.
type walk[E any] struct {
	List[E]
	yield func(E, error) bool

	held    E    // the last element of a page, which the next page may go on with
	holds   bool // there is one
	edge    bool // a page began or ended with it, so that no page could judge it
	pages   int
	items   int
	stopped bool // the caller broke out of its loop
	seed    maphash.Seed
	seen    map[uint64]struct{} // hashes of the tokens so far: 8 bytes a page instead of a token
}

func (w *walk[E]) run(ctx context.Context) {
	token := w.Token
	for {
		w.seen[maphash.String(w.seed, token)] = struct{}{}
		page, err := w.Page(ctx, token)
		if err == nil {
			err = w.take(page, token)
		}
		if err == nil && page.Next == "" {
			err = w.release()
		}
		if err != nil {
			w.fail(token, err)
			return
		}
		if page.Next == "" || w.stopped {
			return
		}
		w.pages++
		if _, again := w.seen[maphash.String(w.seed, page.Next)]; again {
			w.fail(page.Next, errRepeated)
			return
		}
		token = page.Next
	}
}

// take yields the elements of a page but for the last one.
func (w *walk[E]) take(page Page[E], token string) error {
	last := len(page.Items) - 1
	for i, item := range page.Items {
		edge := i == 0 && token != "" || i == last && page.Next != ""
		if w.holds && w.Merge != nil && w.Merge(&w.held, item) {
			w.edge = w.edge || edge
			continue
		}
		if err := w.release(); err != nil {
			return err
		}
		if w.stopped {
			return nil
		}
		w.held, w.holds, w.edge = item, true, edge
	}
	return nil
}

// release yields the element that is held.
func (w *walk[E]) release() error {
	if !w.holds || w.stopped {
		return nil
	}
	w.holds = false
	if w.edge && w.Whole != nil {
		if err := w.Whole(w.held); err != nil {
			return err
		}
	}
	w.items++
	w.stopped = !w.yield(w.held, nil)
	return nil
}

// fail yields what is held, then the error, and says how far the listing came.
func (w *walk[E]) fail(token string, err error) {
	_ = w.release() // if it was not asked for, or not all of it is there that would prove that it was, it is not yielded
	if w.stopped {
		return
	}
	if w.pages > 0 {
		err = &untag.ListError{
			Service: w.Service, Action: w.Action, Region: w.Region,
			Pages: w.pages, Items: w.items, NextToken: token, Err: err,
		}
	}
	var none E
	w.yield(none, err)
}
