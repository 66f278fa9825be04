//go:build unix

package archive

import (
	"errors"
	"os"
	"syscall"
)

// alive tells whether a process of this machine lives.
func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// lockWhole holds a file against the other processes that append to it; the system gives it back if this one ends.
func lockWhole(f *os.File) (release func(), err error) {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil && !errors.Is(err, syscall.ENOTSUP) &&
		!errors.Is(err, syscall.ENOLCK) {
		return nil, err
	}
	return func() { syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }, nil
}
