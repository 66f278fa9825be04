package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// partName begins the name of a file that is not whole yet; they lie in a folder of their own.
const (
	partName = ".part-"
	partsIn  = "tmp"
)

// A folder keeps objects as files. A file is written apart, brought to the disk, and then given its name: a name is there
// whole or not at all, and what is there is not written again. Segments alone grow, until they are sealed. Nothing is
// written before something is put.
type folder struct {
	root string
	made sync.Map // folders that are there
	note sync.Once
}

func openFolder(root string) (*folder, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(abs); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder", abs)
	}
	return &folder{root: abs}, nil
}

const readme = "An archive of gongkai. blobs/ holds bodies under their SHA-256, visits/ says which requests they answered.\n" +
	"Nothing that was received is ever changed or removed. gongkai archive check proves it, gongkai archive repair heals\n" +
	"what the disk damaged, gongkai archive export writes WARC.\n"

// begin makes the folder where it is written to for the first time, and clears away what writers left that were killed.
func (f *folder) begin() {
	f.note.Do(func() {
		if err := os.MkdirAll(filepath.Join(f.root, partsIn), 0o755); err != nil {
			return // the first file that is put says why
		}
		note := filepath.Join(f.root, "README")
		if _, err := os.Stat(note); errors.Is(err, fs.ErrNotExist) {
			os.WriteFile(note, []byte(readme), 0o644)
		}
		ClearParts(filepath.Join(f.root, partsIn))
	})
}

// ClearParts removes from a folder what writers left that were killed: of this machine at once, of others after a day.
func ClearParts(dir string) {
	parts, err := os.ReadDir(dir)
	if err != nil {
		return // there is none, or whoever puts something there says what is wrong
	}
	for _, p := range parts {
		if info, err := p.Info(); err == nil && strings.HasPrefix(p.Name(), partName) &&
			(left(p.Name()) || time.Since(info.ModTime()) > 24*time.Hour) {
			os.Remove(filepath.Join(dir, p.Name()))
		}
	}
}

// PartPrefix begins the names of files that this process is writing, by which ClearParts knows whose they are.
func PartPrefix() string { return partPrefix() }

// partPrefix names the files that this process writes: machine, process.
func partPrefix() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return partName + Sum([]byte(host))[:8] + "-" + strconv.Itoa(os.Getpid()) + "-"
}

// left tells a part whose writer, a process of this machine, lives no more.
func left(name string) bool {
	mine := strings.SplitN(partPrefix(), "-", 4)
	f := strings.SplitN(name, "-", 4)
	if len(f) != 4 || f[1] != mine[1] || f[2] == mine[2] {
		return false
	}
	pid, err := strconv.Atoi(f[2])
	return err == nil && !alive(pid)
}

func (f *folder) path(name string) string { return filepath.Join(f.root, filepath.FromSlash(name)) }

func (f *folder) put(ctx context.Context, name string, body []byte) error {
	if _, err := os.Stat(f.path(name)); err == nil {
		return nil
	}
	// two writers of one name write the same: a body is named by its hash, a segment by a visit that one worker holds
	return f.replace(ctx, name, body)
}

// replace writes a file, also in the place of another.
func (f *folder) replace(_ context.Context, name string, body []byte) error {
	f.begin()
	to := f.path(name)
	dir := filepath.Dir(to)
	if err := f.mkdir(dir); err != nil {
		return err
	}
	if err := f.mkdir(filepath.Join(f.root, partsIn)); err != nil {
		return err
	}
	t, err := os.CreateTemp(filepath.Join(f.root, partsIn), partPrefix()+"*")
	if err != nil {
		return err
	}
	_, err = t.Write(body)
	if err == nil {
		err = t.Chmod(0o644)
	}
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
	if err := os.Rename(t.Name(), to); err != nil {
		os.Remove(t.Name())
		return err
	}
	return syncDir(dir)
}

func (f *folder) remove(_ context.Context, name string) error {
	err := os.Remove(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(f.path(name)))
}

func (f *folder) appends() bool { return true }

// extend appends to a segment. What a process that was killed left of a record at its end is written over.
func (f *folder) extend(_ context.Context, name, _ string, at, size int, piece []byte) error {
	f.begin()
	to := f.path(name)
	if err := f.mkdir(filepath.Dir(to)); err != nil {
		return err
	}
	flags := os.O_RDWR
	if size == 0 {
		flags |= os.O_CREATE
	}
	t, err := os.OpenFile(to, flags, 0o644)
	if err != nil {
		return err
	}
	defer t.Close()
	release, err := lockWhole(t)
	if err != nil {
		return err
	}
	defer release()
	info, err := t.Stat()
	if err != nil {
		return err
	}
	if info.Size() != int64(size) {
		return errMoved
	}
	if at < size {
		if err := t.Truncate(int64(at)); err != nil {
			return err
		}
	}
	if _, err := t.WriteAt(piece, int64(at)); err != nil {
		t.Truncate(int64(at)) // a disk that is full: what came of it is no record
		return err
	}
	if err := t.Sync(); err != nil {
		return err
	}
	if size == 0 {
		return syncDir(filepath.Dir(to))
	}
	return nil
}

// mkdir makes a folder durable: itself, and its name in the folder above.
func (f *folder) mkdir(dir string) error {
	if _, ok := f.made.Load(dir); ok {
		return nil
	}
	if dir == f.root {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	} else if _, err := os.Stat(dir); err != nil {
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
