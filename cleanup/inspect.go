package cleanup

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/jobdir"
)

// Inspect opens the folder of a job to look at it: Spec, Created, Local, Runs, Found, Results and Records. It needs no
// credentials, sends nothing, and does not ask whose the job is; every step of the job is refused with
// [untag.ErrUnauthenticated]. Its errors are those of [Open] that are about the folder.
//
// A job that another process is working on can be looked at, too, except on Windows: the Job shows what the folder held when
// Inspect and the first look at each region came, changes nothing in it, and its Running is true. What it needs to sort goes
// into the directory for temporary files, for its user alone to read; a look that is killed leaves it there.
func Inspect(dir string) (*Job, error) {
	j, err := open(dir)
	if errors.Is(err, ErrLocked) {
		var d *jobdir.Dir
		if d, err = jobdir.View(dir); err == nil {
			j, err = openIn(d)
		}
		if err == nil {
			j.running = true
		}
	}
	if err != nil {
		return nil, err
	}
	if j.cloud, _, err = connect(untag.Config{Credentials: noCredentials{}}); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// Running reports whether another process was working on the job when [Inspect] opened it.
func (j *Job) Running() bool { return j.running }

// noCredentials is the provider of a job that is only looked at.
type noCredentials struct{}

func (noCredentials) GetCredential() (*credentials.CredentialModel, error) {
	return nil, errors.New("the job was opened by Inspect, which has no credentials")
}

// String names the job by its account and folder. What it holds does not print.
func (j *Job) String() string {
	return fmt.Sprintf("cleanup job of account %s in %s", j.header.Account, j.dir.Path())
}

// Format writes String for every verb: fmt would print the fields of %+v, and with them values of tags.
func (j *Job) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, j.String()) }

// Created is when the job was made.
func (j *Job) Created() time.Time { return j.header.Created }

// Local reports whether the job was made with a loopback endpoint, so that it is one of a simulator.
func (j *Job) Local() bool { return j.header.Local != "" }

// Run is one run of a step: a call of Find, Remove, Verify or Restore.
type Run struct {
	// Step is "find", "remove", "verify" or "restore".
	Step string
	// Began is when it began. Ended is when it came to its end; it is zero for a run that was broken off.
	Began, Ended time.Time
}

// Runs returns all runs of all steps, in order.
func (j *Job) Runs() []Run {
	j.mu.Lock()
	defer j.mu.Unlock()
	var runs []Run
	last := 0
	for _, e := range j.events {
		if e.Run != last {
			runs, last = append(runs, Run{Step: string(e.Step), Began: e.Time}), e.Run
		}
		if e.End {
			runs[len(runs)-1].Ended = e.Time
		}
	}
	return runs
}
