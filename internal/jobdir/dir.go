package jobdir

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
)

// Errors of [Create] and [Open].
var (
	// ErrLocked says that another process, or another Dir of this one, has the folder open.
	ErrLocked = errors.New("in use by another process")
	// ErrNotPrivate says that the folder, or a file in it, belongs to another user or may be written to by one.
	ErrNotPrivate = errors.New("not private")

	errHeld = errors.New("held")
)

const (
	lockName = "lock"
	tempMark = "tmp-" // starts the names of files that mean nothing once their process is gone
)

// Dir is an open folder. It is safe for concurrent use.
type Dir struct {
	root   *os.Root
	path   string
	unlock func()
	temps  atomic.Int64
	spare  *Dir // of a view: what it writes is there; else nil
}

// Create makes the folder, of mode 0700, and opens it; its parent must exist. A folder that is there already is taken if
// nothing is in it but what a Create that was killed left behind, that is, if keep says no of every name; its mode
// becomes 0700. Otherwise the error is [fs.ErrExist].
func Create(path string, keep func(name string) bool) (*Dir, error) {
	err := os.Mkdir(path, 0o700)
	made := err == nil
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("folder %s: %w", path, cause(err))
	}
	d, err := Open(path)
	if err != nil {
		return nil, err
	}
	if made {
		if err := syncPath(filepath.Dir(path)); err != nil {
			return nil, errors.Join(fmt.Errorf("folder %s: %w", path, cause(err)), d.Close())
		}
		return d, nil
	}
	if err := d.adopt(keep); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Dir) adopt(keep func(name string) bool) error {
	names, err := d.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != lockName && keep(name) {
			return fmt.Errorf("folder %s: %w", d.path, fs.ErrExist)
		}
	}
	if err := d.root.Chmod(".", 0o700); err != nil {
		return fmt.Errorf("folder %s: %w", d.path, cause(err))
	}
	return nil
}

// Open opens a folder that is there. The errors are ErrLocked, ErrNotPrivate, and those of package os.
func Open(path string) (*Dir, error) { return openRoot(path, (*Dir).take) }

// openRoot opens a folder, and closes it if it cannot be taken.
func openRoot(path string, take func(*Dir) error) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", path, cause(err))
	}
	d := &Dir{root: root, path: path}
	if err := take(d); err != nil {
		_ = root.Close()
		return nil, err
	}
	return d, nil
}

// View opens a folder to look at it, although another process may have it open and be writing: it takes no lock and changes
// nothing there. A log shows the whole lines that it had when it was opened, and takes none. Files that Replace and Temp
// make are in a folder of their own, of mode 0700 below [os.TempDir], which Close removes. Where a file that is open cannot
// be replaced, a look could break what the other process does: there the error is ErrLocked.
func View(path string) (*Dir, error) {
	if runtime.GOOS == "windows" {
		return nil, fmt.Errorf("folder %s: %w: wait for it, or end it", path, ErrLocked)
	}
	return openRoot(path, (*Dir).look)
}

// look checks the folder, and makes one for what a view writes.
func (d *Dir) look() error {
	d.unlock = func() {}
	err := d.private()
	if err == nil {
		d.spare, err = temporary()
	}
	return err
}

func temporary() (*Dir, error) {
	path, err := os.MkdirTemp("", "untag-view-")
	if err != nil {
		return nil, err
	}
	d, err := Open(path)
	if err != nil {
		_ = os.RemoveAll(path)
	}
	return d, err
}

// private checks that the folder is its user's alone.
func (d *Dir) private() error {
	info, err := d.root.Stat(".")
	if err != nil {
		return fmt.Errorf("folder %s: %w", d.path, cause(err))
	}
	return private("folder "+d.path, info)
}

// take checks and locks the folder, and clears away what a killed process left.
func (d *Dir) take() error {
	if err := d.private(); err != nil {
		return err
	}
	f, err := d.open(lockName, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return err
	}
	unlock, err := lock(f)
	if err != nil {
		_ = f.Close()
		if errors.Is(err, errHeld) {
			return fmt.Errorf("folder %s: %w: wait for it, or end it", d.path, ErrLocked)
		}
		return fmt.Errorf("folder %s cannot be locked, so a second process could not be kept out: %w", d.path, err)
	}
	d.unlock = func() {
		unlock()
		_ = f.Close()
	}
	names, err := d.names()
	for _, name := range names {
		if strings.HasPrefix(name, tempMark) {
			err = errors.Join(err, d.root.Remove(name))
		}
	}
	if err != nil {
		d.unlock()
	}
	return err
}

