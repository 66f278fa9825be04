package release

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
)

// csvSink writes RFC 4180 with a byte order mark, so that spreadsheet programs take it for UTF-8. Null is an empty
// field, a blank a quoted one.
type csvSink struct {
	w    *bufio.Writer
	zip  *gzip.Writer
	cols []column
	line []byte
}

func newCSV(w io.Writer, cols []column, compressed bool) (*csvSink, error) {
	s := &csvSink{cols: cols}
	if compressed {
		z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		if err != nil {
			return nil, err
		}
		s.zip, w = z, z
	}
	s.w = bufio.NewWriterSize(w, 1<<16)
	s.line = append(s.line, "\ufeff"...)
	for i, c := range cols {
		if i > 0 {
			s.line = append(s.line, ',')
		}
		s.line = append(s.line, c.Name...)
	}
	s.line = append(s.line, "\r\n"...)
	_, err := s.w.Write(s.line)
	return s, err
}

func (s *csvSink) write(row []cell) error {
	s.line = s.line[:0]
	for i := range s.cols {
		if i > 0 {
			s.line = append(s.line, ',')
		}
		s.line = appendCell(s.line, &s.cols[i], &row[i])
	}
	s.line = append(s.line, "\r\n"...)
	_, err := s.w.Write(s.line)
	return err
}

func (s *csvSink) close() error {
	err := s.w.Flush()
	if s.zip != nil {
		if e := s.zip.Close(); err == nil {
			err = e
		}
	}
	return err
}
