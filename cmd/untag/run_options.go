package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/untag-go/untag"
)

// runOptions is what the flags of untag run say.
type runOptions struct {
	connection
	service              *service
	region, resourceType string
	keys                 []string
	all                  bool
	input                string // a file, "-" or "": stdin
	retry                bool   // the input must be a report
	column               string
	unordered            bool
	journal              string
	reports              []string
	plan                 bool
	patience             time.Duration
}

func runVerb() *verb {
	return &verb{
		name: "run", args: "-service SERVICE -keys K1,K2 [FILE]", about: "remove keys from the resources of a list: a file, CSV, a report, stdin",
		details: []string{
			"Without -live it is a rehearsal: the job on an account in memory, which has all the resources. -plan only counts. With -live it shows whose credentials these are and the plan, and asks before it removes anything. The values are not saved: untag find and untag remove do that.",
			"FILE has one resource a line; blank lines and what follows a # are skipped. \"-\" or nothing is stdin. A report of an earlier run is recognised.",
			"The first Ctrl-C (or SIGTERM) drains: no call starts any more, those in flight finish, journal and report are completed, and the way to resume is printed. The second one stops at once: what was in flight then has an unknown outcome.",
		},
		examples: []string{
			"untag run -plan -service tag -keys team,env arns.txt",
			"untag run -service tag -keys team,env arns.txt",
			"untag run -live -service tag -keys team,env -journal team.journal \\",
			"    -report team.csv -report team.html arns.txt",
			"untag run -live -service tag -keys team,env -retry team.csv \\",
			"    -report team-2.csv",
			"untag run -plan -service ecs -region cn-hangzhou -resource-type instance \\",
			"    -all -column InstanceId instances.csv",
			"list-arns | untag run -live -yes -service tag -keys temporary",
		},
		define: defineRun,
	}
}

func defineRun(f *flags) action {
	o := &runOptions{patience: giveUpAfter}
	var name, retry string
	var keys []string
	f.group("WHAT")
	f.text(&name, "service", "SERVICE", "tag (resources of any service, as ARNs), ecs, vpc (VPC IPAM) or resourcesharing (resources by ID)", "tag", "ecs", "vpc", "resourcesharing")
	f.text(&o.region, "region", "REGION", "where the resources are; for tag: of ARNs that name no region")
	f.text(&o.resourceType, "resource-type", "TYPE", "ecs: instance, disk, image …; vpc: IPAM, IPAMSCOPE, IPAMPOOL; not for tag")
	f.texts(&keys, "keys", "K1,K2", "the keys to remove, any number; may be repeated. A key with a comma is quoted as in CSV")
	f.yes(&o.all, "all", "remove every tag instead; not for tag")
	f.group("FROM WHICH RESOURCES")
	f.text(&o.column, "column", "NAME", "FILE is CSV with a header, and the resources are in this column (comma, semicolon or tab between cells)")
	f.text(&retry, "retry", "REPORT", "a .csv or .jsonl report of an earlier run of the same job: only what is not done is tried again")
	o.writes(f)
	f.yes(&o.unasked, "no-whoami", "do not ask STS whose the credentials are, for networks without a way to it; needs -account, which nobody compares then")
	f.group("HOW")
	f.yes(&o.plan, "plan", "make no call, print what would be done")
	f.whole(&o.concurrency, "concurrency", "calls in flight; otherwise as the service keeps up with", 0, 4096)
	f.yes(&o.unordered, "unordered", "take outcomes as they come, not in the order of the input")
	f.duration(&o.patience, "give-up", "TIME", "end a run of which nothing has passed for so long (four times as long where it is throttled); otherwise 30s; 0s: never")
	f.group("RECORDS")
	f.text(&o.journal, "journal", "FILE", "record every outcome as it comes. The same command with the same journal resumes: it leaves out what is done. A crash at any moment loses nothing")
	f.texts(&o.reports, "report", "FILE", ".csv, .jsonl or .html, may be repeated. Rows of .csv and .jsonl are written as outcomes come, into FILE.partial, which gets its name when it names every resource. Cells that a spreadsheet would take for a formula begin with a quote, which -retry takes off")
	return o.action(f, &name, &retry, &keys)
}

