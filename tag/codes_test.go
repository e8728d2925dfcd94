package tag_test

import (
	"testing"

	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	servicetest.Codes(t, tag.Service)
}