// Path is the absolute path of the folder.
func (d *Dir) Path() string { return d.path }

// Close lets others open the folder. Close its logs before.
func (d *Dir) Close() error {
	d.unlock()
	err := d.root.Close()
	if d.spare != nil {
		err = errors.Join(err, d.spare.Close(), os.RemoveAll(d.spare.path))
	}
	return err
}

// Has reports whether there is a file of that name.
func (d *Dir) Has(name string) bool {
	_, err := d.root.Lstat(name)
	return err == nil || d.spare != nil && d.spare.Has(name)
}

// Read opens a file for reading. The error is [fs.ErrNotExist] if there is none.
func (d *Dir) Read(name string) (*os.File, error) {
	if d.spare != nil && d.spare.Has(name) {
		return d.spare.Read(name)
	}
	return d.open(name, os.O_RDONLY)
}

// Replace writes a file as a whole: under another name, synced, then renamed, and the folder synced. A crash leaves the
// file as it was.
func (d *Dir) Replace(name string, write func(io.Writer) error) error {
	if d.spare != nil {
		return d.spare.Replace(name, write)
	}
	temp := d.tempName()
	f, err := d.open(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(f, 1<<16)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = d.root.Rename(temp, name)
	}
	if err != nil {
		_ = d.root.Remove(temp)
		return d.failed(name, err)
	}
	return d.sync()
}

// Temp returns a new file to write and read, which is gone when it is closed or its process ends.
func (d *Dir) Temp() (*os.File, func(), error) {
	if d.spare != nil {
		return d.spare.Temp()
	}
	name := d.tempName()
	f, err := d.open(name, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return nil, nil, err
	}
	if d.root.Remove(name) == nil {
		return f, func() { _ = f.Close() }, nil
	}
	return f, func() { // where an open file cannot be removed
		_ = f.Close()
		_ = d.root.Remove(name)
	}, nil
}

func (d *Dir) tempName() string { return tempMark + strconv.FormatInt(d.temps.Add(1), 10) }

// open opens a file of this folder itself: a link, a device and a file of somebody else's are refused. A file that it
// makes is of mode 0600, and its name is on disk.
func (d *Dir) open(name string, flag int) (*os.File, error) {
	existed := d.Has(name)
	f, err := d.root.OpenFile(name, flag|noFollow, 0o600)
	if err != nil {
		return nil, d.failed(name, err)
	}
	err = d.own(name, f)
	if err == nil && !existed && !strings.HasPrefix(name, tempMark) {
		err = d.sync()
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// own checks that f is a regular file, the user's alone, and what stands under the name rather than what a link there
// leads to: os.Root follows links that stay inside of it.
func (d *Dir) own(name string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return d.failed(name, err)
	}
	named, err := d.root.Lstat(name)
	if err != nil {
		return d.failed(name, err)
	}
	if !named.Mode().IsRegular() || !os.SameFile(named, info) {
		return fmt.Errorf("%s in folder %s is a link or no regular file: %w", name, d.path, ErrNotPrivate)
	}
	return private(name+" in folder "+d.path, info)
}

func (d *Dir) names() ([]string, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", d.path, cause(err))
	}
	names, err := f.Readdirnames(-1)
	_ = f.Close()
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", d.path, cause(err))
	}
	return names, nil
}

// sync puts the names of the folder on disk.
func (d *Dir) sync() error {
	f, err := d.root.Open(".")
	if err != nil {
		return fmt.Errorf("folder %s: %w", d.path, cause(err))
	}
	err = syncDir(f)
	_ = f.Close()
	if err != nil {
		return fmt.Errorf("folder %s: %w", d.path, cause(err))
	}
	return nil
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = syncDir(f)
	_ = f.Close()
	return err
}

func (d *Dir) failed(name string, err error) error {
	return fmt.Errorf("%s in folder %s: %w", name, d.path, cause(err))
}

// cause is err without the path, which the texts here name in full.
func cause(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		return linkErr.Err
	}
	return err
}
