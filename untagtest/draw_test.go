package untagtest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

// TestWhichCallsAFaultStrikes makes a row of calls for each fault, and notes which were struck.
func TestWhichCallsAFaultStrikes(t *testing.T) {
	t.Parallel()
	untag := call{service: ecs, params: good[ecs]}
	write := call{service: ecs, verb: "TagResources", params: with(good[ecs], "Tag.1.Key", "k")}
	list := call{service: ecs, verb: "ListTagResources", params: good[ecs]}
	caller := call{service: untagtest.STS, verb: "GetCallerIdentity", version: "2015-04-01", base: "https://sts.aliyuncs.com"}
	for _, row := range []struct {
		name  string
		fault fault
		calls []call
		want  string // "x" struck
	}{
		{"action", fault{Action: "TagResources"}, []call{untag, write, list, write}, ".x.x"},
		{"action and calls", fault{Action: "TagResources", Calls: 1}, []call{untag, write, list, write}, ".x.."},
		{"skip", fault{Skip: 2}, []call{untag, write, list, write}, "..xx"},
		{"skip and calls", fault{Skip: 1, Calls: 2}, []call{untag, write, list, write}, ".xx."},
		{"skip of an action", fault{Skip: 1, Action: "TagResources", Calls: 1}, []call{write, untag, write, write}, "..x."},
		{"continued", fault{Continued: true}, []call{untag, list}, ".."},
		{"STS", fault{Service: untagtest.STS}, []call{untag, caller, caller}, ".xx"},
		{"region", fault{Region: "cn-hangzhou"}, []call{caller, untag}, ".x"},
		{"share and skip", fault{Share: 1, Skip: 3}, []call{untag, untag, untag, untag, untag}, "...xx"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cloud := stocked()
			row.fault.Code = "Struck"
			cloud.Inject(row.fault)
			var got strings.Builder
			for _, c := range row.calls {
				got.WriteString(map[bool]string{true: "x", false: "."}[send(t, cloud, c).Code == "Struck"])
			}
			assert.Equal(t, row.want, got.String())
		})
	}
}
