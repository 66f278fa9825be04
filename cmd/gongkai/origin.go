package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"

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

// files is the origin of what lies in files and on standard input. The paths are those that the user named: what is
// named is a document, whatever its name.
func files(stdin io.Reader, paths ...string) origin {
	named := make([]string, 0, len(paths))
	for _, p := range paths {
		named = append(named, filepath.ToSlash(p))
	}
	return func(_ context.Context, name string) (found, error) {
		c, err := corpus.Read(name, stdin)
		return found{library.Document{Capture: c}, corpus.Aside(name, corpus.Exists) && !slices.Contains(named, name)}, err
	}
}

// kept is the origin of what a crawl keeps.
func kept(lib *library.Library) origin {
	return func(ctx context.Context, name string) (found, error) {
		d, err := lib.Get(ctx, name)
		return found{Document: d}, err
	}
}
