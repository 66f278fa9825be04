// Package corpus knows what was published and where its bytes lie: the portals of the authorities, when each is to be
// visited, and documents in files and folders. How portals are visited and what is kept of them is in the packages
// below. It knows nothing of what a document says.
package corpus

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/extract/kind"
)

// MaxBytes is the size from which a document is not read into memory: 64 MiB. The largest reports seen have 20 MB.
const MaxBytes = 64 << 20

// A Capture is one document as it was found.
type Capture struct {
	File   string // the path as given, slash-separated; "-" for standard input
	SHA256 string // of the bytes, lower-case hex
	Bytes  int64  // length, also where Body was not kept
	Body   []byte // nil where the document is larger than MaxBytes
}

// Find lists the files under the given paths, sorted within each folder: files as they are, folders with all below
// them. Hidden files and folders (those of version control among them) are passed over in folders; "-" is standard
// input. What lies there besides documents is listed too, and Aside tells it.
func Find(paths []string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	add := func(p string) {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	for _, p := range paths {
		if p == "-" {
			add(p)
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, unwrapPath(err))
		}
		if !info.IsDir() {
			add(filepath.ToSlash(p))
			continue
		}
		var found []string
		root := p
		if real, err := filepath.EvalSymlinks(p); err == nil && real != filepath.Clean(p) {
			root = p + string(filepath.Separator) // a link that is named is followed, one met below is not
		}
		err = filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
			if err != nil {
				if d == nil {
					return fmt.Errorf("%s: %w", at, unwrapPath(err))
				}
				found = append(found, filepath.ToSlash(at)) // a folder that may not be read: Read says why
				return fs.SkipDir
			}
			name := d.Name()
			switch {
			case at != root && strings.HasPrefix(name, "."):
				if d.IsDir() {
					return fs.SkipDir
				}
			case !d.IsDir():
				found = append(found, filepath.ToSlash(at))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		sort.Strings(found)
		for _, f := range found {
			add(f)
		}
	}
	return out, nil
}

func unwrapPath(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

// Aside tells by its name a file that is likely to lie beside documents and to be none: notes (README.md, truth.json,
// LICENSE), what pages are made of, what file managers leave behind, and the parts of a page that a browser has saved,
// but for documents among them. exists says whether a file of a name is there. Whether it is a report all the same,
// only reading tells; and a file that somebody names is one to read, whatever its name.
func Aside(name string, exists func(name string) bool) bool {
	k := kind.Named(name)
	switch {
	case k.Class == kind.Note, k.Class == kind.Other:
		return true
	case !k.IsFile() && k.Class != kind.Slides && ofSavedPage(name, exists):
		return true
	}
	switch strings.ToLower(path.Base(name)) {
	case "license", "licence", "copying", "notice", "makefile", "thumbs.db", "desktop.ini", "sha256sums":
		return true
	}
	return false
}

// ofSavedPage reports whether a file lies in the folder of parts of a page that stands beside it: browsers save
// a.html with a folder a_files, and some with a.files.
func ofSavedPage(name string, exists func(name string) bool) bool {
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		page, ok := strings.CutSuffix(dir, "_files")
		if !ok {
			page, ok = strings.CutSuffix(dir, ".files")
		}
		if !ok || page == "" || strings.HasSuffix(page, "/") {
			continue
		}
		for _, ext := range kind.Of(kind.HTML).Extensions {
			if exists(page+"."+ext) || exists(page+"."+strings.ToUpper(ext)) {
				return true
			}
		}
	}
	return false
}

// Exists reports whether a file lies at a path as Find gives it.
func Exists(file string) bool {
	info, err := os.Stat(filepath.FromSlash(file))
	return err == nil && info.Mode().IsRegular()
}

// Read reads one document. Beyond MaxBytes only hash and length are taken, so that memory stays bounded whatever lies
// there.
func Read(file string, stdin io.Reader) (Capture, error) {
	c := Capture{File: file}
	in := stdin
	if file != "-" {
		f, err := os.Open(filepath.FromSlash(file))
		if err != nil {
			return c, fmt.Errorf("%s: %w", file, unwrapPath(err))
		}
		defer f.Close()
		in = f
	}
	hash := sha256.New()
	var body bytes.Buffer
	n, err := io.Copy(io.MultiWriter(hash, &body), io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return c, fmt.Errorf("%s: %w", file, unwrapPath(err))
	}
	c.Body = body.Bytes()
	if n > MaxBytes {
		c.Body = nil
		body = bytes.Buffer{}
		rest, err := io.Copy(hash, in)
		if err != nil {
			return c, fmt.Errorf("%s: %w", file, unwrapPath(err))
		}
		n += rest
	}
	c.Bytes = n
	c.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return c, nil
}
