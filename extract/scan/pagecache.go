package scan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"path/filepath"

	"github.com/gongkai/gongkai/extract/layout"
)

// A Shelf keeps what was seen on pages in a folder: a run that was broken off goes on with the pages that it had not
// read, and a document that comes again costs nothing.
type Shelf struct {
	Dir string
	// Reader names all that reads pages: the program as it is built, the engine and its data (Print). "" = it cannot be
	// told, and nothing is taken or kept.
	Reader func() string
	Fresh  bool // what is kept is passed by; what is read is kept
}

// pageMagic begins a kept page: a hash of the rest follows, which is the name that it lies under and what was seen.
const pageMagic = "gongkai page\n"

// Page is that of the package, with what was seen taken from the shelf or put there. A nil shelf keeps nothing.
func (s *Shelf) Page(ctx context.Context, e Engine, img image.Image, scale float64) (*layout.Seen, error) {
	reader := ""
	if s != nil && s.Dir != "" {
		reader = s.Reader()
	}
	if reader == "" {
		return Page(ctx, e, img, scale)
	}
	key := pageKey(reader, e, img, scale)
	file := filepath.Join(s.Dir, key[:2], key)
	if !s.Fresh {
		if seen := openPage(file, key); seen != nil {
			seen.Width, seen.Height = size(img, scale)
			return seen, nil
		}
	}
	seen, err := Page(ctx, e, img, scale)
	if err != nil {
		return nil, err
	}
	if s.Reader() == reader { // the engine was not replaced meanwhile
		keepPage(file, key, seen) // a full disk costs the time of reading the page again, no more
	}
	return seen, nil
}

// pageKey names a picture and what reads it.
func pageKey(reader string, e Engine, img image.Image, scale float64) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %v %v %T\n", reader, e.Name(), scale, img.Bounds(), img)
	switch m := img.(type) {
	case *image.RGBA:
		fmt.Fprintln(h, m.Stride)
		h.Write(m.Pix)
	case *image.Gray:
		fmt.Fprintln(h, m.Stride)
		h.Write(m.Pix)
	default:
		b := img.Bounds()
		row := make([]byte, 0, 8*b.Dx())
		for y := b.Min.Y; y < b.Max.Y; y++ {
			row = row[:0]
			for x := b.Min.X; x < b.Max.X; x++ {
				r, g, bl, a := img.At(x, y).RGBA()
				for _, v := range [4]uint32{r, g, bl, a} {
					row = append(row, byte(v>>8), byte(v))
				}
			}
			h.Write(row)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// openPage takes what was seen from a file; nil = it is not there, not whole, or another page's.
func openPage(file, key string) *layout.Seen {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	rest, ok := bytes.CutPrefix(b, []byte(pageMagic))
	if !ok || len(rest) < sha256.Size {
		return nil
	}
	body := rest[sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return nil
	}
	body, ok = bytes.CutPrefix(body, []byte(key+"\n"))
	seen := &layout.Seen{}
	if !ok || json.Unmarshal(body, seen) != nil {
		return nil
	}
	return seen
}

func keepPage(file, key string, s *layout.Seen) {
	b, err := json.Marshal(s)
	if err != nil || os.MkdirAll(filepath.Dir(file), 0o755) != nil {
		return
	}
	body := append([]byte(key+"\n"), b...)
	sum := sha256.Sum256(body)
	f, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(append(append([]byte(pageMagic), sum[:]...), body...))
	if cerr := f.Close(); err != nil || cerr != nil || os.Rename(f.Name(), file) != nil {
		os.Remove(f.Name())
	}
}
