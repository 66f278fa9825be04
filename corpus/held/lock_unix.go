//go:build unix

package held

import (
	"os"
	"syscall"
)

// Take holds a folder until the process ends or release is called.
func Take(dir string) (release func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}

// Free reports that nobody holds a folder.
func Free(dir string) bool {
	release, err := Take(dir)
	if err != nil {
		return false
	}
	release()
	return true
}

func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if err == syscall.EWOULDBLOCK {
			err = ErrHeld
		}
		return nil, err
	}
	return f, nil
}
