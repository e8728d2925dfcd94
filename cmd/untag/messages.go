package main

import "maps"

// inChinese is the table of what the command says, in Chinese, by what it says in English. Arguments that change places
// have a number. A test compares the table with the source.
var inChinese = merged(aboutFlags, aboutInput, aboutRun, aboutJobs, aboutDemo, aboutWarnings)

func merged(parts ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}
