package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/library"
)

// An origin gives documents by name: files, or what a crawl keeps.
type origin func(ctx context.Context, name string) (found, error)

// found is a document with where it comes from.
type found struct {
	library.Document
	aside bool // it lies in a folder beside documents, and nobody asked for it by its name
}

// files is the origin of what lies in files and on standard input. The paths are those that the user named.
func files(stdin io.Reader, paths ...string) origin {
	aside := asideOf(paths)
	return func(_ context.Context, name string) (found, error) {
		c, err := corpus.Read(name, stdin)
		return found{library.Document{Capture: c}, aside(name)}, err
	}
}

// A glance tells of a document what is known without its bytes; false where they must be looked at. Its Body, Bytes and
// Linked are empty. What is told of a file is which bytes it had when it was read, and that it bears the same stamp.
type glance func(name string) (found, bool)

// glanceAt is the glance at files of which the run before kept the stamps.
func glanceAt(known func(name string) (stamped, bool), paths ...string) glance {
	aside := asideOf(paths)
	now := time.Now()
	return func(name string) (f found, ok bool) {
		k, ok := known(name)
		if !ok || stampOf(filepath.FromSlash(name), now) != k.Stamp {
			return f, false
		}
		f.File, f.SHA256, f.aside = name, k.SHA256, aside(name)
		return f, true
	}
}

// asideOf tells what lies beside documents: what is named is a document, whatever its name.
func asideOf(paths []string) func(name string) bool {
	named := make([]string, 0, len(paths))
	for _, p := range paths {
		named = append(named, filepath.ToSlash(p))
	}
	return func(name string) bool { return corpus.Aside(name, corpus.Exists) && !slices.Contains(named, name) }
}

// glanceIn is the glance at what a crawl keeps: the ledger knows the hashes. That the archive still has the bytes, and has
// them whole, is for gongkai archive check to say.
func glanceIn(lib *library.Library) glance {
	return func(name string) (found, bool) {
		d, ok := lib.Glance(name)
		return found{Document: d}, ok
	}
}

// kept is the origin of what a crawl keeps.
func kept(lib *library.Library) origin {
	return func(ctx context.Context, name string) (found, error) {
		d, err := lib.Get(ctx, name)
		return found{Document: d}, err
	}
}
