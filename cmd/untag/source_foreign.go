package main

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// foreign says what a file is that begins with head, if it is no list and no table of resources, and how to make one of it.
// nil: it may be one.
func foreign(head []byte, isTable bool) error {
	for _, kind := range []struct {
		magic string
		err   error
	}{
		{"\xff\xfe", msg("is UTF-16 text; save it as UTF-8")},
		{"\xfe\xff", msg("is UTF-16 text; save it as UTF-8")},
		{"PK\x03\x04", msg("is an Excel workbook (.xlsx) or another zip file; save the sheet as “CSV UTF-8”, and name the column with -column")},
		{"\xd0\xcf\x11\xe0", msg("is an old Excel workbook (.xls); save the sheet as “CSV UTF-8”, and name the column with -column")},
		{"\x1f\x8b", msg("is compressed; unpack it, such as with: gunzip -c FILE | untag run …")},
		{"%PDF", msg("is a PDF, no list of resources")},
		{"PAR1", msg("is a Parquet file; export the column of the IDs as text")},
		{`{"journal":`, msg("is a journal: give it with -journal, and the resources it was begun with")},
	} {
		if bytes.HasPrefix(head, []byte(kind.magic)) {
			return kind.err
		}
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return zeroBytes()
	}
	line, _, whole := bytes.Cut(head, []byte("\n"))
	for len(line) > 0 && !whole && !utf8.Valid(line) && len(head) == 4096 { // the end of a piece may cut a character
		line = line[:len(line)-1]
		if len(head)-len(line) > utf8.UTFMax {
			break
		}
	}
	if isTable && !utf8.Valid(line) {
		return notUTF8()
	}
	if bytes.HasPrefix(head, []byte(jsonlStart)) {
		return nil
	}
	return otherTool(strings.TrimSpace(string(withoutComments(head))), isTable)
}

func notUTF8() error {
	return msg("is not UTF-8 text, perhaps GBK, as Excel saves CSV in Chinese; save it as “CSV UTF-8”, or convert it: iconv -f GBK -t UTF-8 FILE")
}

func zeroBytes() error {
	return msg("is not UTF-8 text but UTF-16, or no text at all: it holds zero bytes. Save it as UTF-8, one resource a line")
}

// otherTool recognises the output of other programs by how it begins.
func otherTool(head string, isTable bool) error {
	begins := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(head, p) {
				return true
			}
		}
		return false
	}
	switch {
	case begins("{", "["):
		return msg("is JSON, no list of resources. Extract the IDs, such as with: jq -r '%s' FILE", jsonPath(head))
	case begins("<"):
		return msg("is HTML or XML, no list of resources. Extract the IDs, one a line")
	case begins("+-", "+=", "|", "┌", "│", "╔", "║"):
		return msg("is a table drawn with lines, no list of resources. Ask the tool for JSON or for one column, or extract the IDs: cut -d'|' -f2 FILE | tr -d ' '")
	case begins("---\n", "---\r\n", "- ", "apiVersion:"), !isTable && yamlKey(head):
		return msg("is YAML, no list of resources. Extract the IDs, one a line, such as with: yq -r '…' FILE")
	case begins(`resource "`, `data "`, "terraform ", `module "`):
		return msg("is a file of Terraform, no list of resources. Its state has the IDs: terraform show -json | jq -r '.. | .id? // empty'")
	}
	return nil
}

// yamlKey tells whether a text begins with a key of YAML or the like, such as "Instances:". ARNs have no end after a colon.
func yamlKey(head string) bool {
	line, _, _ := strings.Cut(head, "\n")
	line = strings.TrimSpace(line)
	return len(line) > 1 && strings.HasSuffix(line, ":") && !strings.ContainsAny(line[:len(line)-1], ": /") || strings.Contains(line, ": ")
}

// jsonPath is how jq finds the IDs in what the vendor's command line prints.
func jsonPath(head string) string {
	for _, known := range []struct{ field, path string }{
		{`"ResourceARN"`, ".. | .ResourceARN? // empty"},
		{`"ResourceArn"`, ".. | .ResourceArn? // empty"},
		{`"InstanceId"`, ".. | .InstanceId? // empty"},
		{`"ResourceId"`, ".. | .ResourceId? // empty"},
		{`"DiskId"`, ".. | .DiskId? // empty"},
		{`"arn"`, ".. | .arn? // empty"},
		{`"id"`, ".. | .id? // empty"},
	} {
		if strings.Contains(head, known.field) {
			return known.path
		}
	}
	if strings.HasPrefix(head, "[") && strings.HasPrefix(strings.TrimSpace(head[1:]), `"`) {
		return ".[]"
	}
	return ".. | .ResourceId? // empty"
}

// notAnID says why a line of a list is no ID and no ARN of a resource, which have neither spaces nor quotes nor commas. A line
// of another tool's output could be refused by the service with 49 others, or mean something else than it looks like.
func notAnID(line []byte) error {
	shown := clean(string(line), 60)
	switch {
	case !utf8.Valid(line):
		return notUTF8()
	case bytes.IndexByte(line, 0) >= 0:
		return zeroBytes()
	case bytes.IndexByte(line, '\r') >= 0:
		return msg("lines end in CR alone; save the file with the line ends of Unix or Windows, or convert it: tr '\\r' '\\n' < FILE")
	case bytes.IndexFunc(line, isInvisible) >= 0:
		return msg("“%s” holds an invisible character, such as a zero-width space, which came along when it was copied; type it anew, or remove it", shown)
	case bytes.ContainsAny(line, " \t"):
		return msg("“%s” is more than a resource; this is no list of IDs. Extract the column of the IDs, such as with: awk '{print $1}' FILE", shown)
	case bytes.ContainsAny(line, `,;，；`):
		return msg("“%s” looks like several cells or resources; put one resource a line, or say with -column which column of a CSV file has them", shown)
	case bytes.ContainsAny(line, "\"'`{}[]<>|") || bytes.HasPrefix(line, []byte("+-")):
		return msg("“%s” is no ID of a resource but a piece of another tool's output. Extract the IDs, one a line, without quotes", shown)
	}
	return nil
}

// isInvisible reports whether a character has no width, or is a space of another kind than U+0020.
func isInvisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || r > unicode.MaxASCII && unicode.IsSpace(r)
}
