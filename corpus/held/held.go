// Package held tells whether what lies in a folder still belongs to a process that lives. A process that makes
// something in a folder of its own takes it; what nobody holds was left by one that was killed, and may be removed.
//
// The system keeps the lock, and gives it back when the process ends, however it ends: no number of a process can be
// mistaken for that of another one. Where a system knows no such locks nothing is ever taken for left.
package held

import (
	"os"
	"path/filepath"
)

// Leftovers gives the folders that match a pattern, as filepath.Glob has it, and that nobody holds.
func Leftovers(pattern string) (out []string) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil
	}
	for _, dir := range found {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() {
			continue
		}
		if Free(dir) {
			out = append(out, dir)
		}
	}
	return out
}
