package child

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract/pdf"
)

// TestLetters: Chinese characters of a font that is not in the file are drawn where they stand; where no font is to
// be had, the picture says how many are missing.
func TestLetters(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "wangchuan", "2022.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := pdf.Look(context.Background(), body, 1, pictureDPI, pdf.Options{Cache: t.TempDir()})
	if err != nil || v.Picture == nil {
		t.Fatal(err, v)
	}
	if len(v.Letters) < 300 {
		t.Fatalf("%d letters", len(v.Letters))
	}
	var inky []pdf.Letter // those that have ink enough to be told from none
	for _, l := range v.Letters {
		if !strings.Contains("一、。，：；（）《》·", l.Text) {
			inky = append(inky, l)
		}
	}
	ink := func(b []byte) (letters int, note bool) {
		p, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range inky {
			x, y := int(2*l.X), int(2*l.Base)
			box := image.Rect(x, y-int(1.6*l.Size), x+int(2*l.Size), y+int(0.3*l.Size))
			dark := 0
			for j := box.Min.Y; j < box.Max.Y; j++ {
				for i := box.Min.X; i < box.Max.X; i++ {
					if r, g, b, _ := p.At(i, j).RGBA(); r < 0x7000 && g < 0x7000 && b < 0x7000 {
						dark++
					}
				}
			}
			if dark > 12 {
				letters++
			}
		}
		for i := range 200 {
			for j := range 20 {
				if r, g, _, _ := p.At(i, j).RGBA(); r > 0x9000 && g < 0x3000 {
					note = true
				}
			}
		}
		return letters, note
	}
	before, _ := ink(v.Picture)
	none, err := letter(v, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, note := ink(none); n != before || !note {
		t.Errorf("without a font: %d letters drawn, before %d; said: %v", n, before, note)
	}
	f, done := openFont(chineseFonts)
	done()
	if f == nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chinese font is installed")
		}
		t.Skip("no Chinese font is installed")
	}
	drawn, err := letter(v, chineseFonts)
	if err != nil {
		t.Fatal(err)
	}
	n, note := ink(drawn)
	if n < len(inky)*95/100 || before > len(inky)/10 || note {
		t.Errorf("%d of %d letters drawn, before %d; said to be missing: %v", n, len(inky), before, note)
	}
	t.Logf("%d of %d letters have ink, before %d", n, len(inky), before)
}
