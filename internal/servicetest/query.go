package servicetest

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// FieldsOf reads the fields of a request from its parameters, as net/url decodes them: a golden request says by itself
// which request makes it.
func FieldsOf(t *testing.T, query string) Fields {
	t.Helper()
	values, err := url.ParseQuery(query)
	require.NoError(t, err)
	fields := make(Fields)
	for name, field := range map[string]string{
		"RegionId": "Region", "ResourceType": "ResourceType", "NextToken": "NextToken", "Key": "Key", "AcceptLanguage": "AcceptLanguage",
		"ProductCode": "Product", "ResourceTye": "ResourceType", "SupportCode": "Support", "Status": "Status",
		"TagFilter.Key": "Key", "TagFilter.Value": "Value",
	} {
		if values.Has(name) {
			fields[field] = values.Get(name)
		}
	}
	for _, name := range []string{"PageSize", "MaxResults", "MaxResult"} {
		if values.Has(name) {
			size, err := strconv.Atoi(values.Get(name))
			require.NoError(t, err)
			fields["PageSize"] = size
		}
	}
	for name, field := range map[string]string{"ResourceId": "Resources", "ResourceARN": "Resources", "TagKey": "TagKeys", "SettingName": "SettingNames"} {
		if list := numbered(values, name, ""); len(list) > 0 {
			fields[field] = list
		}
	}
	fields["All"], fields["ShowItems"] = values.Get("All") == "true", values.Get("ShowItems") == "true"
	fields["System"] = strings.EqualFold(values.Get("Category"), "All")
	fields["Prefix"], fields["Preset"] = values.Get("FuzzyType") == "PREFIX", values.Get("QueryType") == "MetaTag"
	keys := numbered(values, "Tag", ".Key")
	tags, filters := make([]untag.Tag, 0, len(keys)), make([]untag.TagFilter, 0, len(keys))
	for i, key := range keys {
		name := "Tag." + strconv.Itoa(i+1) + ".Value"
		tags = append(tags, untag.Tag{Key: key, Value: values.Get(name)})
		filters = append(filters, untag.TagFilter{Key: key, Value: values.Get(name), AnyValue: !values.Has(name)})
	}
	if values.Has("Tags") {
		tags = orderedObject(t, values.Get("Tags"))
	}
	if len(tags) > 0 {
		fields["Tags"], fields["Filters"] = tags, filters
	}
	return fields
}

func numbered(values url.Values, prefix, suffix string) []string {
	var list []string
	for n := 1; values.Has(prefix + "." + strconv.Itoa(n) + suffix); n++ {
		list = append(list, values.Get(prefix+"."+strconv.Itoa(n)+suffix))
	}
	return list
}

// orderedObject reads a JSON object of texts in its order.
func orderedObject(t *testing.T, text string) []untag.Tag {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	var words []string
	for {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		if word, ok := token.(string); ok {
			words = append(words, word)
		}
	}
	require.Zero(t, len(words)%2, text)
	var tags []untag.Tag
	for i := 0; i < len(words); i += 2 {
		tags = append(tags, untag.Tag{Key: words[i], Value: words[i+1]})
	}
	return tags
}
