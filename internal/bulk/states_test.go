package bulk_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	credentials "github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/tag"
)

// roundTripper is a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answering answers with a status and a body.
func answering(status int, body string) (*http.Response, error) {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

const (
	passes    = `{"RequestId":"R"}`
	throttles = `{"RequestId":"R","Code":"Throttling.User","Message":"m"}`
	fails     = `{"RequestId":"R","Code":"ServiceUnavailable","Message":"m"}`
)

// provider is a source of credentials.
type provider func() (*credentials.CredentialModel, error)

func (f provider) GetCredential() (*credentials.CredentialModel, error) { return f() }

func arns(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "arn:acs:ecs:cn-hangzhou:*:instance/i-" + strings.Repeat("x", 1+i/26) + string(rune('a'+i%26))
	}
	return all
}

// attemptTime is how long an attempt may take in these tests.
const attemptTime = 5 * time.Second

// state is something that a run can be in when it should end.
type state struct {
	name string
	// enter changes the config so that the run gets into it. release is closed when the test is over, for what blocks for ever.
	enter func(config *untag.Config, release <-chan struct{})
}

// waitingStates are those that the run stays in until something ends it.
var waitingStates = []state{
	{"an attempt without an answer", func(config *untag.Config, _ <-chan struct{}) {
		config.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
	}},
	{"a transport that blocks for ever", func(config *untag.Config, release <-chan struct{}) {
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			<-release
			return nil, errors.New("released")
		})
	}},
	{"throttling from the beginning", func(config *untag.Config, _ <-chan struct{}) {
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) { return answering(400, throttles) })
	}},
	{"throttling after a success", func(config *untag.Config, _ <-chan struct{}) {
		var calls atomic.Int32
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			if calls.Add(1) == 1 {
				return answering(200, passes)
			}
			return answering(400, throttles)
		})
	}},
	{"throttling after a lost answer", func(config *untag.Config, _ <-chan struct{}) {
		var calls atomic.Int32
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			if calls.Add(1) == 1 {
				return nil, io.ErrUnexpectedEOF
			}
			return answering(400, throttles)
		})
	}},
	{"a pause that the service asked for", func(config *untag.Config, _ <-chan struct{}) {
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			response, err := answering(400, throttles)
			response.Header.Set("X-Acs-Retry-After", "60000")
			return response, err
		})
	}},
	{"an outage", func(config *untag.Config, _ <-chan struct{}) {
		config.Retry.MaxAttempts, config.Retry.BaseDelay = 1000, time.Hour
		config.Retry.MaxDelay = time.Hour
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) { return answering(503, fails) })
	}},
	{"a rate that is slow", func(config *untag.Config, _ <-chan struct{}) { config.Rate = 0.001 }},
	{"a resource that is throttled by itself", func(config *untag.Config, _ <-chan struct{}) {
		config.Retry.MaxThrottle = 24 * time.Hour
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			return answering(200, `{"RequestId":"R","FailedResources":{"FailedResource":[{"ResourceARN":"`+arns(1)[0]+`","Result":{"Code":"Throttling.User","Message":"m"}}]}}`)
		})
	}},
	{"a provider that blocks for ever", func(config *untag.Config, release <-chan struct{}) {
		config.Credentials = provider(func() (*credentials.CredentialModel, error) {
			<-release
			return nil, errors.New("released")
		})
	}},
	{"OnCall blocks for ever", func(config *untag.Config, release <-chan struct{}) {
		config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
			<-release
			return ctx, nil
		}
	}},
	{"the end of OnCall blocks for ever", func(config *untag.Config, release <-chan struct{}) {
		config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
			return ctx, func(error) { <-release }
		}
	}},
	{"OnAttempt blocks for ever", func(config *untag.Config, release <-chan struct{}) {
		config.OnAttempt = func(context.Context, untag.Attempt) { <-release }
	}},
	{"a body that blocks for ever", func(config *untag.Config, release <-chan struct{}) {
		config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(readerFunc(func([]byte) (int, error) {
				<-release
				return 0, io.EOF
			})), ContentLength: -1}, nil
		})
	}},
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func stateConfig() untag.Config {
	return untag.Config{
		Region: "cn-hangzhou", Credentials: untag.StaticCredentials("LTAIexample", "secret-of-the-example", ""), Timeout: attemptTime,
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return answering(200, passes) })},
	}
}

