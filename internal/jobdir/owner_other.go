//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package jobdir

import (
	"io/fs"
	"os"
)

const noFollow = 0

// private cannot tell here: this system has no owners and modes as Unix has them. A folder of the user's profile is
// private by its access list.
func private(string, fs.FileInfo) error { return nil }

// syncDir does nothing: a folder cannot be synced here.
func syncDir(*os.File) error { return nil }
