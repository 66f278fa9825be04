package scan

import (
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

// pagesVersion is raised whenever pages are read differently than before: what was kept is then read anew.
const pagesVersion = 4

// Kept is Page, with what was seen kept in a folder: a run that was broken off goes on with the pages that it had not
// read, and a document that comes again costs nothing. dir "" keeps nothing.
func Kept(ctx context.Context, e Engine, img image.Image, scale float64, dir string) (*layout.Seen, error) {
	if dir == "" {
		return Page(ctx, e, img, scale)
	}
	h := sha256.New()
	fmt.Fprintln(h, pagesVersion, e.Name(), scale, img.Bounds())
	switch m := img.(type) {
	case *image.RGBA:
		h.Write(m.Pix)
	case *image.Gray:
		h.Write(m.Pix)
	default:
		b := img.Bounds()
		row := make([]byte, 0, 8*b.Dx())
		for y := b.Min.Y; y < b.Max.Y; y++ {
			row = row[:0]
			for x := b.Min.X; x < b.Max.X; x++ {
				r, g, bl, a := img.At(x, y).RGBA()
				row = append(row, byte(r>>8), byte(g>>8), byte(bl>>8), byte(a>>8))
			}
			h.Write(row)
		}
	}
	key := hex.EncodeToString(h.Sum(nil))
	file := filepath.Join(dir, key[:2], key+".json")
	if b, err := os.ReadFile(file); err == nil {
		s := &layout.Seen{}
		if json.Unmarshal(b, s) == nil {
			s.Width, s.Height = size(img, scale)
			return s, nil
		}
	}
	s, err := Page(ctx, e, img, scale)
	if err != nil {
		return nil, err
	}
	keep(file, s) // a full disk costs the time of reading the page again, no more
	return s, nil
}

func keep(file string, s *layout.Seen) {
	b, err := json.Marshal(s)
	if err != nil || os.MkdirAll(filepath.Dir(file), 0o755) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(b)
	if cerr := f.Close(); err != nil || cerr != nil || os.Rename(f.Name(), file) != nil {
		os.Remove(f.Name())
	}
}
