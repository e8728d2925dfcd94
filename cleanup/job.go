package cleanup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"sync"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/endpoint"
	"github.com/untag-go/untag/internal/jobdir"
)

const (
	format  = 1
	jobFile = "job.log"
	// askTime bounds the question who the credentials belong to, in Create and Open, which have no context.
	askTime = time.Minute
)

// Job takes tags off the resources of an account, step by step. Make it with [Create], or go on with one by [Open]; Close it.
//
// One step runs at a time: a second one that is begun meanwhile is refused with [ErrOrder]. Apart from that a Job is safe
// for concurrent use. A step may be broken off in any way, by its context, by Drain, by breaking out of its loop or by the
// end of the process, and called again: it goes on where it was.
type Job struct {
	dir    *jobdir.Dir
	log    *jobdir.Log
	header header
	cloud  *cloud
	spec   Spec
	keys   map[string]bool // of the Spec

	running bool // another process was working on it when Inspect looked

	mu      sync.Mutex
	events  []event
	course  course
	regions map[string]*region
	busy    bool
	closed  bool
}

// Create makes a folder, of mode 0700, for a job that does what spec says; the folder's parent must exist, and the folder
// itself must not, or be empty. It asks STS (GetCallerIdentity) who the credentials of config belong to, records the account
// in the folder, and sends nothing else.
//
// Config.Region is not used. Config.Endpoint must be "" or a loopback host, as that of a simulator: it would stand for all
// services. The other settings hold for all calls of the job.
//
// Create makes nothing and fails if spec or config breaks a rule ([*untag.ValidationError]), if the account is another one
// than spec.Account ([*AccountError]), if there is a job already (io/fs.ErrExist), if the folder is not the user's alone
// ([ErrNotPrivate]), or if the question fails.
func Create(dir string, config untag.Config, spec Spec) (*Job, error) {
	spec = spec.clone()
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	c, local, err := connect(config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	account, err := c.claim(ctx, spec.Account)
	if err != nil {
		return nil, err
	}
	d, err := jobdir.Create(dir, isJob)
	if err != nil {
		return nil, err
	}
	j := &Job{dir: d, cloud: c, regions: make(map[string]*region)}
	j.header = header{
		Format: format, Created: time.Now().UTC(), Account: account, Asked: spec.Account != "", Local: local,
		Keys: spec.Keys, Pairs: pairsOf(spec.Tags), Regions: spec.Regions,
	}
	j.log, err = d.Log(jobFile)
	if err == nil && j.log.Len() > 0 {
		err = fmt.Errorf("folder %s holds a job, which Open goes on with: %w", d.Path(), fs.ErrExist)
	}
	if err == nil {
		err = j.log.Commit(j.header)
	}
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	j.setSpec()
	return j, nil
}

func (j *Job) setSpec() {
	h := &j.header
	j.spec = Spec{Keys: h.Keys, Tags: tagsOf(h.Pairs), Regions: h.Regions, Account: h.Account}.clone()
	j.keys = make(map[string]bool)
	for _, key := range j.spec.keys() {
		j.keys[key] = true
	}
}

// isJob tells the files of a job from what a Create that was killed left behind, which is an empty log.
func isJob(name string) bool { return name != jobFile }

// Open opens the folder of a job to go on with it. It asks STS who the credentials of config belong to, and sends nothing
// else.
//
// It fails if there is no job ([ErrNoJob], io/fs.ErrNotExist), if another process has it open ([ErrLocked]), if the folder
// is not the user's alone ([ErrNotPrivate]), if a line of it is damaged ([*CorruptError]), if config breaks a rule
// ([*untag.ValidationError]), and if the credentials belong to another account ([*AccountError]). A job that was made
// against a loopback endpoint is not opened with another config, nor the other way around: a rehearsal is none.
func Open(dir string, config untag.Config) (*Job, error) {
	c, local, err := connect(config)
	if err != nil {
		return nil, err
	}
	j, err := open(dir)
	if err != nil {
		return nil, err
	}
	j.cloud = c
	if local != j.header.Local {
		return nil, errors.Join(&untag.ValidationError{Request: "Config", Problems: []untag.Problem{{
			Field: "Endpoint", Reason: "differs from that of the job: one that was made with a loopback endpoint goes on with one, and no other job does",
		}}}, j.Close())
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	if _, err := c.claim(ctx, j.header.Account); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// open reads the folder.
func open(dir string) (*Job, error) {
	d, err := jobdir.Open(dir)
	if err != nil {
		return nil, err
	}
	return openIn(d)
}

// openIn opens the job of a folder, which is closed if there is none.
func openIn(d *jobdir.Dir) (*Job, error) {
	j := &Job{dir: d, regions: make(map[string]*region)}
	if !d.Has(jobFile) {
		return nil, errors.Join(fmt.Errorf("folder %s: %w", d.Path(), ErrNoJob), d.Close())
	}
	var err error
	if j.log, err = d.Log(jobFile); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := j.load(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	j.setSpec()
	return j, nil
}

// load takes in job.log.
func (j *Job) load() error {
	first := true
	for data, err := range j.log.Lines() {
		if err != nil {
			return err
		}
		if first {
			first = false
			if err := json.Unmarshal(data, &j.header); err != nil {
				return fmt.Errorf("folder %s: %w: %w", j.dir.Path(), ErrNoJob, err)
			}
			if j.header.Format != format {
				return fmt.Errorf("folder %s: a job of format %d, and this version knows %d", j.dir.Path(), j.header.Format, format)
			}
			continue
		}
		var e event
		if err := json.Unmarshal(data, &e); err != nil {
			return fmt.Errorf("folder %s: %w", j.dir.Path(), err)
		}
		j.events = append(j.events, e)
		j.course.apply(e)
	}
	if first {
		return fmt.Errorf("folder %s: %w: it was being made", j.dir.Path(), ErrNoJob)
	}
	return nil
}

// record commits an event of the present run.
func (j *Job) record(e event) error {
	e.Time = time.Now().UTC()
	if err := j.log.Commit(e); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, e)
	j.course.apply(e)
	return nil
}

// Spec returns what the job takes off. Its Account is that of the job, also where Create was given none.
func (j *Job) Spec() Spec { return j.spec.clone() }

// Close syncs the files and lets others open the folder. While a step is running it does nothing but return [ErrOrder].
// Closing again does nothing.
func (j *Job) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	if j.busy {
		return fmt.Errorf("a step of the job is running: %w", ErrOrder)
	}
	j.closed = true
	var errs []error
	for _, r := range j.regions {
		errs = append(errs, r.close())
	}
	if j.log != nil {
		errs = append(errs, j.log.Close())
	}
	if j.cloud != nil {
		j.cloud.close()
	}
	return errors.Join(append(errs, j.dir.Close())...)
}

// begin claims the job for a step. The function that it returns gives it back.
func (j *Job) begin() (release func(), err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil, fmt.Errorf("the job is closed: %w", ErrOrder)
	}
	if j.busy {
		return nil, fmt.Errorf("another step of the job is running: %w", ErrOrder)
	}
	j.busy = true
	return func() {
		j.mu.Lock()
		j.busy = false
		j.mu.Unlock()
	}, nil
}

// region opens the files of a region, once.
func (j *Job) region(name string) (*region, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if r := j.regions[name]; r != nil {
		return r, nil
	}
	if written(j.events, name) { // a new file in the place of a lost one would say that nothing was found, or done
		for _, log := range [...]string{findLog(name), actsLog(name)} {
			if !j.dir.Has(log) {
				return nil, fmt.Errorf("%s in folder %s is missing, and the job has written to it: take the file from a copy", log, j.dir.Path())
			}
		}
	}
	r, err := openRegion(j.dir, name)
	if err != nil {
		return nil, err
	}
	j.regions[name] = r
	return r, nil
}

// settled returns all regions that were searched, sorted, with what was found in them in order.
func (j *Job) settled() ([]*region, error) {
	j.mu.Lock()
	names := everSearched(j.events)
	j.mu.Unlock()
	regions := make([]*region, 0, len(names))
	for _, name := range names {
		r, err := j.region(name)
		if err == nil {
			err = r.settle()
		}
		if err != nil {
			return nil, err
		}
		regions = append(regions, r)
	}
	return regions, nil
}

// Found yields everything that is saved, each resource once, sorted by region and name. It sends nothing. An error is the
// last pair.
func (j *Job) Found() iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		release, err := j.begin()
		if err != nil {
			yield(Found{}, err)
			return
		}
		defer release()
		regions, err := j.settled()
		if err != nil {
			yield(Found{}, err)
			return
		}
		for _, r := range regions {
			for row, err := range r.rows() {
				if err != nil {
					yield(Found{}, err)
					return
				}
				if !yield(j.found(&row, r.name), nil) {
					return
				}
			}
		}
	}
}

