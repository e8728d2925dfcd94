package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutputOfOtherTools(t *testing.T) {
	t.Parallel()
	const gbk = "\xd7\xca\xd4\xb4ID,\xc3\xfb\xb3\xc6\ni-1,\xb2\xe2\xca\xd4\n" // 资源ID,名称 and a row
	tests := map[string]struct{ name, column, content, want string }{
		"CLI, JSON":            {"l.txt", "", "{\n  \"Instances\": {\"Instance\": [{\"InstanceId\": \"i-1\"}]}}\n", "is JSON"},
		"CLI, one line":        {"l.txt", "", `{"TagResources":{"TagResource":[{"ResourceId":"i-1","TagKey":"a"}]}}`, "jq -r '.. | .ResourceId? // empty'"},
		"Tag, JSON":            {"l.json", "", `{"TagResources":[{"ResourceARN":"arn:acs:ecs:cn-hangzhou:1:instance/i-1"}]}`, ".ResourceARN?"},
		"JSON array":           {"l.txt", "", `["i-1","i-2"]`, "jq -r '.[]'"},
		"JSON with -column":    {"l.csv", "id", `[{"id":"i-1"}]`, "is JSON"},
		"CLI, table":           {"l.txt", "", "+------+\n| i-1  |\n+------+\n", "drawn with lines"},
		"Markdown table":       {"l.txt", "", "| id | name |\n|----|\n", "drawn with lines"},
		"kubectl, columns":     {"l.txt", "", "NAME      STATUS\ni-1       Running\n", "line 1: “NAME STATUS” is more than a resource"},
		"columns, later":       {"l.txt", "", "i-1\ni-2 Running\n", "line 2: “i-2 Running”"},
		"tabs":                 {"l.txt", "", "i-1\tRunning\n", "line 1"},
		"YAML":                 {"l.txt", "", "Instances:\n- InstanceId: i-1\n", "is YAML"},
		"YAML list":            {"l.txt", "", "- i-1\n- i-2\n", "is YAML"},
		"YAML document":        {"l.txt", "", "---\nfoo: 1\n", "is YAML"},
		"Terraform":            {"l.txt", "", "resource \"alicloud_instance\" \"a\" {\n", "Terraform"},
		"HTML":                 {"l.txt", "", "<!DOCTYPE html><html>", "HTML or XML"},
		"quoted":               {"l.txt", "", "i-1\n\"i-2\"\n", "line 2"},
		"quoted with comma":    {"l.txt", "", "\"i-1\",\n", "line 1"},
		"commas":               {"l.txt", "", "i-1,i-2,i-3\n", "several cells or resources"},
		"full-width commas":    {"l.txt", "", "i-1，i-2\n", "several cells or resources"},
		"SQL":                  {"l.txt", "", "('i-1'),\n", "line 1"},
		"xlsx":                 {"l.xlsx", "", "PK\x03\x04\x14\x00", "Excel workbook (.xlsx)"},
		"xlsx called CSV":      {"l.csv", "id", "PK\x03\x04\x14\x00", "Excel workbook (.xlsx)"},
		"xls":                  {"l.xls", "", "\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"},
		"gzip":                 {"l.txt.gz", "", "\x1f\x8b\x08\x00", "compressed"},
		"PDF":                  {"l.pdf", "", "%PDF-1.7", "is a PDF"},
		"Parquet":              {"l.parquet", "", "PAR1\x15", "Parquet"},
		"UTF-16, big-endian":   {"l.txt", "", "\xfe\xff\x00a", "UTF-16"},
		"UTF-16, no mark":      {"l.txt", "", "i\x00-\x001\x00\n\x00", "zero bytes"},
		"UTF-16, no mark, CSV": {"l.csv", "id", "i\x00d\x00\n\x00", "zero bytes"},
		"xargs -0":             {"l.txt", "", "i-1\x00i-2\x00", "zero bytes"},
		"zeros, later":         {"l.txt", "", "i-1\n" + strings.Repeat("i-2\n", 2000) + "i\x00\n", "line 2,002: is not UTF-8"},
		"CR alone":             {"l.txt", "", "i-1\ri-2\r", "CR alone"},
		"zero-width space":     {"l.txt", "", "i-1\ni-2\u200b\n", "line 2: “i-2"},
		"no-break space":       {"l.txt", "", "i-1\u00a0\n", "invisible"},
		"GBK":                  {"l.csv", "资源ID", gbk, "perhaps GBK"},
		"GBK without a column": {"l.csv", "", gbk, "perhaps GBK"},
		"GBK as a list":        {"l.txt", "", "i-1\n\xd7\xca\xd4\xb4\n", "line 2: is not UTF-8 text, perhaps GBK"},
		"GBK in a cell":        {"l.csv", "id", "id\ni-1\n\xd7\xca\n", "perhaps GBK"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readAll(t, &source{path: file(t, test.name, test.content), column: test.column})
			require.Error(t, err)
			assert.Contains(t, flat(err.Error()), test.want)
			// A file is read to its end before anything is done.
			args := []string{"run", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "a", "-column", test.column}
			r := start(t, "", nil, append(args, file(t, test.name, test.content))...)
			assert.Equal(t, exitNot, r.code)
			assert.NotContains(t, r.stderr+r.stdout, "Rehearsal on an account", "it has not begun")
		})
	}
}

func TestListsThatAreLists(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		"i-1\n", "arn:acs:ecs:cn-hangzhou:1:instance/i-1\n", "arn:acs:oss:*:*:bucket/a-b.c\n", "# Instances:\ni-1\n", "/aliyun/ecs/x\n", "vpc_1\nwaf:1\n", "\xef\xbb\xbfi-1",
		"arn:acs:ram:*:1:user/a@b.c\n", "资源-1\n", "arn:acs:slb:cn-hangzhou:1:loadbalancer/*\n",
	} {
		got, err := readAll(t, &source{path: file(t, "l.txt", content)})
		require.NoError(t, err, content)
		assert.NotEmpty(t, got, content)
	}
}
