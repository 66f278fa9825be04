//go:build !unix

package ledger

import "os"

// lockFile takes the lock that a crawling process holds. Here the system refuses to remove a file that is open, so an
// old lock file goes and a held one stays.
func lockFile(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, ErrLocked
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
}

// writable tells whether files can be made in a folder; here it is found out when one is.
func writable(string) bool { return true }
