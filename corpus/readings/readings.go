// Package readings keeps what was made of documents: one object a document, in a folder or in a bucket of S3, under a
// key. It knows names and bytes; what they mean, and whether they are whole, package reading of output knows.
//
// An object is replaced where its reading is made anew, and is there whole or not at all. It is not brought to the disk
// at once: what a machine loses with its power is made again. Files that are being written lie apart, under the names of
// their writers; those of dead ones are removed when the store is opened.
package readings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
)

// ErrMissing is returned for what is not kept.
var ErrMissing = archive.ErrMissing

// A Store is a place where readings are kept. It is safe for use by several goroutines and processes.
type Store struct {
	root   string // of a folder
	made   sync.Map
	bucket *archive.Objects
}

// Open opens the store at a path, or in a bucket ("s3://bucket/prefix?…", as archive.Open has it). A folder is made
// when the first object is put.
func Open(ctx context.Context, where string) (*Store, error) {
	if strings.Contains(where, "://") {
		b, err := archive.OpenObjects(ctx, where)
		if err != nil {
			return nil, fmt.Errorf("readings %s: %w", where, err)
		}
		return &Store{bucket: b}, nil
	}
	abs, err := filepath.Abs(where)
	if err != nil {
		return nil, fmt.Errorf("readings %s: %w", where, err)
	}
	if info, err := os.Stat(abs); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("readings %s: not a folder", where)
	}
	archive.ClearParts(filepath.Join(abs, parts))
	return &Store{root: abs}, nil
}

// parts is the folder of a store in which files lie that are being written.
const parts = "tmp"

// name of an object: its key in a folder of its first two characters.
func name(key string) string { return key[:2] + "/" + key }

// Get gives the object of a key of two characters at least; ErrMissing where there is none.
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	if s.bucket != nil {
		return s.bucket.Get(ctx, name(key))
	}
	b, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(name(key))))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	return b, err
}

// Put keeps an object, in the place of one that has the key already.
func (s *Store) Put(ctx context.Context, key string, object []byte) error {
	if s.bucket != nil {
		return s.bucket.Put(ctx, name(key), object)
	}
	to := filepath.Join(s.root, filepath.FromSlash(name(key)))
	aside := filepath.Join(s.root, parts)
	for _, dir := range []string{filepath.Dir(to), aside} {
		if _, ok := s.made.Load(dir); !ok {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			s.made.Store(dir, true)
		}
	}
	part, err := os.CreateTemp(aside, archive.PartPrefix()+"*")
	if errors.Is(err, fs.ErrNotExist) { // somebody removed the folders
		s.made.Clear()
	}
	if err != nil {
		return err
	}
	_, err = part.Write(object)
	if e := part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(part.Name(), to)
	}
	if err != nil {
		os.Remove(part.Name())
		s.made.Clear()
	}
	return err
}

// An Object is one that lies in a store.
type Object struct {
	Key     string
	Bytes   int64
	Changed time.Time
	Left    bool // it is the part of one that an older program was writing
	path    string
}

// objectName is a name under which something is kept: two signs of its key, and its key.
var objectName = regexp.MustCompile(`^(..)/((?:[0-9a-f]{64}[-.0-9a-z]*)|index-[0-9a-f]{32}(?:\.[-0-9a-z]+)?|\.part-[0-9]+)$`)

// List lists what lies in the store and was put by it: other files and objects at the place are none of its own.
func (s *Store) List(ctx context.Context, each func(Object) error) error {
	take := func(name string, size int64, changed time.Time) error {
		m := objectName.FindStringSubmatch(name)
		if m == nil || m[2][0] != '.' && m[2][:2] != m[1] {
			return nil
		}
		return each(Object{Key: m[2], Bytes: size, Changed: changed, Left: m[2][0] == '.', path: name})
	}
	if s.bucket != nil {
		return s.bucket.List(ctx, func(o archive.ObjectInfo) error { return take(o.Name, o.Bytes, o.Changed) })
	}
	return filepath.WalkDir(s.root, func(p string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it was replaced or removed meanwhile
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(s.root, p)
		if err != nil {
			return err
		}
		return take(filepath.ToSlash(name), info.Size(), info.ModTime())
	})
}

// Discard removes an object that List has told.
func (s *Store) Discard(ctx context.Context, o Object) error { return s.remove(ctx, o.path) }

// Remove removes the object of a key, if there is one.
func (s *Store) Remove(ctx context.Context, key string) error { return s.remove(ctx, name(key)) }

func (s *Store) remove(ctx context.Context, name string) error {
	if s.bucket != nil {
		return s.bucket.Remove(ctx, name)
	}
	err := os.Remove(filepath.Join(s.root, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
