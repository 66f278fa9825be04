package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/image/draw"

	"github.com/gongkai/gongkai/extract/cputime"
)

// tesseract is the program of that name, which reads a list of pictures with one start.
type tesseract struct{ path, version string }

func openTesseract(path string) (*tesseract, error) {
	info, err := tesseractAt(path)
	if err != nil {
		return nil, err
	}
	for _, lang := range []string{"chi_sim", "eng"} {
		if !strings.Contains(info.languages, "\n"+lang) {
			return nil, fmt.Errorf("tesseract has no data for %s (Debian: tesseract-ocr-chi-sim)", lang)
		}
	}
	first, _, _ := strings.Cut(info.version, "\n")
	return &tesseract{path, first}, nil
}

func (t *tesseract) Name() string { return t.version }

func (t *tesseract) Close() {}

func (t *tesseract) Recognise(ctx context.Context, lines []*image.Gray, figures []bool) ([]Reading, error) {
	out := make([]Reading, len(lines))
	dir, err := os.MkdirTemp("", "gongkai-ocr-")
	if err != nil {
		return nil, fmt.Errorf("no folder for temporary files could be made (TMPDIR): %w", err)
	}
	defer os.RemoveAll(dir)
	all := make([]int, len(lines))
	for i := range all {
		all[i] = i
	}
	words, err := t.pages(ctx, dir, lines, all, "-l", "chi_sim", "--psm", "7")
	if err != nil {
		return nil, err
	}
	var small []int
	for i, r := range words {
		out[i] = r
		if figures[i] && couldBeFigure(&r) {
			if bar, ok := barOf(lines[i]); ok {
				out[i] = Reading{Text: bar, Confidence: 0.999}
			} else {
				small = append(small, i)
			}
		}
	}
	if len(small) == 0 {
		return out, nil
	}
	numbers, err := t.pages(ctx, dir, lines, small, "-l", "eng", "--psm", "7", "-c",
		"tessedit_char_whitelist=0123456789.,-")
	if err != nil {
		return nil, err
	}
	for k, i := range small {
		if numbers[k].Text != "" {
			out[i] = trusted(signed(inFigures(agree(numbers[k], out[i])), lines[i]))
		}
	}
	return out, nil
}

// pages has the program read the chosen lines as the pages of one document.
func (t *tesseract) pages(ctx context.Context, dir string, lines []*image.Gray, which []int, args ...string) ([]Reading,
	error) {
	var list bytes.Buffer
	for _, i := range which {
		name := filepath.Join(dir, strconv.Itoa(i)+".png")
		fmt.Fprintln(&list, name)
		if _, err := os.Stat(name); err == nil {
			continue
		}
		// it wants characters some thirty pixels high, and paper around them
		b := lines[i].Bounds()
		h := 40
		w := max(8, b.Dx()*h/max(b.Dy(), 1))
		big := image.NewGray(image.Rect(0, 0, w+24, h+24))
		for k := range big.Pix {
			big.Pix[k] = 255
		}
		draw.BiLinear.Scale(big, image.Rect(12, 12, 12+w, 12+h), lines[i], b, draw.Src, nil)
		var png1 bytes.Buffer
		if err := png.Encode(&png1, big); err != nil {
			return nil, err
		}
		if err := os.WriteFile(name, png1.Bytes(), 0o600); err != nil {
			return nil, err
		}
	}
	in := filepath.Join(dir, "list.txt")
	if err := os.WriteFile(in, list.Bytes(), 0o600); err != nil {
		return nil, err
	}
	cmd := cputime.Command(ctx, t.path, append([]string{in, "stdout"}, append(args, "tsv")...)...)
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Memory = 1 << 30
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	tsv, err := cmd.Output()
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		first, _, _ := strings.Cut(stderr.String(), "\n")
		return nil, errors.Join(fmt.Errorf("tesseract: %s", first), err)
	}
	out := make([]Reading, len(which))
	for i := range out {
		out[i].Confidence = 1
	}
	read := 0
	for _, l := range strings.Split(string(tsv), "\n") {
		f := strings.Split(strings.TrimRight(l, "\r"), "\t")
		if f[0] == "1" && len(f) >= 12 {
			read++
		}
		if len(f) < 12 || f[0] != "5" { // words
			continue
		}
		page, err1 := strconv.Atoi(f[1])
		conf, err2 := strconv.ParseFloat(f[10], 64)
		if err1 != nil || err2 != nil || page < 1 || page > len(out) || strings.TrimSpace(f[11]) == "" {
			continue
		}
		r := &out[page-1]
		if r.Text != "" && (r.Text[len(r.Text)-1] < 0x80 && f[11][0] < 0x80) {
			r.Text += " "
		}
		r.Text += strings.TrimSpace(f[11])
		r.Confidence = min(r.Confidence, conf/100)
	}
	if read != len(which) { // a line that it did not look at is not one without text
		return nil, fmt.Errorf("tesseract read %d of %d lines", read, len(which))
	}
	for i := range out {
		if out[i].Text == "" {
			out[i].Confidence = 0
		}
	}
	return out, nil
}
