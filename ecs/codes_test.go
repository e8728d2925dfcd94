package ecs_test

import (
	"testing"

	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/servicetest"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	// Param.Conflict is in the vendor's API metadata only.
	servicetest.Codes(t, rpc.Service{}, ecs.CodeParamConflict)
}
