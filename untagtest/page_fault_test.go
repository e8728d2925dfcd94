package untagtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// page asks for the page of a list that a token names.
func page(t *testing.T, cloud *untagtest.Cloud, service untagtest.Service, p map[string]string, token *string) (rows string, next *string, answer reply) {
	t.Helper()
	if token != nil {
		p = with(p, "NextToken", *token)
	}
	answer = send(t, cloud, call{service: service, verb: "ListTagResources", params: p})
	require.Empty(t, answer.Code, answer.Text)
	all, next := answer.rows(t)
	return strings.Join(all, ","), next, answer
}

func TestPageSplits(t *testing.T) {
	t.Parallel()
	for _, service := range services {
		cloud := listed()
		whole := lists(t, cloud, service, with(byKey(service), "MaxResults", "50"))
		cloud.Inject(fault{Page: untagtest.PageSplits, Calls: 2})
		pages := lists(t, cloud, service, with(byKey(service), "MaxResults", "50"))
		require.Len(t, pages, 2, service)
		assert.Equal(t, whole[0], slices.Concat(pages...), service)
		last := func(rows []string) string { id, _, _ := strings.Cut(rows[len(rows)-1], " "); return id }
		first := func(rows []string) string { id, _, _ := strings.Cut(rows[0], " "); return id }
		assert.Equal(t, last(pages[0]), first(pages[1]), "one resource on two pages")
		for _, c := range cloud.Calls() {
			assert.Equal(t, untagtest.VerdictOK, c.Verdict)
		}
	}
}

func TestPageRepeatsRow(t *testing.T) {
	t.Parallel()
	for _, service := range services {
		cloud := listed()
		whole := lists(t, cloud, service, with(byKey(service), "MaxResults", "50"))[0]
		cloud.Inject(fault{Page: untagtest.PageRepeatsRow})
		pages := lists(t, cloud, service, with(byKey(service), "MaxResults", "50"))
		require.Len(t, pages, 2, service)
		assert.Equal(t, whole, pages[0])
		assert.Equal(t, whole[len(whole)-1:], pages[1])
	}
}

func TestPageRepeatsToken(t *testing.T) {
	t.Parallel()
	for _, service := range services {
		cloud := listed()
		cloud.Choose(untagtest.Choices{PageSize: 2})
		cloud.Inject(fault{Page: untagtest.PageRepeatsToken})
		_, one, _ := page(t, cloud, service, byKey(service), nil)
		first, two, _ := page(t, cloud, service, byKey(service), one)
		again, three, _ := page(t, cloud, service, byKey(service), two)
		assert.Equal(t, first, again)
		assert.Equal(t, *one, *two)
		assert.Equal(t, *one, *three)
	}
}

func TestPageIgnoresFilter(t *testing.T) {
	t.Parallel()
	for _, service := range services {
		cloud := listed()
		cloud.Inject(fault{Page: untagtest.PageIgnoresFilter, Calls: 1})
		p := typed(service, "ResourceId.1", prefixes[service]+"-1", "Tag.1.Key", "team", "MaxResults", "50")
		if service == tag {
			p = params("ResourceARN.1", "arn:acs:ecs:*:*:instance/i-1", "Tags", `{"team":"x"}`)
		}
		rows, _, _ := page(t, cloud, service, p, nil)
		assert.Contains(t, rows, "-5 env=a", "foreign rows of %s", service)
		rows, _, _ = page(t, cloud, service, p, nil)
		assert.NotContains(t, rows, "-5")
	}
}

func TestEndsOfLists(t *testing.T) {
	t.Parallel()
	for _, service := range services {
		usual := `"NextToken":""`
		if service != tag {
			usual = ""
		}
		for fault, want := range map[untagtest.PageFault]string{
			"": usual, untagtest.PageWithNullToken: `"NextToken":null`, untagtest.PageWithEmptyToken: `"NextToken":""`, untagtest.PageWithoutToken: "",
		} {
			cloud := listed()
			if fault != "" {
				cloud.Inject(untagtest.Fault{Page: fault})
			}
			_, next, answer := page(t, cloud, service, with(byKey(service), "MaxResults", "50"), nil)
			assert.Equal(t, want != "", strings.Contains(answer.Text, "NextToken"), "%s %s", service, fault)
			assert.Contains(t, answer.Text, want)
			assert.True(t, next == nil || *next == "")
			cloud.Choose(untagtest.Choices{PageSize: 2})
			_, next, _ = page(t, cloud, service, byKey(service), nil)
			assert.NotNil(t, next, "a page that is not the last is as usual")
			c := call{service: service, verb: "ListTagResources", params: with(byKey(service), "NextToken", *next), accept: "*/*"}
			assert.Equal(t, "200 ", send(t, cloud, c).status())
		}
	}
}

func TestPageWithoutList(t *testing.T) {
	t.Parallel()
	for _, service := range services {
		cloud := listed()
		cloud.Inject(fault{Page: untagtest.PageWithoutList, Calls: 1})
		for _, accept := range []string{"application/json", "*/*"} {
			answer := send(t, cloud, call{service: service, verb: "ListTagResources", params: byKey(service), accept: accept})
			assert.Equal(t, "200 ", answer.status())
			assert.Equal(t, accept != "application/json", strings.Contains(answer.Text, "TagResources>"), "%s %s", service, answer.Text)
			assert.Equal(t, false, accept == "application/json" && strings.Contains(answer.Text, "TagResources"))
		}
	}
}

// TestFaultsInTheMiddle refuses the third page of a list alone.
func TestFaultsInTheMiddle(t *testing.T) {
	t.Parallel()
	cloud := listed()
	cloud.Choose(untagtest.Choices{PageSize: 2})
	cloud.Inject(fault{Action: "ListTagResources", Continued: true, Skip: 1, Calls: 1, Code: "Invalid.NextToken", Status: 403})
	assert.Equal(t, "200 ", send(t, cloud, call{service: ecs, params: good[ecs]}).status(), "another action")
	_, next, _ := page(t, cloud, ecs, byKey(ecs), nil)
	_, next, _ = page(t, cloud, ecs, byKey(ecs), next)
	answer := send(t, cloud, call{service: ecs, verb: "ListTagResources", params: with(byKey(ecs), "NextToken", *next)})
	assert.Equal(t, "403 Invalid.NextToken", answer.status())
	_, _, _ = page(t, cloud, ecs, byKey(ecs), nil)
	for range 3 {
		_, _, _ = page(t, cloud, ecs, byKey(ecs), next)
	}
}

func TestPageFaultsAreChecked(t *testing.T) {
	t.Parallel()
	for _, wrong := range []fault{
		{Page: "x"},
		{Page: untagtest.PageSplits, Code: "c"},
		{Page: untagtest.PageSplits, Action: "TagResources"},
		{Skip: -1, Code: "c"},
		{Page: untagtest.PageSplits, Reset: true},
		{Action: "ListTagResources"},
		{Continued: true},
	} {
		assert.Panics(t, func() { newCloud().Inject(wrong) }, fmt.Sprint(wrong))
	}
	newCloud().Inject(fault{Page: untagtest.PageSplits, Latency: 1, Action: "ListTagResources"})
}
