package cleanup

import (
	"context"
	"sync"
)

// budget bounds the bytes of the pages that are in flight. How large a page is shows when it is there, so a call claims what
// it is likely to need, and corrects that afterwards: what others have claimed meanwhile may overdraw it by as much.
type budget struct {
	mu    sync.Mutex
	free  int
	total int
	moved chan struct{} // closed when free has grown
}

func newBudget(total int) *budget {
	return &budget{free: total, total: total, moved: make(chan struct{})}
}

// claim waits until n bytes are free and takes them. It takes no more than there are in all, and returns what it took.
func (b *budget) claim(ctx context.Context, n int) (int, error) {
	n = min(n, b.total)
	for {
		b.mu.Lock()
		if b.free >= n {
			b.free -= n
			b.mu.Unlock()
			return n, nil
		}
		moved := b.moved
		b.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// correct makes a claim of n bytes one of m.
func (b *budget) correct(n, m int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free += n - m
	if n > m {
		close(b.moved)
		b.moved = make(chan struct{})
	}
}
