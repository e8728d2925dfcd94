package listing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
)

func TestMergeTags(t *testing.T) {
	t.Parallel()
	a := []untag.Tag{{Key: "k", Value: "1"}, {Key: "l", Value: "2"}}
	got := listing.MergeTags(a[:2:2], []untag.Tag{{Key: "m", Value: "3"}, {Key: "k", Value: "new"}, {Key: "K", Value: "4"}})
	assert.Equal(t, []untag.Tag{{Key: "k", Value: "new"}, {Key: "l", Value: "2"}, {Key: "m", Value: "3"}, {Key: "K", Value: "4"}}, got)
	assert.Equal(t, -1, listing.IndexOfKey(nil, "k"))
}