// A run ends at once with ctx, and within the time of an attempt after Drain was closed, whatever state it is in.
func TestEndInEveryState(t *testing.T) {
	t.Parallel()
	for _, s := range waitingStates {
		for _, drained := range []bool{false, true} {
			for _, concurrency := range []int{0, 1} {
				name := s.name + ", ctx"
				if drained {
					name = s.name + ", drain"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						release := make(chan struct{})
						defer close(release)
						config := stateConfig()
						s.enter(&config, release)
						client, err := tag.New(config)
						require.NoError(t, err)
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						drain := make(chan struct{})
						const after = 12 * time.Second
						time.AfterFunc(after, func() {
							if drained {
								close(drain)
							} else {
								cancel()
							}
						})
						most := after + time.Second
						if drained {
							most += attemptTime
						}
						begin := time.Now()
						var last pair
						seen := map[string]bool{}
						var outcomes []error
						for resource, err := range client.UntagMany(ctx, tag.UntagManyRequest{
							ResourceARNs: slices.Values(arns(300)), TagKeys: []string{"k"}, Concurrency: concurrency, Drain: drain,
						}) {
							assert.Equal(t, resource == "", errors.Is(err, untag.ErrRunEnded), "%q: %v", resource, err)
							assert.False(t, seen[resource])
							seen[resource] = true
							if resource != "" {
								outcomes = append(outcomes, err)
							}
							last = pair{resource, err}
						}
						assert.LessOrEqual(t, time.Since(begin), most)
						assert.GreaterOrEqual(t, time.Since(begin), after, "the run was in the state")
						require.Empty(t, last.resource)
						for _, err := range outcomes {
							assert.False(t, errors.Is(err, untag.ErrOutcomeUnknown) && errors.Is(err, untag.ErrNotAttempted), "says two things: %v", err)
						}
						if drained {
							assert.ErrorContains(t, last.err, "drained")
						} else {
							assert.ErrorIs(t, last.err, context.Canceled)
						}
						assert.Len(t, seen, 301, "each that was read has an outcome")
					})
				})
			}
		}
	}
}

// dying are the ways in which a function does not return.
var dying = map[string]func(){
	"panics":             func() { panic("secret-of-the-example") },
	"ends its goroutine": runtime.Goexit,
}

// A hook, a transport, a body or a provider that panics or ends its goroutine ends the run, by an error that says so. What
// may have been sent is unknown; nothing is called done that was not, and nothing stays behind.
func TestDeathInEveryState(t *testing.T) {
	t.Parallel()
	for how, die := range dying {
		for _, s := range []state{
			{"transport", func(config *untag.Config, _ <-chan struct{}) {
				config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
					die()
					return nil, nil //nolint:nilnil // it does not come here
				})
			}},
			{"transport in mid run", func(config *untag.Config, _ <-chan struct{}) {
				var calls atomic.Int32
				config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
					if calls.Add(1) > 3 {
						die()
					}
					time.Sleep(100 * time.Millisecond)
					return answering(200, passes)
				})
			}},
			{"body", func(config *untag.Config, _ <-chan struct{}) {
				config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(readerFunc(func([]byte) (int, error) {
						die()
						return 0, io.EOF
					})), ContentLength: -1}, nil
				})
			}},
			{"OnCall", func(config *untag.Config, _ <-chan struct{}) {
				config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
					die()
					return ctx, nil
				}
			}},
			{"the end of OnCall", func(config *untag.Config, _ <-chan struct{}) {
				config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
					return ctx, func(error) { die() }
				}
			}},
			{"OnAttempt", func(config *untag.Config, _ <-chan struct{}) {
				config.OnAttempt = func(context.Context, untag.Attempt) { die() }
			}},
			{"provider", func(config *untag.Config, _ <-chan struct{}) {
				config.Credentials = provider(func() (*credentials.CredentialModel, error) {
					die()
					return nil, nil //nolint:nilnil // it does not come here
				})
			}},
		} {
			t.Run(s.name+" "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					config := stateConfig()
					s.enter(&config, nil)
					client, err := tag.New(config)
					require.NoError(t, err)
					begin := time.Now()
					got := collect(client.UntagMany(t.Context(), tag.UntagManyRequest{
						ResourceARNs: slices.Values(arns(1000)), TagKeys: []string{"k"}, Concurrency: 4,
					}))
					assert.Less(t, time.Since(begin), time.Minute)
					last := got[len(got)-1]
					require.Empty(t, last.resource)
					require.ErrorIs(t, last.err, untag.ErrRunEnded)
					assert.NotContains(t, last.err.Error(), "secret-of-the-example")
					assert.Regexp(t, "panicked|Goexit|panic|ended its goroutine", last.err.Error())
					done := 0
					for _, p := range got[:len(got)-1] {
						if p.err == nil {
							done++
						}
						assert.NotErrorIs(t, p.err, untag.ErrRunEnded)
					}
					if s.name == "transport in mid run" {
						assert.Positive(t, done)
					} else {
						assert.Zero(t, done)
					}
				})
			})
		}
	}
}

