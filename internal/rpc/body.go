package rpc

import (
	"errors"
	"fmt"
	"io"
)

// emptyReads is how often in a row a body may give nothing and no error, as in bufio.
const emptyReads = 100

// readBody reads an answer's body of most bytes.
func readBody(r io.Reader, length int64, most int) ([]byte, error) {
	if length > int64(most) {
		return nil, tooLongError{most}
	}
	data := make([]byte, 0, max(length+1, 512)) // one more than the length lets the last Read see the end
	for empty := 0; ; empty++ {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case len(data) > most:
			return nil, tooLongError{most}
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, err
		case n > 0:
			empty = 0
		case empty >= emptyReads:
			return nil, io.ErrNoProgress
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

type tooLongError struct{ most int }

func (e tooLongError) Error() string {
	return fmt.Sprintf("the answer is longer than %d MiB", e.most>>20)
}