// check says all that is wrong, at once.
func (o *runOptions) check(given func(string) bool, name, retry string, keys, files []string) error {
	var wrong problems
	o.input = strings.Join(files, " ")
	if len(files) > 1 {
		wrong.add("%s files of resources: name one, and join several with cat", number(len(files)))
	}
	if retry != "" {
		if o.input != "" {
			wrong.add("-retry %s and the file %s: the report names the resources, so leave the file out", retry, o.input)
		}
		o.input, o.retry = retry, true
	}
	o.keys = wrong.readKeys(keys)
	if name == "" {
		wrong.add("-service is missing: choose tag, ecs, vpc or resourcesharing")
		return wrong.err()
	}
	if o.service = serviceByFlag(name); o.service == nil {
		wrong.add("-service %s: choose tag, ecs, vpc or resourcesharing", clean(name, 40))
		return wrong.err()
	}
	o.checkWhat(&wrong, given)
	if o.yes && !o.live {
		wrong.add("-yes without -live: nothing is sent without -live; add it for real work, or leave -yes out for a rehearsal")
	}
	if o.endpoint != "" && !o.live {
		wrong.add("-endpoint without -live: a rehearsal calls no endpoint")
	}
	if o.unasked && o.account == "" {
		wrong.add("-account is missing: with -no-whoami say whose resources these are")
	}
	o.checkFiles(&wrong)
	return wrong.err()
}

var typeExamples = map[string]string{
	"ecs": "-resource-type instance (or disk, image, snapshot, securitygroup, eni …)",
	"vpc": "-resource-type IPAM (or IPAMSCOPE, IPAMPOOL)",
}

// checkWhat checks what is removed from which kind of resource.
func (o *runOptions) checkWhat(wrong *problems, given func(string) bool) {
	if o.service.byARN {
		if o.resourceType != "" {
			wrong.add("-resource-type %s: the ARNs of -service tag say their own type; leave it out", o.resourceType)
		}
		if o.all {
			wrong.add("-all: the Tag service cannot remove all tags; name them with -keys")
		}
	} else {
		if o.region == "" {
			wrong.add("-region is missing: say where the resources are, such as -region cn-hangzhou")
		}
		if o.resourceType == "" {
			o.resourceType = o.service.defaultType
		}
		if o.resourceType == "" {
			wrong.add("-resource-type is missing: say what the resources are, such as %s", typeExamples[o.service.flag])
		}
	}
	switch {
	case o.all && len(o.keys) > 0:
		wrong.add("-all and -keys: -all removes every tag, -keys only those named; choose one")
	case !o.all && !given("keys"):
		wrong.add("-keys is missing: name the tag keys to remove, such as -keys team,cost-center")
	}
}

// checkFiles sees to it that no file is written over that holds something.
func (o *runOptions) checkFiles(wrong *problems) {
	for i, path := range o.reports {
		switch {
		case reportKinds[strings.ToLower(filepath.Ext(path))] == nil:
			wrong.add("-report %s: the name must end in .csv, .jsonl or .html, which says what to write", path)
		case slices.ContainsFunc(o.reports[:i], func(other string) bool { return sameFile(path, other) }):
			wrong.add("-report %s is given twice", path)
		case sameFile(path, o.journal):
			wrong.add("-report and -journal are both %s; they are files of different kinds", path)
		case o.retry && sameFile(path, o.input):
			wrong.add("-report %s is the report to retry from: it would lose the proof of what was done. Choose a new name", path)
		case sameFile(path, o.input) || sameFile(path+partial, o.input):
			wrong.add("-report %s is the list of resources, which it would write over. Choose a new name", path)
		case !isOurs(path):
			wrong.add("-report %s: there is a file of that name that is no report of untag. Choose a new name, or move it away", path)
		}
	}
	if sameFile(o.journal, o.input) {
		wrong.add("-journal %s is also the list of resources; a journal is a file of its own", o.journal)
	}
}

// sameFile tells whether two names lead to one file, links taken into account.
func sameFile(a, b string) bool {
	if a == "" || b == "" || b == "-" {
		return false
	}
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	first, err := os.Stat(a)
	second, wrong := os.Stat(b)
	if err == nil && wrong == nil {
		return os.SameFile(first, second)
	}
	absolute, err := filepath.Abs(a)
	other, wrong := filepath.Abs(b)
	return err == nil && wrong == nil && absolute == other
}

// config is the client's configuration. Only -live leads out of this machine.
func (o *runOptions) config() untag.Config {
	if !o.live {
		return o.rehearsalAccount()
	}
	config := o.connection.config()
	config.Region = o.region
	return config
}
