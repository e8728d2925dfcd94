package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtemporal"
	"github.com/untag-go/untag/untagtest"
)

// The demonstration's job: take demoKey off all that have it. keptKey stays.
const (
	demoKey = "cost-center"
	keptKey = "env"
)

// fleet is the simulated accounts of the demonstration.
type fleet struct {
	accounts []*untagtest.Cloud
	regions  []string
	perLane  int // resources in a region of an account
	dead     int // of those, every how many-th does not exist
	server   *http.Server
}

func newFleet(accounts, perLane int) *fleet {
	f := &fleet{regions: []string{"cn-hangzhou", "cn-beijing", "cn-shanghai", "ap-southeast-1"}, perLane: perLane, dead: 500}
	for i := range accounts {
		cloud := untagtest.NewAccount(strconv.Itoa(1000000000000001 + i))
		cloud.SetQuota(untagtest.ECS, 10, 10)
		f.accounts = append(f.accounts, cloud)
	}
	f.accounts[0].Join(f.accounts[1:]...)
	f.fill()
	return f
}

// fill gives all resources their tags, also those that have lost them.
func (f *fleet) fill() {
	for i, cloud := range f.accounts {
		for _, region := range f.regions {
			for n := range f.perLane {
				if f.isDead(n) {
					continue
				}
				cloud.Put(untagtest.Resource{
					Product: "ecs", Region: region, Type: "instance", ID: f.id(i, region, n),
					Tags: map[string]string{demoKey: strconv.Itoa(n % 7), keptKey: "prod"},
				})
			}
		}
	}
}

func (f *fleet) isDead(n int) bool { return n%f.dead == f.dead-1 }

func (f *fleet) id(account int, region string, n int) string {
	return fmt.Sprintf("i-%d-%s-%d", account, region, n)
}

// resources are what the job is about, the dead ones among them.
func (f *fleet) resources() iter.Seq2[untagtemporal.Resource, error] {
	return func(yield func(untagtemporal.Resource, error) bool) {
		for n := range f.perLane {
			for i, cloud := range f.accounts {
				for _, region := range f.regions {
					lane := untagtemporal.Lane{Service: untag.ServiceECS, Account: cloud.AccountID(), Region: region}
					if !yield(untagtemporal.Resource{Lane: lane, Type: "instance", ID: f.id(i, region, n)}, nil) {
						return
					}
				}
			}
		}
	}
}

// serve makes the accounts reachable by other processes, and writes how into a file.
func (f *fleet) serve(file string) error {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	f.server = &http.Server{Handler: f.accounts[0], ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = f.server.Serve(listener) }() // until it is closed
	s := simulation{Endpoint: "http://" + listener.Addr().String(), KeyIDs: make(map[string]string)}
	for _, cloud := range f.accounts {
		model, err := cloud.Config().Credentials.GetCredential()
		if err != nil {
			return err
		}
		s.KeyIDs[cloud.AccountID()], s.Secret = *model.AccessKeyId, *model.AccessKeySecret
	}
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

// calls is how many calls all accounts got.
func (f *fleet) calls() (n int) {
	for _, cloud := range f.accounts {
		n += cloud.CallCount()
	}
	return n
}

// figures are what the calls of a run show of takeovers.
type figures struct {
	silence time.Duration // the longest between two calls of one lane
	again   int           // resources that were sent again after a call that was carried out
}

// figures looks through the calls that the accounts have kept.
func (f *fleet) figures() (all figures) {
	for _, cloud := range f.accounts {
		last, done := make(map[string]time.Time), make(map[string]bool)
		calls := cloud.Calls()
		slices.SortFunc(calls, func(a, b untagtest.Call) int { return a.Time.Compare(b.Time) })
		for _, call := range calls {
			if call.Action != "UntagResources" {
				continue
			}
			if before, ok := last[call.Region]; ok {
				all.silence = max(all.silence, call.Time.Sub(before))
			}
			last[call.Region] = call.Time
			if call.Verdict != untagtest.VerdictOK {
				continue
			}
			for name, values := range call.Parameters {
				if !strings.HasPrefix(name, "ResourceId.") {
					continue
				}
				if done[values[0]] {
					all.again++
				}
				done[values[0]] = true
			}
		}
	}
	return all
}

// proof is what the accounts themselves have at the end, beside what the job says of them.
type proof struct {
	done, refused, rest int // resources by what the job says
	wrong               int // of which the account has something else
	missing, twice      int // resources with no outcome, and with more than one
}

var errProof = errors.New("the accounts are not as the job says")

// prove looks at every resource.
func (f *fleet) prove(outcomes iter.Seq2[untagtemporal.Outcome, error]) (p proof, err error) {
	seen := make(map[string]bool, len(f.accounts)*len(f.regions)*f.perLane)
	byNumber := make(map[string]*untagtest.Cloud, len(f.accounts))
	for _, cloud := range f.accounts {
		byNumber[cloud.AccountID()] = cloud
	}
	for o, err := range outcomes {
		if err != nil {
			return p, err
		}
		if seen[o.Entry.Resource] {
			p.twice++
		}
		seen[o.Entry.Resource] = true
		tags, exists := byNumber[o.Lane.Account].Tags("ecs", o.Lane.Region, "instance", o.Entry.Resource)
		_, carries := tags[demoKey]
		_, kept := tags[keptKey]
		right := exists && kept
		switch o.Entry.Outcome() {
		case untag.OutcomeDone:
			p.done++
			right = right && !carries
		case untag.OutcomeRefused:
			p.refused++
			right = !exists
		default:
			p.rest++
			right = true // nothing is claimed
		}
		if !right {
			p.wrong++
		}
	}
	p.missing = len(f.accounts)*len(f.regions)*f.perLane - len(seen)
	if p.wrong+p.missing+p.twice+p.rest > 0 {
		return p, errProof
	}
	return p, nil
}
