//go:build unix

package ledger

import (
	"os"
	"syscall"
)

// lockFile takes the lock that a crawling process holds; the system gives it back when the process ends, however it
// ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, ErrLocked
	}
	return f, nil
}

// writable tells whether files can be made in a folder.
func writable(dir string) bool { return syscall.Access(dir, 2) == nil }
