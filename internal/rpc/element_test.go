package rpc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestElement(t *testing.T) {
	t.Parallel()
	root, err := parseXML([]byte("<?xml version=\"1.0\"?>\n<ListResponse xmlns=\"x\"> a <b>&lt;1&gt;</b><B>2</B><c><d/><d> e\n</d></c><!-- no --> z </ListResponse>\n"))
	require.NoError(t, err)
	assert.True(t, root.Is("listresponse"))
	assert.Equal(t, "a  z", root.Value())
	assert.Equal(t, "<1>", root.Text("B"), "the first that has a text, in any case")
	assert.Equal(t, "e", root.Child("C").Text("d"))
	assert.Len(t, root.Child("c").Children(), 2)
	assert.Nil(t, root.Child("d"))
	assert.Empty(t, root.Text("d"))
}

func TestElementRefuses(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"nothing":         "",
		"text":            "a",
		"two roots":       "<a/><b/>",
		"text around it":  "<a/>b",
		"an open element": "<a><b></b>",
		"crossed":         "<a><b></a></b>",
		"invalid UTF-8":   "<a>\xff</a>",
		"too deep":        strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100),
		"an entity":       `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`,
	} {
		_, err := parseXML([]byte(in))
		assert.Error(t, err, name)
	}
}
