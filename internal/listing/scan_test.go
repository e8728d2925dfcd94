package listing_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/internal/listing"
)

// scanRows reads rows the fast way.
func scanRows(data string) (rows []row, ok bool) {
	ok = listing.Scan([]byte(data), "TagResource", func(s *listing.Scanner) {
		var own row
		s.Object(func(name []byte) bool {
			switch {
			case s.Is(name, "ResourceId"):
				own.ResourceID = s.String("i-1")
			case s.Is(name, "TagKey"):
				own.TagKey = s.String("")
			default:
				return false
			}
			return true
		})
		rows = append(rows, own)
	})
	return rows, ok
}

func TestScan(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		list string
		want []row // nil: it gives up
	}{
		{`[]`, []row{}},
		{`{}`, []row{}},
		{`{"TagResource":[]}`, []row{}},
		{`[{"ResourceId":"i-1","TagKey":"k"},{"TagKey":"空","ResourceId":"i-2"}]`, []row{{"i-1", "k"}, {"i-2", "空"}}},
		{"{ \"TagResource\" :\n[ { \"ResourceId\" : \"i-1\" , \"TagKey\":\t\"k\" } ]\r}", []row{{"i-1", "k"}}},
		{`[{"More":{"x":["}",1,-2.5e3,null,true]},"ResourceId":"i-1","Last":false}]`, []row{{"i-1", ""}}},
		{`[{"ResourceId":"\u0069-1","TagKey":"a\"b\\"}]`, []row{{"i-1", `a"b\`}}},
		{"[{\"ResourceId\":\"i-1\",\"TagKey\":\"\xFF\"}]", []row{{"i-1", "\uFFFD"}}},
		{`[{"ResourceId":"a","ResourceId":"b"}]`, []row{{"b", ""}}},
		{`[{"resourceid":"i-1"}]`, nil},
		{`[{"Resource\u0049d":"i-1"}]`, nil},
		{`[{"ResourceId":null}]`, nil},
		{`[{"ResourceId":7}]`, nil},
		{`[null]`, nil},
		{`["i-1"]`, nil},
		{`{"TagResource":{"ResourceId":"i-1"}}`, nil},
		{`{"Other":[]}`, nil},
		{`null`, nil},
		{`""`, nil},
		{`7`, nil},
	} {
		t.Run(test.list, func(t *testing.T) {
			t.Parallel()
			assert.True(t, json.Valid([]byte(test.list)))
			rows, ok := scanRows(test.list)
			assert.Equal(t, test.want != nil, ok)
			if ok {
				assert.ElementsMatch(t, test.want, rows)
			}
		})
	}
}
