// Package jobdir keeps the files of a long job in one folder, so that it can be killed at any moment and go on.
//
// A [Dir] is a folder that one process at a time has open. It belongs to the user, nobody else can write to it, and no
// name below it is followed out of it or through a link. Its files are of two kinds:
//
//   - A [Log] is append-only. A line that [Log.Commit] was given is on disk when Commit returns, and so are all lines
//     before it. Lines have a sequence number and a checksum that covers the line before as well. Only a line without its
//     end, which a crash leaves behind, is cut off when the log is opened again; whatever else is wrong is a
//     [*CorruptError], since a lost line could be the only copy of something.
//   - A file that [Dir.Replace] writes is there as a whole or not at all.
//
// The checksums are against accidents: a bad disk, a truncated copy, an editor. They have no key, so they are no
// protection against somebody who means to change the job and may write to the folder.
package jobdir
