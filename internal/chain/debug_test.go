package chain_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDebugPrintsNothing goes through all sources in a process with DEBUG=credential, by which credentials-go prints headers
// with tokens when it is the one that asks.
func TestDebugPrintsNothing(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestSourcesAndModes$", "-test.v")
	cmd.Env = append(os.Environ(), "DEBUG=credential")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestSourcesAndModes/CloudSSO")
	for _, secret := range []string{canaryID, canarySecret, canaryToken, canaryAccess, issuedID, issuedSecret, issuedToken, "metadata-token"} {
		assert.NotContains(t, string(out), secret)
	}
}
