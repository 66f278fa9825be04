package output

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/output/tables"
)

// replaced is the end of the name of a folder in which the dataset that was replaced lies until it is removed.
const replaced = "-old"

// removeLeftovers removes what writers of a dataset left that were killed: folders beside it that no living process
// holds. Where the dataset itself is gone, because its writer was killed between two renames, it comes back first.
func removeLeftovers(dir string) {
	left := held.Leftovers(filepath.Join(filepath.Dir(dir), "."+escapeGlob(filepath.Base(dir))+".partial-*"))
	// what was replaced is its writer's, who holds what takes its place
	left = slices.DeleteFunc(left, func(x string) bool {
		temp, old := strings.CutSuffix(x, replaced)
		_, err := os.Lstat(temp)
		return old && err == nil && !held.Free(temp)
	})
	if _, err := os.Lstat(dir); os.IsNotExist(err) {
		for _, old := range left {
			if !strings.HasSuffix(old, replaced) {
				continue
			}
			if _, err := tables.ReadManifest(old); err == nil && os.Rename(old, dir) == nil {
				break
			}
		}
	}
	for _, x := range left {
		held.Remove(x) // what cannot be removed is in nobody's way
	}
}

// escapeGlob makes a name a pattern that matches it alone.
func escapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(name)
}

// removeLeft removes folders that match a pattern of ours and that nobody holds.
func removeLeft(dir, pattern string) {
	for _, x := range held.Leftovers(filepath.Join(escapeGlob(dir), pattern)) {
		held.Remove(x)
	}
}
