//go:build race

package signature_test

func init() { raceDetector = true }
