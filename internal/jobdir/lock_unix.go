//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package jobdir

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the file for this handle. The kernel lets go when the handle is closed, however the process ends.
func lock(f *os.File) (unlock func(), err error) {
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errHeld
	}
	// Closing would do, but for a child that this process is just starting: until it runs its own program, it has the
	// handle too, and with it the lock.
	return func() { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }, err
}
