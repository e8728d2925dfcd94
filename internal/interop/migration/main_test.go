package migration_test

import (
	"flag"
	"io"
	"log"
	"os"
	"runtime"
	"testing"
)

var update = flag.Bool("update", false, "write the regions into the pages")

func TestMain(m *testing.M) {
	flag.Parse()
	for _, name := range []string{
		"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
		"ALIBABA_CLOUD_CREDENTIALS_FILE", "ALIBABA_CLOUD_PROFILE", "ALIBABA_CLOUD_ECS_METADATA", "ALIBABA_CLOUD_CREDENTIALS_URI",
		"ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_SECURITY_TOKEN",
		"ALIBABA_CLOUD_STS_REGION", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "ALIBABA_CLOUD_USER_AGENT",
	} {
		_ = os.Unsetenv(name)
	}
	_ = os.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", accessKeyID)
	_ = os.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", accessKeySecret)
	log.SetFlags(0)
	log.SetOutput(io.Discard)
	if runtime.GOOS == "linux" { // elsewhere Go takes its root certificates from the system
		world = newNetwork()
		_ = os.Setenv("SSL_CERT_FILE", world.certificate)
		_ = os.Setenv("HTTP_PROXY", world.proxy)
		_ = os.Setenv("HTTPS_PROXY", world.proxy)
	}
	code := m.Run()
	if world != nil {
		world.close()
	}
	os.Exit(code)
}
