package cleanup_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

var (
	moments   = flag.Int("moments", 10, "kills of TestCrash")
	crashSeed = flag.Uint64("crashseed", 0, "seed of TestCrash; 0: by the clock")
)

const childEnv = "UNTAG_CLEANUP_CHILD"

func TestMain(m *testing.M) {
	if task := os.Getenv(childEnv); task != "" {
		os.Exit(child(task))
	}
	flag.Parse()
	os.Exit(m.Run())
}

// task is what a child process does: a step of the job in a folder against the account behind an address.
type task struct {
	Dir, Address, Step string
	Spec               cleanup.Spec
	Figures            bool   // report them on stdout
	Limit              uint64 // bytes that a file may have; 0: any
}

// child makes or opens the job and runs the step to its end, as a program would.
func child(text string) int {
	var do task
	if err := json.Unmarshal([]byte(text), &do); err != nil {
		return failed(err)
	}
	if do.Limit > 0 {
		if err := limitFiles(do.Limit); err != nil {
			return failed(err)
		}
	}
	config := untag.Config{Endpoint: do.Address, Credentials: untag.StaticCredentials("crash", "secret", "")}
	config.Retry.BaseDelay = time.Millisecond
	config.Rate = -1
	j, err := cleanup.Open(do.Dir, config)
	if err != nil {
		if j, err = cleanup.Create(do.Dir, config, do.Spec); err != nil {
			return failed(err)
		}
	}
	start, n := time.Now(), 0
	var last error
	switch do.Step {
	case "find":
		for _, err := range j.Find(testContext(), cleanup.FindOptions{}) {
			n, last = n+1, err
		}
	case "plan":
		p, err := j.Plan(testContext())
		n, last = p.Resources, err
	case "remove":
		for _, err := range j.Remove(testContext(), cleanup.RemoveOptions{}) {
			n, last = n+1, ended(last, err)
		}
	case "verify":
		for _, err := range j.Verify(testContext(), cleanup.VerifyOptions{}) {
			n, last = n+1, ended(last, err)
		}
	case "restore":
		for _, err := range j.Restore(testContext(), cleanup.RestoreOptions{}) {
			n, last = n+1, ended(last, err)
		}
	}
	if do.Figures {
		report(n, time.Since(start))
	}
	if last != nil {
		return failed(last)
	}
	if err := j.Close(); err != nil {
		return failed(err)
	}
	return 0
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// TestCrash kills the process of a job at random moments of Find, Remove and Restore, with calls whose answers get lost. After
// each kill every tag that is gone has its value on disk; at the end of each step no resource is missing; and after the
// restore the account is what it was after the last foreign change.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	seed := *crashSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	kills := 0
	for round := 0; kills < *moments; round++ {
		c := newCrash(t, random)
		kills += c.step("find", random.IntN(3))
		c.foreign()
		kills += c.step("remove", 1+random.IntN(4))
		c.account()
		kills += c.step("restore", 1+random.IntN(3))
		require.Equal(t, c.digest, c.cloud.Digest(), "seed %d, round %d", seed, round)
		c.server.Close()
	}
	t.Logf("%d kills", kills)
}

// crash is one job on one account.
type crash struct {
	t      *testing.T
	random *rand.Rand
	cloud  *untagtest.Cloud
	server *httptest.Server
	dir    string
	spec   cleanup.Spec
	all    []untagtest.Resource
	before map[string]map[string]string // the tags after the last foreign change, by region and ID
	digest string
}

func newCrash(t *testing.T, random *rand.Rand) *crash {
	c := &crash{
		t: t, random: random, cloud: untagtest.NewCloud(), dir: filepath.Join(t.TempDir(), "job"),
		spec: cleanup.Spec{Keys: []string{"team", "stage"}, Regions: []string{"cn-hangzhou", "cn-beijing"}},
	}
	c.cloud.Seed(random.Uint64())
	c.cloud.AllowKey("crash", "secret", "")
	for i := range 1500 {
		r := untagtest.Resource{
			Product: []string{"ecs", "oss", "rds"}[i%3], Type: []string{"instance", "bucket", "dbinstance"}[i%3], Region: c.spec.Regions[i/3%2],
			ID: fmt.Sprintf("r-%d", i), Tags: map[string]string{"team": fmt.Sprint("t", i%7), "own": strconv.Itoa(i)},
		}
		if i%5 == 0 {
			r.Tags["stage"] = []string{"prod", "test"}[i/5%2]
		}
		if i%30 == 0 {
			r.Tags["team"] = "" // of an instance: only ECS shows it
		}
		c.all = append(c.all, r)
	}
	c.cloud.Put(c.all...)
	c.cloud.Inject(
		untagtest.Fault{Action: "UntagResources", Share: 0.1, Reset: true, After: true},
		untagtest.Fault{Action: "TagResources", Share: 0.1, Reset: true, After: true},
		untagtest.Fault{Share: 1, Latency: 4 * time.Millisecond},
	)
	c.server = httptest.NewServer(c.cloud)
	t.Cleanup(c.server.Close)
	return c
}

