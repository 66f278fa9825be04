//go:build unix

package held

import (
	"errors"
	"os"
	"syscall"
)

// Take holds a folder until the process ends or release is called.
func Take(dir string) (release func(), err error) {
	f, err := hold(dir)
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}

func hold(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Make makes a folder as os.MkdirTemp does, and holds it. Another process may look for what nobody holds in the moment
// between, and remove it: then there is another one.
func Make(dir, pattern string) (path string, release func(), err error) {
	for {
		if path, err = os.MkdirTemp(dir, pattern); err != nil {
			return "", nil, err
		}
		f, err := hold(path)
		switch {
		case err == nil:
			if holds(f, path) {
				return path, func() { f.Close() }, nil
			}
			f.Close()
		case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.EWOULDBLOCK): // it was, or is being, removed
		default:
			os.Remove(path)
			return "", nil, err
		}
	}
}

// holds tells whether what is held lies at a path.
func holds(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(mine, there)
}

// Remove removes a folder if nobody holds it; nobody can take it meanwhile.
func Remove(dir string) bool {
	f, err := hold(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	return holds(f, dir) && os.RemoveAll(dir) == nil
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
