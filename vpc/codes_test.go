package vpc_test

import (
	"testing"

	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/servicetest"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	servicetest.Codes(t, rpc.Service{})
}
