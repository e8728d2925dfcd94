//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package jobdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// noFollow makes opening a link fail.
const noFollow = syscall.O_NOFOLLOW

// private refuses what another user owns or can write to. Root owns nothing by being root: a job of another user
// is refused to root, too, whose files that user could not go on with.
func private(name string, info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, and this is user %d: %w", name, stat.Uid, os.Geteuid(), ErrNotPrivate)
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("%s has mode %04o, so that others may write to it: %w", name, mode, ErrNotPrivate)
	}
	return nil
}

// syncDir puts the names in a folder on disk. Some file systems cannot, and say so by EINVAL or ENOTSUP.
func syncDir(f *os.File) error {
	err := f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
