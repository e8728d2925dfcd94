// Package markdown reads as much of a Markdown page as tests need that compare the project's pages with its code.
package markdown

import (
	"regexp"
	"strings"
)

// Page is what a page consists of, apart from its prose.
type Page struct {
	Headings []Heading
	Blocks   []Block
	Links    []string // where they lead, in order; those of images too
	Tables   []Table
	Prose    string // all but the blocks
}

// Heading is a line that begins with "#".
type Heading struct {
	Level int // from 1
	Text  string
}

// Block is fenced code.
type Block struct {
	Language, Text string // the text ends in a line break
}

// Table is a table's shape.
type Table struct{ Rows, Columns int }

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// Parse reads a page.
func Parse(text string) Page {
	var p Page
	var block *Block
	inTable := false
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		switch {
		case block != nil && bare == "```":
			p.Blocks, block = append(p.Blocks, *block), nil
			continue
		case block != nil:
			block.Text += line
			continue
		case strings.HasPrefix(bare, "```"):
			block = &Block{Language: strings.TrimPrefix(bare, "```")}
			continue
		case strings.HasPrefix(line, "#"):
			level := len(line) - len(strings.TrimLeft(line, "#"))
			p.Headings = append(p.Headings, Heading{level, strings.TrimSpace(line[level:])})
		}
		p.Prose += line
		row := strings.HasPrefix(bare, "|")
		if row {
			if !inTable {
				p.Tables = append(p.Tables, Table{})
			}
			t := &p.Tables[len(p.Tables)-1]
			t.Rows++
			t.Columns = max(t.Columns, strings.Count(bare, "|")-1)
		}
		inTable = row
		for _, match := range link.FindAllStringSubmatch(line, -1) {
			p.Links = append(p.Links, match[1])
		}
	}
	if block != nil { // never closed: it is no code that could be left out
		p.Prose += "```" + block.Language + "\n" + block.Text
	}
	return p
}

// Regions returns the parts of Go files between "// page: NAME" and "// end page", by name and without their indentation.
// It panics on a name that stands twice, and on a region that another one begins in or that does not end.
func Regions(source string) map[string]string {
	regions := make(map[string]string)
	name, indent := "", ""
	for line := range strings.Lines(source) {
		bare := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(bare, "// page: "):
			if name != "" {
				panic("region " + name + " does not end")
			}
			name = strings.TrimPrefix(bare, "// page: ")
			if _, seen := regions[name]; seen {
				panic("two regions " + name)
			}
			indent, _, _ = strings.Cut(line, "//")
		case bare == "// end page":
			name = ""
		case name != "":
			regions[name] += strings.TrimPrefix(line, indent)
		}
	}
	if name != "" {
		panic("region " + name + " does not end")
	}
	return regions
}
