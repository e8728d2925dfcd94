// Package sortedrun sorts records that do not fit into memory.
//
// Records are gathered in a buffer of fixed size. When it is full it is sorted and written to a file as a run. At the
// end the runs are merged, at most fanIn at a time so that the read buffers are bounded as well, until there is one. So
// memory is the same for a thousand records and for ten million, each record is written once for each level of merging,
// and reading the result is one pass over one file.
package sortedrun
