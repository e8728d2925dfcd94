// Package dev has a Temporal server in the program itself, with its state in a file: for a first try of package
// untagtemporal, and for its tests. For production, run the server apart, on MySQL or PostgreSQL.
package dev

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/metrics"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"

	"github.com/untag-go/untag/untagtemporal"
)

// Namespace is the only namespace of the server. It has the search attributes of package untagtemporal.
const Namespace = "default"

const loopback = "127.0.0.1"

// Server is a Temporal server that listens on the loopback interface alone.
type Server struct {
	server  temporal.Server
	Address string // host and port of the frontend
}

// Start starts a server whose state is in the folder dir, which is made if it does not exist. Port is that of the frontend;
// 0: a free one. A server that was killed goes on where it was.
func Start(dir string, port int) (*Server, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	settings, err := configuration(filepath.Join(dir, "temporal.db"), port)
	if err != nil {
		return nil, err
	}
	if err := prepare(settings); err != nil {
		return nil, fmt.Errorf("prepare the database: %w", err)
	}
	claims, err := authorization.GetClaimMapperFromConfig(&settings.Global.Authorization, log.NewNoopLogger())
	if err != nil {
		return nil, err
	}
	server, err := temporal.NewServer(
		temporal.WithConfig(settings), temporal.ForServices(temporal.DefaultServices), temporal.WithLogger(log.NewNoopLogger()),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithStaticHosts(hostsOf(settings)),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claims }),
	)
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	return &Server{server, settings.PublicClient.HostPort}, nil
}

// hostsOf says where the services of the server are. Otherwise a server would look for those of one that was killed, whose
// ports are in its state, for most of a minute before it gave them up.
func hostsOf(settings *config.Config) map[primitives.ServiceName]static.Hosts {
	hosts := make(map[primitives.ServiceName]static.Hosts)
	for name, service := range settings.Services {
		hosts[primitives.ServiceName(name)] = static.SingleLocalHost(fmt.Sprintf("%s:%d", loopback, service.RPC.GRPCPort))
	}
	return hosts
}

// Stop stops the server.
func (s *Server) Stop() error { return s.server.Stop() }

// prepare makes the tables and the namespace, if they are not there.
func prepare(settings *config.Config) error {
	database := settings.Persistence.DataStores[sqliteplugin.PluginName].SQL
	if _, err := os.Stat(database.DatabaseName); errors.Is(err, fs.ErrNotExist) {
		if err := sqlite.SetupSchema(database); err != nil {
			return err
		}
	}
	namespace, err := sqlite.NewNamespaceConfig(settings.ClusterMetadata.CurrentClusterName, Namespace, false, untagtemporal.SearchAttributes())
	if err != nil {
		return err
	}
	return sqlite.CreateNamespaces(database, namespace)
}

func configuration(file string, port int) (*config.Config, error) {
	ports, err := freePorts(9)
	if err != nil {
		return nil, err
	}
	if port != 0 {
		ports[0] = port
	}
	frontend := fmt.Sprintf("%s:%d", loopback, ports[0])
	service := func(i int) config.Service {
		return config.Service{RPC: config.RPC{GRPCPort: ports[i], MembershipPort: ports[i+4], BindOnLocalHost: true}}
	}
	return &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback},
			Metrics:    &metrics.Config{Prometheus: &metrics.PrometheusConfig{ListenAddress: fmt.Sprintf("%s:%d", loopback, ports[8]), HandlerPath: "/metrics"}},
		},
		Persistence: config.Persistence{
			DefaultStore: sqliteplugin.PluginName, VisibilityStore: sqliteplugin.PluginName, NumHistoryShards: 1,
			DataStores: map[string]config.DataStore{sqliteplugin.PluginName: {SQL: &config.SQL{
				PluginName: sqliteplugin.PluginName, DatabaseName: file,
				ConnectAttributes: map[string]string{"mode": "rwc", "_journal_mode": "wal", "_synchronous": "normal"},
			}}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: "active", CurrentClusterName: "active",
			ClusterInformation: map[string]cluster.ClusterInformation{
				"active": {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			"frontend": service(0), "history": service(1), "matching": service(2), "worker": service(3),
		},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		PublicClient: config.PublicClient{HostPort: frontend},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
	}, nil
}

// freePorts returns ports that nobody listens on at the moment.
func freePorts(n int) ([]int, error) {
	var config net.ListenConfig
	ports := make([]int, n)
	for i := range ports {
		listener, err := config.Listen(context.Background(), "tcp", loopback+":0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = listener.Close() }() // all are held until the last is known, so that none comes twice
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}
