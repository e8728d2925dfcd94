package endpoint

import "errors"

// MaxRegionLength is the greatest length of a region in bytes. The longest known has 21.
const MaxRegionLength = 64

// CheckRegion reports what keeps region from being a region ID: ^[a-z][a-z0-9]*(-[a-z0-9]+)+$, at most MaxRegionLength bytes. It does
// not know which regions exist, so a new one works on the day it opens. It allocates only to report a mistake.
func CheckRegion(region string) error {
	if region == "" {
		return regionError("is empty")
	}
	if len(region) > MaxRegionLength {
		return regionError("is longer than 64 bytes")
	}
	if !isLower(region[0]) {
		return regionError("does not start with a letter from a to z")
	}
	hyphens := 0
	for i := range len(region) {
		switch c := region[i]; {
		case isLower(c) || isDigit(c):
		case c != '-':
			return regionError("holds something other than a-z, 0-9 and hyphens")
		case i+1 == len(region):
			return regionError("ends with a hyphen")
		case region[i+1] == '-':
			return regionError("holds two hyphens in a row")
		default:
			hyphens++
		}
	}
	if hyphens == 0 {
		return regionError("has no hyphen")
	}
	return nil
}

func regionError(what string) error {
	return errors.New(what + "; a region looks like cn-hangzhou")
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
