package jobdir

import (
	"encoding/json"
	"io"
	"iter"
)

// Writer writes the lines of a file that Replace makes, in the form of those of a Log.
type Writer struct {
	out    io.Writer
	state  chain
	buffer []byte
}

// NewWriter returns a Writer that begins with the first line.
func NewWriter(out io.Writer) *Writer { return &Writer{out: out} }

// Write writes a value in JSON.
func (w *Writer) Write(value any) error {
	payload, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.buffer = w.state.line(w.buffer[:0], payload)
	_, err = w.out.Write(w.buffer)
	return err
}

// Lines yields the values of a file that Replace made, as [Log.Lines] does. The error is io/fs.ErrNotExist if there is none.
func (d *Dir) Lines(name string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := d.Read(name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = f.Close() }()
		info, err := f.Stat()
		if err != nil {
			yield(nil, d.failed(name, err))
			return
		}
		d.reader(name, f, info.Size()).lines()(yield)
	}
}