// What blocked until the run was over may die then, when the run has forgotten its resources.
func TestDeathAfterTheEnd(t *testing.T) {
	t.Parallel()
	for how, die := range dying {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				config, release := stateConfig(), make(chan struct{})
				config.HTTPClient.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
					<-release
					die()
					return nil, nil //nolint:nilnil // it does not come here
				})
				client, err := tag.New(config)
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				got := collect(client.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(arns(60)), TagKeys: []string{"k"}}))
				require.Len(t, got, 61)
				assert.Equal(t, untag.OutcomeUnknown, untag.OutcomeOf(got[0].err))
				close(release)
				synctest.Wait()
			})
		})
	}
}

// An input that panics, or ends the goroutine, does so in the caller's loop, whose goroutine it runs on; the run
// leaves nothing behind. So does InputErr.
func TestDeathOfTheInput(t *testing.T) {
	t.Parallel()
	for how, die := range dying {
		for name, request := range map[string]func(*bulk.Request){
			"input": func(r *bulk.Request) {
				all := r.Resources
				r.Resources = func(yield func(string, *bulk.Parts) bool) {
					n := 0
					for resource, parts := range all {
						if n++; n > 700 {
							time.Sleep(50 * time.Millisecond) // in the middle of a call
							die()
						}
						if !yield(resource, parts) {
							return
						}
					}
				}
			},
			"InputErr": func(r *bulk.Request) { r.InputErr = func() error { die(); return nil } },
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { // fails if a goroutine stays behind
					f := newFake()
					r := f.request(names("cn-a", 1000))
					request(&r)
					returned := false
					var panicked any
					done := make(chan struct{})
					go func() {
						defer close(done)
						defer func() { panicked = recover() }()
						collect(bulk.Run(t.Context(), f.operation(), r))
						returned = true
					}()
					<-done
					assert.False(t, returned)
					assert.Equal(t, how == "panics", panicked != nil)
					assert.Zero(t, f.inFlight)
				})
			})
		}
	}
}

// InputErr is asked once, when the input has ended by itself. What was read is done all the same.
func TestInputErr(t *testing.T) {
	t.Parallel()
	broken := errors.New("the file broke off")
	for _, row := range []struct {
		name  string
		err   error
		pairs int
	}{{"none", nil, 120}, {"broken", broken, 121}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				r := f.request(names("cn-a", 120))
				asked := 0
				r.InputErr = func() error { asked++; return row.err }
				got := collect(bulk.Run(t.Context(), f.operation(), r))
				require.Len(t, got, row.pairs)
				assert.Equal(t, 1, asked)
				for i, p := range got {
					if i < 120 {
						assert.NoError(t, p.err)
						continue
					}
					assert.Empty(t, p.resource)
					assert.ErrorIs(t, p.err, untag.ErrRunEnded)
					assert.ErrorIs(t, p.err, broken)
					assert.Equal(t, broken.Error(), p.err.Error())
				}
			})
		})
	}
	t.Run("not asked after a drain", func(t *testing.T) {
		t.Parallel()
		f := newFake()
		r := f.request(names("cn-a", 120))
		drain := make(chan struct{})
		close(drain)
		r.Drain, r.InputErr = drain, func() error { t.Error("asked"); return nil }
		collect(bulk.Run(t.Context(), f.operation(), r))
	})
}
