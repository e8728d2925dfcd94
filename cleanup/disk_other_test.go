//go:build !linux

package cleanup_test

import "errors"

func limitFiles(uint64) error { return errors.ErrUnsupported }
