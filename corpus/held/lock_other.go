//go:build !unix

package held

import "os"

// Take does nothing: this system has no locks on folders.
func Take(string) (release func(), err error) { return func() {}, nil }

// Make makes a folder as os.MkdirTemp does.
func Make(dir, pattern string) (path string, release func(), err error) {
	path, err = os.MkdirTemp(dir, pattern)
	return path, func() {}, err
}

// Remove removes nothing: who made a folder cannot be told.
func Remove(string) bool { return false }

// Free reports false: who made a folder cannot be told.
func Free(string) bool { return false }

// lock removes a lock that nobody holds, which works where a file that is open cannot be removed: a held one stays.
func lock(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, ErrHeld
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
}
