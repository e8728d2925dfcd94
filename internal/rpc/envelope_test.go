package rpc_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// page is the answer of a list: rows, and where the next page begins.
type page struct {
	rpc.Envelope

	Rows      []row
	NextToken string
}

type row struct{ Name, Error string }

func (p *page) FromXML(root *rpc.Element) {
	p.NextToken = root.Text("NextToken")
	for _, child := range root.Children() {
		if child.Is("Rows") {
			p.Rows = append(p.Rows, row{child.Text("Name"), child.Text("Error")})
		}
	}
}

func (p *page) Check() error {
	for _, r := range p.Rows {
		if r.Name == "" {
			return errors.New("a row without a name")
		}
	}
	return nil
}

func (p *page) Scrub(s *rpc.Secrets) {
	for i, r := range p.Rows {
		p.Rows[i] = row{s.Name(r.Name), s.Text(r.Error)}
	}
}

func list(most int) rpc.Call {
	call := request()
	call.Operation = &rpc.Operation{Action: "ListRows", Reads: true, MaxBody: most}
	call.Answer = func() rpc.Answer { return new(page) }
	return call
}

// TestAnswer decodes an operation's own fields. What is in them is no sign of a failure.
func TestAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		rows       []row
		next       string
	}{
		{"JSON", `{"RequestId":"R","NextToken":"n","Rows":[{"Name":"a","Error":"e"},{"Name":" b "}]}`, []row{{"a", "e"}, {" b ", ""}}, "n"},
		{"lower case", `{"requestId":"R","nextToken":"n","rows":[{"name":"a"}]}`, []row{{"a", ""}}, "n"},
		{"nothing but an ID", `{"RequestId":"R"}`, nil, ""},
		{"an empty list", `{"RequestId":"R","Rows":[]}`, nil, ""},
		{"null", `{"RequestId":"R","Rows":null,"NextToken":null}`, nil, ""},
		{"XML", `<ListRowsResponse><RequestId>R</RequestId><Rows><Name>a</Name></Rows><Rows><Name>b</Name><Error>e</Error></Rows><NextToken>n</NextToken></ListRowsResponse>`, []row{{"a", ""}, {"b", "e"}}, "n"},
		{"secrets", `{"RequestId":"R","Rows":[{"Name":"` + keySecret + `","Error":"x ` + keyID + `\ny"}]}`, []row{{"[removed]", "x [removed] y"}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			reply, err := newClient(t, play(answer(200, test.body))).Do(t.Context(), list(0))
			require.NoError(t, err)
			got, ok := reply.Answer.(*page)
			require.True(t, ok)
			assert.Equal(t, "R", reply.RequestID)
			assert.Equal(t, "R", got.RequestID.Value)
			assert.Equal(t, test.rows, append([]row(nil), got.Rows...))
			assert.Equal(t, test.next, got.NextToken)
		})
	}
}

// TestAnswerOfNoShape is none of the operation's.
func TestAnswerOfNoShape(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"RequestId":"R","Rows":"none"}`,
		`{"RequestId":"R","Rows":[1]}`,
		`{"RequestId":"R","Rows":[{"Name":""}]}`,
		`{"RequestId":"R","Rows":[{"Name":1}]}`,
		`{"RequestId":"R","NextToken":{}}`,
		`{"RequestId":"R","Success":false,"Rows":[]}`,
		`{"Rows":[]}`,
		`<UntagResourcesResponse><RequestId>R</RequestId></UntagResourcesResponse>`,
	} {
		reply, err := newClient(t, play(answer(200, body)), func(c *untag.Config) { c.Retry.MaxAttempts = 1 }).Do(t.Context(), list(0))
		require.ErrorIs(t, err, untag.ErrUnavailable, body)
		assert.False(t, isUnknown(err), body)
		assert.Zero(t, reply, body)
	}
}

// TestFreshAnswer: what an attempt without success left in its answer is not in the next one's.
func TestFreshAnswer(t *testing.T) {
	t.Parallel()
	service := play(answer(200, `{"RequestId":"R","Rows":[{"Name":"a"},{"Name":""}]}`), answer(200, `{"RequestId":"R","Rows":[{"Name":"b"}]}`))
	reply, err := newClient(t, service, func(c *untag.Config) { c.Retry.BaseDelay = 1 }).Do(t.Context(), list(0))
	require.NoError(t, err)
	assert.Equal(t, []row{{Name: "b"}}, reply.Answer.(*page).Rows) //nolint:forcetypeassert // list's
}

// TestSizeOfAnswer: the cap is the operation's.
func TestSizeOfAnswer(t *testing.T) {
	t.Parallel()
	body := `{"RequestId":"R","Rows":[{"Name":"` + strings.Repeat("a", 17<<20) + `"}]}`
	for _, test := range []struct {
		most int
		ok   bool
		says string
	}{{0, false, "longer than 1 MiB"}, {16 << 20, false, "longer than 16 MiB"}, {rpc.MaxListBody, true, ""}} {
		client := newClient(t, play(func(r *http.Request) (*http.Response, error) {
			response, err := answer(200, "")(r)
			response.Body, response.ContentLength = bodyOf(body), -1
			return response, err
		}), func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
		reply, err := client.Do(t.Context(), list(test.most))
		if test.ok {
			require.NoError(t, err)
			assert.Len(t, reply.Answer.(*page).Rows[0].Name, 17<<20) //nolint:forcetypeassert // list's
			continue
		}
		require.ErrorContains(t, err, test.says)
		require.ErrorIs(t, err, untag.ErrUnavailable)
	}
}

// TestRefusalOfAList needs no more than its envelope, whatever stands beside it.
func TestRefusalOfAList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"RequestId":"R","Code":"Forbidden.RAM","Message":"m","Rows":7}`,
		`{"RequestId":"R","ErrCode":"Forbidden.RAM","ErrMsg":"m"}`,
		`<Error><RequestId>R</RequestId><Code>Forbidden.RAM</Code><Message>m</Message></Error>`,
		`<ErrorResponse><RequestId>R</RequestId><Error><Code>Forbidden.RAM</Code><Message>m</Message></Error></ErrorResponse>`,
	} {
		_, err := newClient(t, play(answer(403, body))).Do(t.Context(), list(0))
		apiErr, ok := errors.AsType[*untag.APIError](err)
		require.True(t, ok, "%s: %v", body, err)
		assert.Equal(t, "Forbidden.RAM", apiErr.Code, body)
		assert.Equal(t, "m", apiErr.Message, body)
		assert.Equal(t, "R", apiErr.RequestID, body)
		require.ErrorIs(t, err, untag.ErrPermissionDenied)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]rpc.Text{
		`"a"`: {Value: "a"}, `1.5`: {Value: "1.5"}, `true`: {Value: "true"}, `null`: {}, `""`: {}, `{"a":1}`: {Odd: true}, `[]`: {Odd: true},
	} {
		var got rpc.Text
		require.NoError(t, got.UnmarshalJSON(bytes.TrimSpace([]byte(in))))
		assert.Equal(t, want, got, in)
	}
}
