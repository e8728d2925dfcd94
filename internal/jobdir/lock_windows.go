package jobdir

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

var procLockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

const (
	lockfileFailImmediately = 1
	lockfileExclusiveLock   = 2
	errorLockViolation      = syscall.Errno(33)
)

// lock takes the file for this handle. The system lets go when the handle is closed, however the process ends.
// Locked bytes cannot be read through another handle here, so the lock is on a byte that no journal reaches.
func lock(f *os.File) (unlock func(), err error) {
	at := syscall.Overlapped{Offset: ^uint32(0) - 1, OffsetHigh: ^uint32(0) >> 1}
	ok, _, err := procLockFileEx.Call(f.Fd(), lockfileExclusiveLock|lockfileFailImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&at)))
	switch {
	case ok != 0:
		return func() {}, nil
	case errors.Is(err, errorLockViolation), errors.Is(err, syscall.ERROR_IO_PENDING):
		return nil, errHeld
	default:
		return nil, err
	}
}
