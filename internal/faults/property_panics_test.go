package faults_test

import (
	"context"
	"errors"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
)

// drawProvider makes the credential provider. It may go bad for a while, or for good.
func (s *scene) drawProvider(blocked bool) {
	r := s.r
	good := s.config.Credentials
	bad, badFrom, badFor := "", 0, 0
	if chance(r, 0.12) {
		bad, badFrom, badFor = oneOf(r, "fails", "is refused", "dies", "expires"), r.IntN(6), oneOf(r, 1, 3, 1_000_000)
		if blocked {
			bad = oneOf(r, bad, "blocks")
		}
	}
	s.config.Credentials = &provider{func() (*credentials.CredentialModel, error) {
		s.mu.Lock()
		at := s.asked
		s.asked++
		strikes := bad != "" && at >= badFrom && at < badFrom+badFor
		s.creds = s.creds || strikes
		if strikes {
			s.wire.note("credentials: %s", bad)
			s.count("credentials: " + bad)
		}
		s.mu.Unlock()
		if !strikes {
			return good.GetCredential()
		}
		switch bad {
		case "fails":
			return nil, errors.New("the instance role is gone")
		case "dies":
			s.dies("the provider")
		case "blocks":
			<-s.release
		case "expires":
			c, _ := good.GetCredential()
			s.cloud.ExpireKey(*c.AccessKeyId)
		case "is refused":
			return model("nobody", "secret", ""), nil
		}
		return good.GetCredential()
	}}
}

// drawHooks makes the hooks. One of them may die, or block for ever where that may not keep the run from its end.
func (s *scene) drawHooks(blocked bool) {
	r := s.r
	begins, ends, attempts := -1, -1, -1
	s.hookBlocks = blocked && chance(r, 0.3)
	briefly := time.Duration(0)
	if chance(r, 0.05) {
		briefly = oneOf(r, 1, 20*time.Millisecond, 300*time.Millisecond)
	}
	if chance(r, 0.1) {
		at := r.IntN(5)
		*oneOf(r, &begins, &ends, &attempts) = at
	}
	if begins >= 0 || ends >= 0 || briefly > 0 || !s.many || chance(r, 0.3) {
		s.config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
			s.strike(&begins, "OnCall")
			cancel := func() {}
			if briefly > 0 {
				ctx, cancel = context.WithTimeout(ctx, briefly)
				s.mu.Lock()
				s.brief = true
				s.mu.Unlock()
			}
			return ctx, func(err error) {
				cancel()
				s.mu.Lock()
				s.hookErr, s.hooked = err, true
				s.mu.Unlock()
				s.strike(&ends, "the end of OnCall")
			}
		}
	}
	if attempts >= 0 {
		s.config.OnAttempt = func(context.Context, untag.Attempt) { s.strike(&attempts, "OnAttempt") }
	}
}

// strike lets a hook die when its turn has come.
func (s *scene) strike(left *int, who string) {
	s.mu.Lock()
	now := *left == 0
	*left--
	s.mu.Unlock()
	if now {
		s.dies(who)
	}
}

func (s *scene) dies(who string) {
	s.mu.Lock()
	s.died = append(s.died, who)
	s.mu.Unlock()
	if s.hookBlocks && who != "the input" && who != "the provider" {
		s.wire.note("%s blocks", who)
		s.count("blocks: " + who)
		<-s.release
		return
	}
	s.wire.note("%s dies", who)
	s.count("dies: " + who)
	s.wire.die()
}
