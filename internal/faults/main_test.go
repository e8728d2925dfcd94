package faults_test

import (
	"flag"
	"io"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	zlog "github.com/rs/zerolog/log"
	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write MATRIX.md instead of comparing it")

func TestMain(m *testing.M) {
	flag.Parse()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"} {
		_ = os.Unsetenv(name)
		_ = os.Unsetenv(strings.ToLower(name))
	}
	// Most of the tests wait much more than they compute.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("80")
	}
	zlog.Logger = zerolog.Nop() // toxiproxy's; and Go's own, which it writes to as well
	log.SetOutput(io.Discard)
	// toxiproxy leaves some of its own goroutines behind when both ends of a connection break.
	const link, stub = "github.com/Shopify/toxiproxy/v2.(*ToxicLink).", "github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub)."
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction(link+"read"), goleak.IgnoreAnyFunction(link+"write"), goleak.IgnoreAnyFunction(stub+"Run"))
}
