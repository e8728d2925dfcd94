//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package jobdir

import (
	"errors"
	"os"
)

// lock refuses: without a lock that ends with its holder, a second process could not be kept out.
func lock(*os.File) (unlock func(), err error) {
	return nil, errors.New("this system has no file locks")
}
