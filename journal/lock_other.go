//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// lock makes a second file, since this system has no lock that ends with its holder:
// after a crash somebody has to see that no run is left, and remove it.
func lock(f *os.File) (unlock func(), err error) {
	name := f.Name() + ".lock"
	held, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w (remove %s if the run that made it has crashed)", ErrLocked, name)
	}
	if err != nil {
		return nil, err
	}
	_ = held.Close()
	return func() { _ = os.Remove(name) }, nil
}
