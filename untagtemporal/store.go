package untagtemporal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Store holds the slices of jobs and their outcomes, where all workers and callers reach it. Names are slash-separated,
// without dots at the start of a part. Objects are written once and never changed. [Directory] is one; an object store
// with conditional writes is another.
type Store interface {
	// Create writes an object, whole or not at all, so that it survives a crash. If there is one of that name, it leaves
	// it and returns an error for which errors.Is finds fs.ErrExist.
	Create(ctx context.Context, name string, data []byte) error
	// Read returns an object. If there is none, errors.Is finds fs.ErrNotExist in the error.
	Read(ctx context.Context, name string) ([]byte, error)
	// List returns the names below a prefix that ends in a slash, sorted; none is no error.
	List(ctx context.Context, prefix string) ([]string, error)
}

// Directory is a [Store] in a directory that all workers share: one machine's disk, or a network file system with hard
// links. Folders are made with mode 0700 and files with mode 0600.
type Directory string

var errName = errors.New("not a name of an object")

func (d Directory) path(name string) (string, error) {
	if !fs.ValidPath(name) || name == "." || strings.Contains("/"+name, "/.") {
		return "", &fs.PathError{Op: "open", Path: name, Err: errName}
	}
	return filepath.Join(string(d), filepath.FromSlash(name)), nil
}

// Create implements [Store]: it writes and syncs a file of another name, and links it to its own.
func (d Directory) Create(ctx context.Context, name string, data []byte) (err error) {
	file, err := d.path(name)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(folder, ".draft-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.Write(data)
	if err == nil {
		err = draft.Sync()
	}
	if err = errors.Join(err, draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), file); err != nil { // fails if the file is there, which a rename would replace
		return err
	}
	return syncDir(folder)
}

func syncDir(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) {
		err = nil // a system on which a directory cannot be synced
	}
	return errors.Join(err, dir.Close())
}

// Read implements [Store].
func (d Directory) Read(ctx context.Context, name string) ([]byte, error) {
	file, err := d.path(name)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// List implements [Store].
func (d Directory) List(ctx context.Context, prefix string) ([]string, error) {
	trimmed, ok := strings.CutSuffix(prefix, "/")
	if !ok {
		return nil, &fs.PathError{Op: "list", Path: prefix, Err: errName}
	}
	folder, err := d.path(trimmed)
	if err != nil {
		return nil, err
	}
	var names []string
	err = filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && file == folder:
			return fs.SkipAll
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case entry.IsDir() || strings.HasPrefix(entry.Name(), "."):
			return nil
		}
		below, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		names = append(names, trimmed+"/"+filepath.ToSlash(below))
		return nil
	})
	slices.Sort(names)
	return names, err
}
