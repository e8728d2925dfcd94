package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"

	"go.temporal.io/sdk/client"

	"github.com/untag-go/untag/untagtemporal"
	"github.com/untag-go/untag/untagtemporal/dev"
)

// serverFlags say where the Temporal server is.
type serverFlags struct {
	address, namespace     string
	tls                    bool
	ca, certificate, keyOf string
	store, queue           string
}

func (s *serverFlags) flags(flags *flag.FlagSet) {
	flags.StringVar(&s.address, "address", "127.0.0.1:7233", "`host:port` of the Temporal server")
	flags.StringVar(&s.namespace, "namespace", dev.Namespace, "`namespace` there")
	flags.BoolVar(&s.tls, "tls", false, "connect over TLS")
	flags.StringVar(&s.ca, "tls-ca", "", "`file` of the certificate authority; empty: those of the system")
	flags.StringVar(&s.certificate, "tls-cert", "", "`file` of the client's certificate")
	flags.StringVar(&s.keyOf, "tls-key", "", "`file` of the client's key")
	flags.StringVar(&s.store, "store", "untag-store", "`directory` of slices and outcomes, which all workers share")
	flags.StringVar(&s.queue, "queue", untagtemporal.DefaultTaskQueue, "task `queue`")
}

func (s *serverFlags) dial() (client.Client, error) {
	options := client.Options{HostPort: s.address, Namespace: s.namespace, Logger: quiet{}}
	if s.tls {
		config, err := s.tlsConfig()
		if err != nil {
			return nil, err
		}
		options.ConnectionOptions.TLS = config
	}
	c, err := client.Dial(options)
	if err != nil {
		return nil, fmt.Errorf("no Temporal server at %s (untagjob dev starts one): %w", s.address, err)
	}
	return c, nil
}

func (s *serverFlags) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.ca != "" {
		pem, err := os.ReadFile(s.ca)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", s.ca)
		}
	}
	if (s.certificate == "") != (s.keyOf == "") {
		return nil, errors.New("-tls-cert and -tls-key go together")
	}
	if s.certificate != "" {
		pair, err := tls.LoadX509KeyPair(s.certificate, s.keyOf)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// quiet is a logger that says nothing: what a person needs to know is in the status of a job.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
