package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/untag-go/untag"
)

// options is what the flags say.
type options struct {
	service              *service // nil: the demo
	region, resourceType string
	keys                 []string
	all                  bool
	input                string // a file, "-" or "": stdin
	retry                bool   // the input must be a report
	column               string
	concurrency          int
	rate                 float64
	unordered            bool
	journal, account     string
	reports              []string
	plan, live, yes      bool
	endpoint             string
	demoResources        int
}

const demoResources = 100_000

// parseOptions reads flags and files in any order. Its error lists all that is wrong, a line each.
func parseOptions(args []string) (options, error) {
	var o options
	var name, retry string
	var keys []string
	flags := flag.NewFlagSet("bulkuntag", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&name, "service", "", "")
	flags.StringVar(&o.region, "region", "", "")
	flags.StringVar(&o.resourceType, "resource-type", "", "")
	flags.Func("keys", "", func(value string) error { keys = append(keys, value); return nil })
	flags.BoolVar(&o.all, "all", false, "")
	flags.StringVar(&o.column, "column", "", "")
	flags.StringVar(&retry, "retry", "", "")
	flags.IntVar(&o.concurrency, "concurrency", 0, "")
	flags.Float64Var(&o.rate, "rate", 0, "")
	flags.BoolVar(&o.unordered, "unordered", false, "")
	flags.StringVar(&o.journal, "journal", "", "")
	flags.StringVar(&o.account, "account", "", "")
	flags.Func("report", "", func(value string) error { o.reports = append(o.reports, value); return nil })
	flags.BoolVar(&o.plan, "plan", false, "")
	flags.BoolVar(&o.live, "live", false, "")
	flags.BoolVar(&o.yes, "yes", false, "")
	flags.StringVar(&o.endpoint, "endpoint", "", "")
	flags.IntVar(&o.demoResources, "resources", demoResources, "")
	var files []string
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return o, err
		}
		if args = flags.Args(); len(args) > 0 {
			files, args = append(files, args[0]), args[1:]
		}
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })

	var wrong problems
	o.input = strings.Join(files, " ")
	if len(files) > 1 {
		wrong.add("%d files of resources: %q; name one, and join several with cat", len(files), files)
	}
	if retry != "" {
		if o.input != "" {
			wrong.add("-retry %s and the file %s: the report names the resources, so leave the file out", retry, o.input)
		}
		o.input, o.retry = retry, true
	}
	o.keys = wrong.readKeys(keys)
	o.service = serviceByFlag(name)
	switch {
	case o.service != nil:
		o.checkService(&wrong, given)
	case name != "":
		wrong.add("-service %q is none; choose tag, ecs, vpc or resourcesharing", name)
	default:
		checkDemo(&wrong, given, o.input)
	}
	o.checkCommon(&wrong)
	return o, wrong.err()
}

// checkService checks the flags of real work.
func (o *options) checkService(wrong *problems, given map[string]bool) {
	s := o.service
	if given["resources"] {
		wrong.add("-resources is the size of the demo; a job with -service takes its resources from a file or stdin")
	}
	if s.byARN {
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
			o.resourceType = s.defaultType
		}
		if o.resourceType == "" {
			wrong.add("-resource-type is missing: say what the resources are, such as %s", typeExamples[s.flag])
		}
	}
	switch {
	case o.all && len(o.keys) > 0:
		wrong.add("-all and -keys: -all removes every tag, -keys only those named; choose one")
	case !o.all && !given["keys"]:
		wrong.add("-keys is missing: name the tag keys to remove, such as -keys team,cost-center%s", map[bool]string{false: ", or say -all for every tag"}[s.byARN])
	}
	if o.yes && !o.live {
		wrong.add("-yes without -live: nothing is sent without -live; add it for real work, or leave -yes out for a rehearsal")
	}
	if o.live && o.journal != "" && o.account == "" {
		wrong.add("-account is missing: with -journal say whose resources these are, so that no other account's run can resume it")
	}
	if o.endpoint != "" && !o.live {
		wrong.add("-endpoint without -live: a rehearsal calls no endpoint")
	}
}

var typeExamples = map[string]string{
	"ecs": "-resource-type instance (or disk, image, snapshot, securitygroup, eni …)",
	"vpc": "-resource-type IPAM (or IPAMSCOPE, IPAMPOOL)",
}

// checkDemo checks that no flag of real work was given: who forgets -service must not be shown a demo instead.
func checkDemo(wrong *problems, given map[string]bool, input string) {
	if input != "" {
		wrong.add("-service is missing: say whose resources %s lists, with -service tag, ecs, vpc or resourcesharing", input)
		return
	}
	for _, name := range []string{"region", "resource-type", "keys", "all", "column", "plan", "live", "yes", "endpoint", "account"} {
		if given[name] {
			wrong.add("-%s without -service: say -service tag, ecs, vpc or resourcesharing; without it this is the demo, which needs no flag", name)
			return
		}
	}
}

func (o *options) checkCommon(wrong *problems) {
	if o.concurrency < 0 || o.concurrency > 4096 {
		wrong.add("-concurrency %d: between 1 and 4096 calls can be in flight; 0 is 8", o.concurrency)
	}
	if math.IsNaN(o.rate) || math.IsInf(o.rate, 0) {
		wrong.add("-rate %v: is no number of calls a second", o.rate)
	}
	if o.demoResources < 10 || o.demoResources > 10_000_000 {
		wrong.add("-resources %d: the demo takes 10 to 10,000,000", o.demoResources)
	}
	for i, path := range o.reports {
		if _, ok := reportKinds[strings.ToLower(filepath.Ext(path))]; !ok {
			wrong.add("-report %s: the name must end in .csv, .jsonl or .html, which says what to write", path)
		}
		if slices.Contains(o.reports[:i], path) {
			wrong.add("-report %s is given twice", path)
		}
		if path == o.journal {
			wrong.add("-report and -journal are both %s; they are files of different kinds", path)
		}
	}
	if o.journal != "" && o.journal == o.input {
		wrong.add("-journal %s is also the list of resources; a journal is a file of its own", o.journal)
	}
}

// config is the client's configuration. Only -live leads out of this machine.
func (o *options) config() untag.Config {
	if !o.live {
		return rehearsalAccount(o)
	}
	return untag.Config{Region: o.region, Endpoint: o.endpoint, Rate: o.rate, UserAgent: "bulkuntag"}
}

// problems collects what is wrong with the flags.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p *problems) err() error {
	if len(*p) == 0 {
		return nil
	}
	return errors.New(strings.Join(*p, "\n  "))
}

// readKeys reads lists such as `team,cost-center`. A key with a comma is quoted as in CSV: `"a,b",c`.
func (p *problems) readKeys(lists []string) []string {
	var keys []string
	for _, list := range lists {
		fields, err := csv.NewReader(strings.NewReader(list)).Read()
		if err != nil && !errors.Is(err, io.EOF) || strings.ContainsAny(list, "\r\n") {
			p.add("-keys %q: is no list of keys with commas between them; quote a key that holds a comma or a quote as in CSV", list)
			continue
		}
		if len(fields) == 0 {
			p.add(`-keys "": names no key`)
		}
		for _, key := range fields {
			switch {
			case key == "":
				p.add("-keys %q: there is an empty key between the commas", list)
			case strings.TrimSpace(key) != key:
				p.add("-keys %q: the key %q begins or ends with a space; leave it out", list, key)
			}
		}
		keys = append(keys, fields...)
	}
	return keys
}
