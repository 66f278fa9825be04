package output

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
)

// A Spill is a file of records beside a dataset in the making: for what is wanted again once all results are there, and
// is too much to be held. It is gone when the dataset is finished or given up.
type Spill struct {
	mu   sync.Mutex
	file *os.File
	at   int64  // where what waits will lie
	wait []byte // not in the file yet
}

// A Place is where a record lies.
type Place struct {
	at   int64
	size int32
}

// Spill begins a file of records.
func (w *Writer) Spill() (*Spill, error) {
	f, err := os.CreateTemp(w.temp, "spill-*")
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" { // nobody else is to find it
		if err := os.Remove(f.Name()); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	s := &Spill{file: f}
	w.spills = append(w.spills, s)
	return s, nil
}

// Add keeps a record.
func (s *Spill) Add(record []byte) (Place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := Place{s.at + int64(len(s.wait)), int32(len(record))}
	s.wait = append(s.wait, record...)
	if len(s.wait) < 1<<18 {
		return p, nil
	}
	return p, s.flush()
}

func (s *Spill) flush() error {
	_, err := s.file.WriteAt(s.wait, s.at)
	s.at += int64(len(s.wait))
	s.wait = s.wait[:0]
	return err
}

// Get gives a record back. It may be called from several places at once.
func (s *Spill) Get(p Place) ([]byte, error) {
	s.mu.Lock()
	var err error
	if p.at+int64(p.size) > s.at {
		err = s.flush()
	}
	s.mu.Unlock()
	record := make([]byte, p.size)
	if err == nil {
		_, err = s.file.ReadAt(record, p.at)
	}
	if err != nil {
		return nil, fmt.Errorf("what is kept until the dataset is whole: %w", err)
	}
	return record, nil
}

// close gives the file up.
func (s *Spill) close() error {
	err := s.file.Close()
	if e := os.Remove(s.file.Name()); err == nil && e != nil && !errors.Is(e, os.ErrNotExist) {
		err = e
	}
	return err
}

// closeSpills gives up what was spilled: nothing is asked for again.
func (w *Writer) closeSpills() (err error) {
	for _, s := range w.spills {
		if e := s.close(); err == nil {
			err = e
		}
	}
	w.spills = nil
	return err
}
