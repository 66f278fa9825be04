package archive

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// partName begins the name of a file that is not whole yet.
const partName = ".part-"

// A folder keeps objects as files. A file is written beside its place, brought to the disk, and then given its name: a
// name is there whole or not at all, and what is there is not written again.
type folder struct {
	root string
	made sync.Map // folders that are there
}

func openFolder(root string) (*folder, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	f := &folder{root: abs}
	if err := os.MkdirAll(abs, 0o755); err != nil {
		return nil, err
	}
	note := filepath.Join(abs, "README")
	if _, err := os.Stat(note); errors.Is(err, fs.ErrNotExist) {
		err := os.WriteFile(note,
			[]byte("An archive of gongkai. blobs/ holds bodies under their SHA-256, captures/ says which request "+
				"they answered.\nNothing here is ever changed or removed. gongkai archive check DIR proves it; "+
				"gongkai archive export writes WARC.\n"),
			0o644)
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *folder) path(name string) string { return filepath.Join(f.root, filepath.FromSlash(name)) }

func (f *folder) put(_ context.Context, name string, body []byte) error {
	to := f.path(name)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	dir := filepath.Dir(to)
	if err := f.mkdir(dir); err != nil {
		return err
	}
	t, err := os.CreateTemp(dir, partName+"*")
	if err != nil {
		return err
	}
	_, err = t.Write(body)
	if err == nil {
		err = t.Sync()
	}
	if cerr := t.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(t.Name())
		return err
	}
	// two writers of one name write the same: a body is named by its hash, a capture by a visit that one worker holds
	if err := os.Rename(t.Name(), to); err != nil {
		os.Remove(t.Name())
		return err
	}
	return syncDir(dir)
}

// mkdir makes a folder durable: itself, and its name in the folder above.
func (f *folder) mkdir(dir string) error {
	if _, ok := f.made.Load(dir); ok {
		return nil
	}
	if _, err := os.Stat(dir); err != nil {
		if up := filepath.Dir(dir); len(up) >= len(f.root) {
			if err := f.mkdir(up); err != nil {
				return err
			}
		}
		if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := syncDir(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	f.made.Store(dir, true)
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !os.IsPermission(err) &&
		!strings.Contains(err.Error(), "invalid") {
		return err // where a folder cannot be synced, its names are as durable as the system makes them
	}
	return nil
}

func (f *folder) get(_ context.Context, name string) ([]byte, error) {
	b, err := os.ReadFile(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	return b, err
}

func (f *folder) has(_ context.Context, name string) (bool, error) {
	_, err := os.Stat(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (f *folder) list(ctx context.Context, prefix string, each func(string) error) error {
	root := f.path(prefix)
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if d.IsDir() {
			return nil
		}
		if strings.HasPrefix(d.Name(), partName) { // broken off while it was written, or being written
			if info, err := d.Info(); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
				os.Remove(p)
			}
			return nil
		}
		rel, err := filepath.Rel(f.root, p)
		if err != nil {
			return err
		}
		return each(filepath.ToSlash(rel))
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (f *folder) close() error { return nil }
