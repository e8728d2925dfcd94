package cleanup

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/signature"
)

// TestAmend has an operation that is asked by the service's own names, and a run that goes by the names of tasks.
func TestAmend(t *testing.T) {
	t.Parallel()
	var encoded []string
	op := &bulk.Operation{
		OneRegion: true,
		Place:     func(name string) bulk.Place { return bulk.Place{Region: "cn-other", Key: name} },
		Encode: func(b *bulk.Batch) *signature.Query {
			encoded = b.Resources
			return nil
		},
		Same: func(sent, answered string) bool { return sent == "arn:*" && answered == "arn:1" },
	}
	m := many{Before: func(context.Context, *bulk.Batch) ([]bulk.Change, error) { return nil, nil }}
	m.amend(op)
	require.False(t, op.OneRegion)
	require.Equal(t, bulk.Place{Region: "cn-hangzhou", Key: "arn:* x"}, op.Place("cn-hangzhou arn:* x"))
	b := bulk.Batch{Resources: []string{"cn-hangzhou a", "cn-hangzhou b"}}
	op.Encode(&b)
	require.Equal(t, []string{"a", "b"}, encoded)
	require.Equal(t, []string{"cn-hangzhou a", "cn-hangzhou b"}, b.Resources)
	require.True(t, op.Same("cn-hangzhou arn:*", "arn:1"))
	require.True(t, op.Same("cn-hangzhou x", "x"))
	require.False(t, op.Same("cn-hangzhou x", "y"))
	require.LessOrEqual(t, op.Age+freshFor, 5*time.Second, "from the read to the attempt")
}

func TestKeyParts(t *testing.T) {
	t.Parallel()
	require.Nil(t, keyParts(route{service: untag.ServiceTag}, nil))
	a, b := keyParts(route{service: untag.ServiceTag}, []string{"a", "b"}), keyParts(route{service: untag.ServiceTag}, []string{"ab"})
	require.NotEqual(t, a.ID, b.ID)
	require.Equal(t, []string{"a", "b"}, keysIn(a))
}