// step runs a step that is killed so many times, and then lets it end. It returns the number of kills that struck.
func (c *crash) step(name string, times int) (kills int) {
	text, err := json.Marshal(task{Dir: c.dir, Address: c.server.URL, Step: name, Spec: c.spec})
	require.NoError(c.t, err)
	for ; ; times-- {
		cmd := exec.CommandContext(c.t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+string(text))
		var output strings.Builder
		cmd.Stderr = &output
		require.NoError(c.t, cmd.Start())
		if times <= 0 {
			err := cmd.Wait()
			require.NoError(c.t, err, "%s: %s", name, output.String())
			c.check()
			return kills
		}
		time.Sleep(time.Duration(c.random.Int64N(int64(400 * time.Millisecond))))
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil && cmd.ProcessState.ExitCode() == -1 {
			kills++
		} else {
			require.True(c.t, cmd.ProcessState.Success(), "%s: %s", name, output.String())
		}
		c.check()
	}
}

// foreign changes tags after Find and before the removal: a value, a tag that somebody takes off, another key.
func (c *crash) foreign() {
	for range 100 {
		r := c.all[c.random.IntN(len(c.all))]
		c.cloud.Edit(r, func(tags map[string]string) {
			switch c.random.IntN(3) {
			case 0:
				tags["team"] = "changed"
			case 1:
				delete(tags, "team")
			case 2:
				tags["own"] = "changed"
			}
		})
	}
	c.before = make(map[string]map[string]string)
	for _, r := range c.all {
		tags, _ := c.cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		c.before[r.Region+" "+r.ID] = maps.Clone(tags)
	}
	c.digest = c.cloud.Digest()
}

// check holds the account against the folder: what is gone must be in an intent, with its value.
func (c *crash) check() {
	if c.before == nil {
		return
	}
	intents := make(map[string]string)
	for _, region := range c.spec.Regions {
		for name, pairs := range intentPairs(c.t, c.dir, region) {
			for key, value := range pairs {
				intents[region+" "+name[strings.LastIndexByte(name, '/')+1:]+" "+key] = "=" + value
			}
		}
	}
	for _, r := range c.all {
		tags, _ := c.cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		for key, value := range c.before[r.Region+" "+r.ID] {
			if now, there := tags[key]; !there {
				require.Equal(c.t, "="+value, intents[r.Region+" "+r.ID+" "+key], "%s %s is gone, and its value is not on disk", r.ID, key)
			} else {
				require.Equal(c.t, value, now)
			}
		}
	}
}

// account holds what the job says against the account: every tag that was there when Find ran has a last word.
func (c *crash) account() {
	config := untag.Config{Endpoint: c.server.URL, Credentials: untag.StaticCredentials("crash", "secret", "")}
	j, err := cleanup.Open(c.dir, config)
	require.NoError(c.t, err)
	states := results(c.t, j)
	require.NoError(c.t, j.Close())
	n := 0
	for _, r := range c.all {
		for _, key := range c.spec.Keys {
			if _, tagged := r.Tags[key]; !tagged {
				continue
			}
			if r.Tags[key] == "" && r.Product != "ecs" {
				continue
			}
			n++
			state, ok := states[r.Region+" "+r.Product+"/"+r.Type+"/"+r.ID+" "+key]
			require.True(c.t, ok, "%s %s has no state", r.ID, key)
			_, there := c.before[r.Region+" "+r.ID][key]
			if there {
				require.Contains(c.t, []cleanup.State{cleanup.Removed, cleanup.Unknown}, state, "%s %s", r.ID, key)
			} else {
				require.Equal(c.t, cleanup.AlreadyGone, state, "%s %s", r.ID, key)
			}
		}
	}
	require.Len(c.t, states, n)
}

// ended keeps the error of a last pair: others are those of resources.
func ended(last, err error) error {
	if err != nil && isEnd(err) {
		return err
	}
	return last
}
