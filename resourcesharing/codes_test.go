package resourcesharing_test

import (
	"testing"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	servicetest.Codes(t, untag.ServiceResourceSharing)
}
