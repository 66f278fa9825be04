//go:build unix

package output

import (
	"os"
	"syscall"
)

// lock takes a file for this process until it is closed; the error says that another has it.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// abandoned reports whether no process has a lock any more, and takes it.
func abandoned(f *os.File) bool { return lock(f) == nil }
