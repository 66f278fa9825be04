package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gongkai/gongkai/output/explore"
	"github.com/gongkai/gongkai/output/tables"
)

// lookEvery is how often serve looks whether another dataset lies there: at one file.
const lookEvery = 3 * time.Second

// A shelf shows the dataset that lies in a folder, and another one once it has taken its place. Requests that are under
// way end with the dataset with which they began; a dataset that cannot be shown leaves the one before where it is.
type shelf struct {
	dir  string
	open func(context.Context) (*explore.Explorer, func(), error)
	log  func(format string, args ...any)

	mu   sync.Mutex
	now  *volume
	seen os.FileInfo // dataset.json when it was opened, or could not be
	gone int         // looks in a row at which there was none
}

// A volume is a dataset that is shown, with how many requests look at it.
type volume struct {
	e     *explore.Explorer
	close func()
	users int
	last  bool // another one has taken its place
}

// manifest is the file by which datasets are told apart; nil where there is none.
func (s *shelf) manifest() os.FileInfo {
	info, err := os.Stat(filepath.Join(s.dir, tables.ManifestName))
	if err != nil {
		return nil
	}
	return info
}

// begin opens what lies there now.
func (s *shelf) begin(ctx context.Context) error {
	seen := s.manifest()
	e, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.seen, s.now = seen, &volume{e: e, close: done}
	return nil
}

// ServeHTTP answers with the dataset that is shown now.
func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	v := s.now
	v.users++
	s.mu.Unlock()
	defer s.leave(v)
	v.e.ServeHTTP(w, r)
}

// leave closes a dataset whose last reader has left.
func (s *shelf) leave(v *volume) {
	s.mu.Lock()
	v.users--
	over := v.last && v.users == 0
	s.mu.Unlock()
	if over {
		v.close()
	}
}

// end closes what is shown.
func (s *shelf) end() {
	s.mu.Lock()
	v := s.now
	over := !v.last && v.users == 0
	v.last = true
	s.mu.Unlock()
	if over {
		v.close()
	}
}

// keep looks at each tick.
func (s *shelf) keep(ctx context.Context, tick <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
			s.look(ctx)
		}
	}
}

// same tells that two looks saw the same file.
func same(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// look opens another dataset where one lies there, and reports whether it is shown now.
func (s *shelf) look(ctx context.Context) bool {
	info := s.manifest()
	if info == nil { // while it is replaced on a system that cannot swap folders, for a moment
		if s.gone++; s.gone == 3 {
			s.log("%s: the dataset is gone; what was read of it is shown still", s.dir)
		}
		return false
	}
	s.gone = 0
	if s.seen != nil && same(s.seen, info) {
		return false
	}
	began := time.Now()
	e, done, err := s.open(ctx)
	if err == nil && !same(info, orElse(s.manifest(), info)) { // it was replaced meanwhile: the next look takes the newer one
		done()
		return false
	}
	s.seen = info
	if err != nil {
		if ctx.Err() == nil {
			s.log(say("%s: a new dataset lies there, and cannot be shown: %s; the one before is shown still",
				"%s：已有新的数据集，但无法显示：%s；仍显示原来的"), s.dir, spoken(err.Error()))
		}
		return false
	}
	s.mu.Lock()
	old := s.now
	s.now, old.last = &volume{e: e, close: done}, true
	over := old.users == 0
	s.mu.Unlock()
	if over {
		old.close()
	}
	s.log(say("%s: a new dataset, %s, shown after %.1f s", "%s：已改为显示新的数据集（%s，用时 %.1f 秒）"), s.dir,
		number(e.Reports(), "report", "reports", "份报告"), time.Since(began).Seconds())
	return true
}

func orElse(a, b os.FileInfo) os.FileInfo {
	if a == nil {
		return b
	}
	return a
}

// describe is for the first line of the server.
func (s *shelf) describe() string { return number(s.now.e.Reports(), "report", "reports", "份报告") }
