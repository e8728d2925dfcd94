package byid

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/listing"
)

func TestInByteOrder(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{0, 9, 10, 11, 1, 2, 3, 4, 5, 6, 7, 8}, inByteOrder(12))
	assert.Empty(t, inByteOrder(0))
}

// bigPage has the rows of 1,000 resources with 20 tags.
func bigPage() []byte {
	var b strings.Builder
	b.WriteString(`{"RequestId":"r","TagResources":{"TagResource":[`)
	for i := range 1000 {
		for j := range 20 {
			if i+j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"ResourceId":"i-%d","ResourceType":"instance","TagKey":"key-%d","TagValue":"值 %d"}`, i, j, i*j)
		}
	}
	b.WriteString("]}}")
	return []byte(b.String())
}

// BenchmarkPage decodes a full page and the same page into plain structs, and reports how many times as long it takes.
func BenchmarkPage(b *testing.B) {
	data := bigPage()
	type plainPage struct {
		RequestID    string `json:"RequestId"`
		TagResources struct{ TagResource []row }
	}
	var own, plain time.Duration
	for b.Loop() {
		start := time.Now()
		answer := &listAnswer{request: ListRequest[string]{ResourceType: "instance"}}
		if json.Unmarshal(data, answer) != nil || answer.Check() != nil || len(answer.Page().Items) != 1000 {
			b.Fatal("not decoded")
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

// FuzzRows: the fast way to read rows takes nothing that encoding/json does not read alike.
func FuzzRows(f *testing.F) {
	f.Add([]byte(`[{"ResourceId":"i","ResourceType":"instance","TagKey":"k","TagValue":"v"},{"ResourceId":"i","TagKey":"\u00e9","TagValue":"\"]"}]`))
	f.Add([]byte(`{"TagResource":[{"resourceId":"i","More":{"x":[1,"}"]},"TagKey":null}]}`))
	f.Add([]byte(`{"TagResource":[],"TagResource":[{"ResourceId":"a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if data = bytes.TrimSpace(data); !json.Valid(data) {
			return
		}
		scanned, ok := scanRows(data)
		if !ok {
			return
		}
		var decoded listing.Elements[row]
		require.NoError(t, decoded.UnmarshalJSON(data))
		require.Equal(t, fmt.Sprintf("%q", decoded), fmt.Sprintf("%q", scanned))
	})
}
