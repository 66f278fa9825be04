package ofd

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	maxPart  = 64 << 20  // bytes of a part
	maxBytes = 256 << 20 // bytes of all parts together
	maxParts = 100_000
)

// A container is the zip archive with the parts of the file.
type container struct {
	parts  map[string]*zip.File // by their paths, without a slash at the beginning
	folded map[string]string    // paths in small letters, for producers that write them in two ways
	twice  []string             // paths of which there are two parts that differ
	left   int64                // bytes that may still be unpacked

	copying []byte
	pages   parser
}

var errLimit = errors.New("it is larger than the limit")

// openContainer opens the archive. Nothing is unpacked yet.
func openContainer(body []byte) (*container, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, fmt.Errorf("a damaged OFD file: %w", err)
	}
	if len(z.File) > maxParts {
		return nil, fmt.Errorf("an OFD file of more than %d parts", maxParts)
	}
	c := &container{parts: map[string]*zip.File{}, folded: map[string]string{}, left: maxBytes}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		name := cleanPath(f.Name)
		if old := c.parts[name]; old != nil {
			if old.CRC32 != f.CRC32 || old.UncompressedSize64 != f.UncompressedSize64 {
				c.twice = append(c.twice, name)
			}
			continue
		}
		c.parts[name] = f
		c.folded[strings.ToLower(name)] = name
	}
	return c, nil
}

func cleanPath(p string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(strings.TrimSpace(p), `\`, "/")), "/")
}

// has gives the name under which the archive holds a path.
func (c *container) has(p string) (string, bool) {
	if _, ok := c.parts[p]; ok {
		return p, true
	}
	p, ok := c.folded[strings.ToLower(p)]
	return p, ok
}

// read unpacks a part whole: one whose sum is wrong is not read.
func (c *container) read(p string) ([]byte, error) {
	var to bytes.Buffer
	err := c.unpack(p, &to)
	if err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}

// unpack writes a part to a buffer.
func (c *container) unpack(p string, to interface {
	io.Writer
	Grow(int)
	Len() int
}) error {
	name, ok := c.has(p)
	if !ok {
		return fmt.Errorf("%s is missing", p)
	}
	f := c.parts[name]
	if f.Flags&1 != 0 {
		return ErrEncrypted
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	most := min(maxPart, c.left)
	// what the archive says of its size may be anything, and is usually true
	to.Grow(int(min(f.UncompressedSize64, 32*f.CompressedSize64+64, uint64(most))))
	if c.copying == nil {
		c.copying = make([]byte, 32<<10)
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{to}, io.LimitReader(r, most+1), c.copying)
	n := int64(to.Len())
	c.left -= n
	if n > most {
		c.left = max(c.left, 0)
		return fmt.Errorf("%s: %w", name, errLimit)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// xml unpacks and parses a part. The node is never nil.
func (c *container) xml(p string) (*node, error) { return c.parsed(p, &parser{}) }

// page is xml for a part that is done with when the next one is asked for: its elements are made of the same memory.
func (c *container) page(p string) (*node, error) {
	c.pages.again()
	return c.parsed(p, &c.pages)
}

func (c *container) parsed(p string, by *parser) (*node, error) {
	var to strings.Builder
	if err := c.unpack(p, &to); err != nil {
		return &node{}, err
	}
	n, err := by.parse(to.String())
	if err != nil {
		err = fmt.Errorf("%s: %w", p, err)
	}
	return n, err
}

// find gives the path that a location means: from the folder of the part that names it, or from one of the folders
// above it; from the root where it begins with a slash.
func (c *container) find(location string, from ...string) (string, bool) {
	location = strings.ReplaceAll(strings.TrimSpace(location), `\`, "/")
	if location == "" || len(location) > 4096 {
		return "", false
	}
	if strings.HasPrefix(location, "/") {
		if p, ok := c.has(cleanPath(location)); ok {
			return p, true
		}
	}
	for _, dir := range from {
		for range 30 {
			if p, ok := c.has(cleanPath(dir + "/" + location)); ok {
				return p, true
			}
			if dir == "" || dir == "." {
				break
			}
			dir = path.Dir(dir)
		}
	}
	return c.has(cleanPath(location))
}
