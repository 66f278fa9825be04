package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// stampOf says by what the system tells of a file whether it may be another than before: device, inode, length, and when
// its bytes and what is told of it were last changed, the latter of which no program sets at will. "" where that says
// nothing: of a file that was changed so shortly before that a second change could bear the same time (git calls such
// racily clean), and on file systems that count whole seconds.
func stampOf(file string, now time.Time) string {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return ""
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	changed := time.Unix(s.Ctim.Unix())
	if now.Sub(changed) < settled || now.Sub(info.ModTime()) < settled || s.Ctim.Nsec == 0 {
		return ""
	}
	return fmt.Sprintf("%x %x %x %x %x", s.Dev, s.Ino, s.Size, info.ModTime().UnixNano(), changed.UnixNano())
}

// settled is how long ago the last change of a file must be: the clocks of file systems tick in some milliseconds.
const settled = 2 * time.Second
