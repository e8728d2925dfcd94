package rpc_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// TestRateOfEachOperation makes calls of two operations in two regions: each has the rate of the Config for itself.
func TestRateOfEachOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, play(ok), func(c *untag.Config) { c.Rate = 1 })
		start := time.Now()
		for range 3 {
			for _, action := range []string{"UntagResources", "TagResources"} {
				for _, region := range []string{"cn-hangzhou", "cn-beijing"} {
					call := request()
					call.Operation, call.Region = &rpc.Operation{Action: action}, region
					_, err := client.Do(t.Context(), call)
					require.NoError(t, err)
				}
			}
		}
		assert.InDelta(t, 2, time.Since(start).Seconds(), 0.01)
	})
}

// TestThrottlingOfOneOperation slows no other one.
func TestThrottlingOfOneOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, play(throttled(time.Hour), ok), func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
		_, err := client.Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrThrottled)
		start := time.Now()
		call := request()
		call.Operation = &rpc.Operation{Action: "TagResources"}
		_, err = client.Do(t.Context(), call)
		require.NoError(t, err)
		assert.Zero(t, time.Since(start))
	})
}

// TestActionOfTheCall signs and names the action that was called.
func TestActionOfTheCall(t *testing.T) {
	t.Parallel()
	for _, version := range []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1} {
		service, seen := play(refuse(404, "InvalidResourceId.NotFound")), new(observed)
		client := newClient(t, service, seen.config, func(c *untag.Config) { c.Signature = version })
		for i, action := range []string{"UntagResources", "TagResources"} {
			call := request()
			call.Operation = &rpc.Operation{Action: action}
			_, err := client.Do(t.Context(), call)
			require.ErrorContains(t, err, "ecs "+action+" in cn-hangzhou: ")
			sent := service.messages()[i]
			if version == untag.SignatureV1 {
				assert.Equal(t, action, sent.parameter("Action"))
			} else {
				assert.Equal(t, action, sent.header.Get("X-Acs-Action"))
			}
			assert.Equal(t, action, seen.calls[i].Action)
			assert.Equal(t, action, seen.attempts[i].Action)
			assert.Equal(t, action, seen.records(t)[i]["action"])
		}
	}
}

// TestClockOfEachEndpoint has two regions whose clocks differ, in turn: neither takes the other's correction.
func TestClockOfEachEndpoint(t *testing.T) {
	t.Parallel()
	for _, override := range []string{"", "gateway.example"} { // one host may stand for many regions
		synctest.Test(t, func(t *testing.T) {
			const off = time.Hour
			service := play(func(r *http.Request) (*http.Response, error) {
				skew := time.Duration(0)
				if r.URL.Query().Get("RegionId") == "cn-beijing" {
					skew = off
				}
				date, err := time.Parse("2006-01-02T15:04:05Z", r.Header.Get("X-Acs-Date"))
				if err != nil {
					return nil, err
				}
				if time.Until(date).Abs()-skew.Abs() > time.Minute || (time.Until(date)-skew).Abs() > time.Minute {
					return dated(skew, 400, expiredDate)(r)
				}
				return dated(skew, 200, success)(r)
			})
			client := newClient(t, service, func(c *untag.Config) { c.Endpoint = override })
			for range 10 {
				for _, region := range []string{"cn-beijing", "cn-hangzhou"} {
					_, err := client.Do(t.Context(), inRegion(region))
					require.NoError(t, err)
					time.Sleep(time.Minute)
				}
			}
			assert.Len(t, service.messages(), 21, "one refusal in all")
		})
	}
}

// TestManyRegions bounds what the region names of an input can take.
func TestManyRegions(t *testing.T) {
	t.Parallel()
	client := newClient(t, play(ok))
	for i := range 10_000 {
		_, err := client.Do(t.Context(), inRegion(fmt.Sprintf("cn-%d", i)))
		require.NoError(t, err)
	}
	_, err := client.Do(t.Context(), inRegion("cn_hangzhou"))
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
}

func inRegion(region string) rpc.Call {
	call := request()
	call.Region = region
	query := *call.Query
	query.Reset()
	query.Add("RegionId", region)
	call.Query = &query
	return call
}