func (j *Job) found(r *row, region string) Found {
	return Found{Resource: r.resource(j.header.Account, region), Tags: tagsOf(r.Pairs)}
}

// Results yields the last word on every key of every resource that was found: what Restore said of it, or Verify, or Remove,
// or Pending. It sends nothing. An error is the last pair.
func (j *Job) Results() iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		release, err := j.begin()
		if err != nil {
			yield(Result{}, err)
			return
		}
		defer release()
		for h, err := range j.histories() {
			if err != nil {
				yield(Result{}, err)
				return
			}
			for _, result := range h.results(j.header.Account, h.region) {
				if !yield(result, nil) {
					return
				}
			}
		}
	}
}

// histories yields all that the folder says, region by region.
func (j *Job) histories() iter.Seq2[*history, error] {
	return func(yield func(*history, error) bool) {
		regions, err := j.settled()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, r := range regions {
			facts, err := r.facts()
			if err != nil {
				yield(nil, err)
				return
			}
			more := true
			for h, err := range r.histories(facts) {
				if more = yield(h, err); !more || err != nil {
					break
				}
			}
			facts.Close()
			if !more {
				return
			}
		}
	}
}

// isLocal reports whether an endpoint is a loopback one; err says what is wrong with it.
func isLocal(override string) (bool, error) {
	target, err := endpoint.Parse(override)
	if err != nil {
		return false, err
	}
	_, err = endpoint.Parse("http://" + target.Host) // which is taken for loopback hosts alone
	return err == nil, nil
}
