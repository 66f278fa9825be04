// Package readings keeps what was made of documents: one object a document, in a folder or in a bucket of S3, under a
// key. It knows names and bytes; what they mean, and whether they are whole, package reading of output knows.
//
// An object is replaced where its reading is made anew, and is there whole or not at all. It is not brought to the disk
// at once: what a machine loses with its power is made again.
package readings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

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
	return &Store{root: abs}, nil
}

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
	dir := filepath.Dir(to)
	if _, ok := s.made.Load(dir); !ok {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		s.made.Store(dir, true)
	}
	part, err := os.CreateTemp(dir, ".part-*")
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
	}
	return err
}
