package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// options are what the flags say.
type options struct {
	addr, number, id, secret, token, file string
	any                                   bool
	resources                             []untagtest.Resource
	quotas                                map[untagtest.Service]float64
}

func (o *options) parse(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:0", "where to listen; port 0: any free one")
	flags.StringVar(&o.number, "account", "1234567890123456", "the number of the account")
	flags.StringVar(&o.id, "access-key-id", "", "an access key ID that requests may use")
	flags.StringVar(&o.secret, "access-key-secret", "", "its secret")
	flags.StringVar(&o.token, "security-token", "", "the token of temporary credentials; empty: a permanent key")
	flags.BoolVar(&o.any, "any-resource", false, "every well-formed resource exists")
	flags.StringVar(&o.file, "resources", "", "a file of resources with tags, in JSON Lines")
	flags.Func("resource", "the ARN of a resource that exists; may be repeated", func(value string) error {
		arn, err := tag.ParseARN(value)
		if err == nil {
			o.resources = append(o.resources, untagtest.Resource{Product: arn.Product, Region: strings.Trim(arn.Region, "*"), Type: arn.ResourceType, ID: arn.ResourceID})
		}
		return err
	})
	o.quotas = make(map[untagtest.Service]float64)
	flags.Func("quota", "calls a second that each action of a service may have in a region, such as tag=100; may be repeated", func(value string) error {
		service, text, _ := strings.Cut(value, "=")
		rate, err := strconv.ParseFloat(text, 64)
		switch of := untagtest.Service(service); {
		case err != nil || !(rate > 0):
			return errors.New("want SERVICE=CALLS, such as tag=100")
		case !slices.Contains(untagtest.Services(), of):
			return fmt.Errorf("there is no service %q: want one of %q", service, untagtest.Services())
		default:
			o.quotas[of] = rate
			return nil
		}
	})
	err := flags.Parse(args)
	switch {
	case err != nil:
		return err
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected arguments %q", flags.Args())
	case o.id == "" || o.secret == "":
		err = errors.New("-access-key-id and -access-key-secret are required")
	case strings.Trim(o.number, "0123456789") != "" || o.number == "" || len(o.number) > 20:
		err = errors.New("-account wants a number")
	}
	if err != nil {
		fmt.Fprintln(stderr, "simulator:", err)
	}
	return err
}

// account makes the account that the flags describe.
func (o *options) account() (*untagtest.Cloud, error) {
	cloud := untagtest.NewAccount(o.number)
	cloud.KeepCalls(0)
	cloud.AllowKey(o.id, o.secret, o.token)
	if o.any {
		cloud.AllowAnyResource()
	}
	for service, rate := range o.quotas {
		cloud.SetQuota(service, rate, 1)
	}
	cloud.Put(o.resources...)
	if o.file == "" {
		return cloud, nil
	}
	file, err := os.Open(o.file)
	if err != nil {
		return nil, err
	}
	_, err = cloud.Load(file)
	return cloud, errors.Join(err, file.Close())
}
