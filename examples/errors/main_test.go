package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	assert.Equal(t, `A bucket that exists:
done: the service confirmed it
No ARN, by mistake:
invalid: nothing was sent; mend the request
  field ResourceARNs[0]: does not start with arn:acs:
One bucket that exists and one that does not:
partial: the resources that are not named are done
  arn:acs:oss:*:*:bucket/gone is gone: true
An account that is somebody else's:
refused: the service found a parameter wrong that the SDK could not judge
  code InvalidResourceARN.Account, HTTP 400, request ID 00000000-0000-5000-8000-000000000003
Too many calls:
throttled: nothing was changed; the retries are used up, come back later
  code Throttling.User, HTTP 400, request ID 00000000-0000-5000-8000-000000000004
No permission:
denied: ask for the permission; a retry does not help
  code Forbidden.RAM, HTTP 403, request ID 00000000-0000-5000-8000-000000000005
Not found, as the whole answer:
not found: the resource does not exist in this region and account
  code InvalidResourceId.NotFound, HTTP 404, request ID 00000000-0000-5000-8000-000000000006
A broken connection:
unknown: a request was sent and no verdict came; repeat it, that is safe
`, out.String())
}
