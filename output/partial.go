package output

import (
	"os"
	"path/filepath"
	"strings"
)

// A dataset is made in a folder beside its place, .NAME.partial-N, whose lock lies beside it and is held as long as
// somebody works there. What a run left that was killed is cleared away by the next one.
const (
	lockSuffix = ".lock"
	oldSuffix  = "-old" // the dataset that is being replaced, for the moment until the new one has its name
)

// partialPrefix begins the name of the folder in which a dataset is made.
func partialPrefix(dir string) string { return "." + filepath.Base(dir) + ".partial-" }

// partial makes the folder in which a dataset is made, and its lock. free gives the lock up.
func partial(dir string) (temp string, free func(), err error) {
	up := filepath.Dir(dir)
	for {
		f, err := os.CreateTemp(up, partialPrefix(dir)+"*"+lockSuffix)
		if err != nil {
			return "", nil, err
		}
		if err := lock(f); err != nil {
			f.Close()
			os.Remove(f.Name())
			return "", nil, err
		}
		if _, err := os.Stat(f.Name()); err != nil { // another took it for one that was left
			f.Close()
			continue
		}
		free := func() {
			os.Remove(f.Name())
			f.Close()
		}
		temp := strings.TrimSuffix(f.Name(), lockSuffix)
		if err := os.Mkdir(temp, 0o755); err != nil {
			free()
			return "", nil, err
		}
		return temp, free, os.Chmod(temp, 0o755)
	}
}

// clearAway removes what runs left beside dir that were killed, and puts a dataset back that was about to be replaced.
func clearAway(dir string) {
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), partialPrefix(dir)) || !strings.HasSuffix(e.Name(), lockSuffix) {
			continue
		}
		f, err := os.Open(filepath.Join(filepath.Dir(dir), e.Name()))
		if err != nil {
			continue
		}
		if abandoned(f) {
			temp := strings.TrimSuffix(f.Name(), lockSuffix)
			if _, err := os.Stat(dir); os.IsNotExist(err) {
				_ = os.Rename(temp+oldSuffix, dir) // if there is one
			}
			os.RemoveAll(temp + oldSuffix)
			os.RemoveAll(temp)
			os.Remove(f.Name())
		}
		f.Close()
	}
}
