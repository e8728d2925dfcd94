package untagtest_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

// TestAnsweredSideBySide makes a thousand calls of a second each at once.
func TestAnsweredSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := listed()
		cloud.Inject(fault{Latency: time.Second})
		start := time.Now()
		var all sync.WaitGroup
		for i := range 1000 {
			service := services[i%4]
			all.Go(func() {
				assert.Equal(t, "200 ", send(t, cloud, call{service: service, verb: "ListTagResources", params: byKey(service)}).status())
			})
		}
		all.Wait()
		assert.Equal(t, time.Second, time.Since(start))
	})
}

// TestHookKeepsNobodyWaiting blocks one call in its hook, and makes others.
func TestHookKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	blocked, free := make(chan struct{}), make(chan struct{})
	cloud.Before(func(c untagtest.Call) {
		if c.Service == tag {
			close(blocked)
			<-free
		}
	})
	var first sync.WaitGroup
	first.Go(func() { assert.Empty(t, send(t, cloud, call{service: tag, params: good[tag]}).Code) })
	<-blocked
	assert.Empty(t, send(t, cloud, call{service: vpc, params: good[vpc]}).Code)
	cloud.Put(share)
	assert.Len(t, cloud.Calls(), 1)
	close(free)
	first.Wait()
	assert.Len(t, cloud.Calls(), 2)
}

// slow is a client that reads nothing until it is let.
type slow struct {
	*httptest.ResponseRecorder

	writing, free chan struct{}
}

func (s *slow) Write(p []byte) (int, error) {
	close(s.writing)
	<-s.free
	return s.ResponseRecorder.Write(p)
}

func TestSlowReaderKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	w := &slow{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	var first sync.WaitGroup
	r := call{service: tag, params: good[tag]}.request(t)
	first.Go(func() { cloud.ServeHTTP(w, r) })
	<-w.writing
	assert.Empty(t, send(t, cloud, call{service: ecs, params: good[ecs]}).Code)
	cloud.Put(share)
	cloud.ClearFaults()
	cloud.Choose(untagtest.Choices{})
	assert.Len(t, cloud.Calls(), 2)
	assert.NotEmpty(t, cloud.Digest())
	close(w.free)
	first.Wait()
	assert.Equal(t, http.StatusOK, w.Code)
}
