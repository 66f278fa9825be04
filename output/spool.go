package output

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/gongkai/gongkai/normalize"
)

// A spool keeps the results of a dataset in the making in a file beside it, until all are there: which report stands
// for a body and year is known only then, and every row of it says so. What is held in memory is an index of some 200
// bytes a report.
//
// Results are gob, of one encoder: the words for the types come with its first message, so that a decoder that was
// given that one reads any other.
type spool struct {
	file   *os.File
	at     int64
	buf    bytes.Buffer
	enc    *gob.Encoder
	pack   *zstd.Encoder
	packed []byte
	types  []byte // the first message
}

// A spooled is a result as the spool keeps it.
type spooled struct {
	Document Document
	Report   normalize.Report
}

// A span is where a result lies.
type span struct {
	at   int64
	size int32
}

func newSpool(dir string) (*spool, error) {
	f, err := os.Create(filepath.Join(dir, "spool"))
	if err != nil {
		return nil, err
	}
	s := &spool{file: f}
	if s.pack, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)); err != nil {
		return nil, err
	}
	s.enc = gob.NewEncoder(&s.buf)
	if err := s.enc.Encode(&spooled{}); err != nil {
		return nil, err
	}
	s.types = bytes.Clone(s.buf.Bytes())
	return s, nil
}

func (s *spool) add(r *Result) (span, error) {
	s.buf.Reset()
	if err := s.enc.Encode(&spooled{r.Document, *r.Report}); err != nil {
		return span{}, err
	}
	s.packed = s.pack.EncodeAll(s.buf.Bytes(), s.packed[:0])
	n, err := s.file.Write(s.packed)
	p := span{s.at, int32(n)}
	s.at += int64(n)
	return p, err
}

// A spoolReader reads results of a spool in any order.
type spoolReader struct {
	of     *spool
	from   *bytes.Reader
	dec    *gob.Decoder
	unpack *zstd.Decoder
	packed []byte
	plain  []byte
}

func (s *spool) reader() (*spoolReader, error) {
	r := &spoolReader{of: s, from: bytes.NewReader(s.types)}
	var err error
	if r.unpack, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1)); err != nil {
		return nil, err
	}
	r.dec = gob.NewDecoder(r.from)
	return r, r.dec.Decode(&spooled{})
}

func (r *spoolReader) get(p span) (Result, error) {
	if cap(r.packed) < int(p.size) {
		r.packed = make([]byte, p.size)
	}
	r.packed = r.packed[:p.size]
	_, err := r.of.file.ReadAt(r.packed, p.at)
	if err == nil {
		r.plain, err = r.unpack.DecodeAll(r.packed, r.plain[:0])
	}
	x := &spooled{}
	if err == nil {
		r.from.Reset(r.plain)
		err = r.dec.Decode(x)
	}
	if err != nil {
		return Result{}, fmt.Errorf("what was read and is kept until the dataset is whole: %w", err)
	}
	return Result{Document: x.Document, Report: &x.Report}, nil
}

// close removes the file.
func (s *spool) close() error {
	err := s.file.Close()
	if e := os.Remove(s.file.Name()); err == nil {
		err = e
	}
	return err
}
