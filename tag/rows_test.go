package tag_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestListShapes(t *testing.T) {
	t.Parallel()
	full := tag.ListTagResourcesResponse{RequestID: "r", NextToken: "t", Resources: []tag.TaggedResource{
		{ResourceARN: instances + "1", Tags: []untag.Tag{{Key: "team", Value: "a"}, {Key: "空", Value: ""}}},
		{ResourceARN: instances + "2", Tags: []untag.Tag{{Key: "k", Value: " v "}, {Key: "acs:x", Value: "y", System: true}}},
	}}
	rows := `{"ResourceARN":"` + instances + `1","Tags":[{"Key":"team","Value":"a","Category":"Custom"},{"Key":"空","Value":"","Category":"Custom"}]},
		{"ResourceARN":"` + instances + `2","Tags":[{"Key":"k","Value":" v ","Category":"Custom"},{"Category":"System","Key":"acs:x","Value":"y"}]}`
	none := tag.ListTagResourcesResponse{RequestID: "r"}
	for _, test := range []struct {
		name, answer string
		want         *tag.ListTagResourcesResponse // nil: refused
	}{
		{"documented", `{"RequestId":"r","NextToken":"t","TagResources":[` + rows + `]}`, &full},
		{"in an object", `{"RequestId":"r","NextToken":"t","TagResources":{"TagResource":[` + rows + `]}}`, &full},
		{"tags in an object", `{"RequestId":"r","NextToken":"t","TagResources":[` + strings.NewReplacer(`"Tags":[`, `"Tags":{"Tag":[`, `]}`, `]}}`).Replace(rows) + `]}`, &full},
		{"unknown fields", `{"RequestId":"r","NextToken":"t","TotalCount":2,"TagResources":[` + strings.Replace(rows, `{"Key"`, `{"New":[{}],"Key"`, 1) + `]}`, &full},
		{"other letters", `{"requestId":"r","nextToken":"t","tagResources":[` + strings.ReplaceAll(rows, `"Key"`, `"key"`) + `]}`, &full},
		{
			"XML", `<?xml version='1.0' encoding='UTF-8'?><ListTagResourcesResponse><RequestId>r</RequestId><NextToken>t</NextToken>` +
				`<TagResources><ResourceARN>` + instances + `1</ResourceARN><Tags><Key>team</Key><Value>a</Value><Category>Custom</Category></Tags><Tags><Key>空</Key><Value/><Category>Custom</Category></Tags></TagResources>` +
				`<TagResources><ResourceARN>` + instances + `2</ResourceARN><Tags><Key>k</Key><Value> v </Value><Category>Custom</Category></Tags><Tags><Key>acs:x</Key><Value>y</Value><Category>System</Category></Tags></TagResources>` +
				`</ListTagResourcesResponse>`, &full,
		},
		{"empty XML", `<ListTagResourcesResponse><RequestId>r</RequestId><NextToken></NextToken><TagResources/></ListTagResourcesResponse>`, &none},
		{"last page", `{"RequestId":"r","NextToken":"","TagResources":[]}`, &none},
		{"token null, list null", `{"RequestId":"r","NextToken":null,"TagResources":null}`, &none},
		{"nothing", `{"RequestId":"r"}`, &none},
		{"an empty object", `{"RequestId":"r","TagResources":{}}`, &none},
		{"a row without a name", `{"RequestId":"r","TagResources":[{"Tags":[]}]}`, nil},
		{"a null row", `{"RequestId":"r","TagResources":[null]}`, nil},
		{"a map of tags", `{"RequestId":"r","TagResources":[{"ResourceARN":"` + instances + `1","Tags":{"team":"a"}}]}`, nil},
		{"a value that is a number", `{"RequestId":"r","TagResources":[{"ResourceARN":"` + instances + `1","Tags":[{"Key":"k","Value":1.0}]}]}`, nil},
		{"cut off", `{"RequestId":"r","TagResources":[` + rows, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, err := tag.New((&servicetest.Recorder{Answer: test.answer}).Config())
			require.NoError(t, err)
			response, err := client.ListTagResources(t.Context(), tag.ListTagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:*:*:instance/*"}, System: true})
			if test.want == nil {
				require.ErrorIs(t, err, untag.ErrUnavailable)
				assert.Empty(t, response)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, *test.want, response)
		})
	}
}

// bigPage has as many resources as a page may have, each with 20 tags.
func bigPage() []byte {
	var b strings.Builder
	b.WriteString(`{"RequestId":"r","NextToken":"t","TagResources":[`)
	for i := range tag.MaxPageSize {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"ResourceARN":"arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-%d","Tags":[`, i)
		for j := range 20 {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"Key":"key-%d","Value":"值 %d of 中文","Category":"Custom"}`, j, i*j)
		}
		b.WriteString("]}")
	}
	b.WriteString("]}")
	return []byte(b.String())
}

// plainPage is what encoding/json decodes without any care.
type plainPage struct {
	RequestID    string `json:"RequestId"`
	NextToken    string
	TagResources []struct {
		ResourceARN string
		Tags        []struct{ Key, Value, Category string }
	}
}

var pageRequest = tag.ListTagResourcesRequest{Region: "cn-hangzhou", ResourceARNs: []string{"arn:acs:ecs:*:*:instance/*"}}

// TestPageMemory holds that a page takes no more than twice the memory of encoding/json's plain structs, both what is
// allocated on the way and what stays.
func TestPageMemory(t *testing.T) {
	data := bigPage()
	measure := func(decode func() any) (allocated, stays uint64) {
		var before, after, kept runtime.MemStats
		runtime.GC()
		runtime.GC() // the first one leaves what the last measurement made
		runtime.ReadMemStats(&before)
		page := decode()
		runtime.ReadMemStats(&after)
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&kept)
		runtime.KeepAlive(page)
		return after.TotalAlloc - before.TotalAlloc, kept.HeapAlloc - before.HeapAlloc
	}
	allocated, stays := measure(func() any {
		page, err := tag.DecodePage(pageRequest, data)
		require.NoError(t, err)
		return page
	})
	plainAllocated, plainStays := measure(func() any {
		page := new(plainPage)
		require.NoError(t, json.Unmarshal(data, page))
		return page
	})
	runtime.KeepAlive(data)
	t.Logf("allocated %.2f times, stays %.2f times what plain structs take", float64(allocated)/float64(plainAllocated), float64(stays)/float64(plainStays))
	assert.LessOrEqual(t, allocated, 2*plainAllocated)
	assert.LessOrEqual(t, stays, 2*plainStays)
}

// BenchmarkPage decodes a full page and the same page into plain structs, and reports how many times as long it takes.
func BenchmarkPage(b *testing.B) {
	data := bigPage()
	var own, plain time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := tag.DecodePage(pageRequest, data); err != nil {
			b.Fatal(err)
		}
		own += time.Since(start)
		start = time.Now()
		if err := json.Unmarshal(data, new(plainPage)); err != nil {
			b.Fatal(err)
		}
		plain += time.Since(start)
	}
	b.ReportMetric(float64(own)/float64(plain), "times-plain")
}

// scan reads valid JSON the fast way.
func scan(data []byte) ([]tag.TaggedResource, bool) {
	if data = bytes.TrimSpace(data); !json.Valid(data) {
		return nil, false
	}
	return tag.ScanResources(data)
}

func flat(resources []tag.TaggedResource) string {
	return fmt.Sprintf("%#v", append([]tag.TaggedResource{}, resources...))
}

// FuzzListAnswer: whatever is answered, a list is taken only in the documented shapes, and then says what the same bytes
// say in plain structs.
func FuzzListAnswer(f *testing.F) {
	f.Add([]byte(page("t", "1 k=v", "1 l=w", "2")))
	f.Add([]byte(`[{"ResourceARN":"a\u00e9\"","More":[{"x":"]\\"},1.5e3,null],"Tags":[{"Key":"\ud800","Value":"中"}]}, {"Tags" : [ ] }]`))
	f.Add([]byte(`{"TagResource":[{"ResourceARN":"a","ResourceARN":"b","tags":[],"Tags":[],"Tags":[{"Key":"k"}]}]}`))
	f.Add([]byte(`{"TagResources":{"TagResource":{"ResourceARN":"a","Tags":{"Tag":[{"Key":"k"}]}}}}`))
	f.Add([]byte(`{"TagResources":[],"tagresources":[{"ResourceARN":"a","Tags":""}],"NextToken":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if scanned, ok := scan(data); ok {
			decoded, err := tag.DecodeResources(data)
			require.NoError(t, err)
			require.Equal(t, flat(decoded), flat(scanned), "the fast way differs")
		}
		got, err := tag.DecodePage(tag.ListTagResourcesRequest{System: true}, data)
		if err != nil {
			return
		}
		for i, resource := range got.Items {
			require.NotEmpty(t, resource.ResourceARN)
			require.False(t, i > 0 && got.Items[i-1].ResourceARN == resource.ResourceARN, "not merged")
			keys := make(map[string]bool)
			for _, tag := range resource.Tags {
				require.False(t, keys[tag.Key], "a key twice")
				keys[tag.Key] = true
			}
		}
		var plain plainPage
		if json.Unmarshal(data, &plain) == nil && strings.Count(strings.ToLower(string(data)), "tagresources") == 1 {
			require.LessOrEqual(t, len(got.Items), len(plain.TagResources))
			require.Equal(t, len(plain.TagResources) == 0, len(got.Items) == 0)
		}
	})
}
