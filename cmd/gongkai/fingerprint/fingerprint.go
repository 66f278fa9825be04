// Package fingerprint names the programs that read and write: two builds whose code and data for a format are the same
// have the same name for it. What was read is kept under it (package reading of output), and a dataset says by which
// program its years were written.
//
// The names come of sums.go, which holds a hash of every package of ours and of the data in it, and which of them a
// reader can reach. It is made of the sources, and a test fails where it is not up to date, so that no change of a reader
// can be forgotten:
//
//	go generate ./cmd/gongkai/fingerprint
//
// The files of forms are not in them: which of them a reading depends on, it says itself (form.Forms.Print).
//
// Of package extract, in which the readers of all formats lie, it is followed from function to function what each
// reaches: a change in the reader of PDF leaves those of HTML as they were.
package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/extract/kind"
)

//go:generate go test . -run TestSums -update

// Changed tells readers apart that the sources do not: of a build that was patched otherwise (go build -ldflags "-X
// github.com/gongkai/gongkai/cmd/gongkai/fingerprint.Changed=pdf:2"), and of tests. It is a list of READER:WORD or
// writer:WORD, separated by spaces.
var Changed string

// A Machine is what reads beside the program.
type Machine struct {
	Office string // LibreOffice; "" = it is not installed
	OCR    string // the engine that reads pictures; "" = none
}

// Here is the machine of this process. ocr names the engine as scan.Open does, and dir is the folder it lies in.
func Here(ocr, dir string) Machine {
	var m Machine
	if path, err := exec.LookPath("soffice"); err == nil {
		m.Office = "soffice"
		if real, err := filepath.EvalSymlinks(path); err == nil { // its build stands beside it
			if b, err := os.ReadFile(filepath.Join(filepath.Dir(real), "versionrc")); err == nil {
				m.Office += " " + sum(b)
			}
		}
	}
	m.OCR = engine(ocr, dir)
	return m
}

// engine names the engine that scan.Open would open: by the files in its folder, or by its program.
func engine(name, dir string) string {
	if name == "none" {
		return ""
	}
	var parts []string
	if name != "tesseract" {
		_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				if info, err := d.Info(); err == nil {
					rel, _ := filepath.Rel(dir, path)
					parts = append(parts, fmt.Sprintf("%s %d", filepath.ToSlash(rel), info.Size()))
				}
			}
			return nil
		})
	}
	if path, err := exec.LookPath("tesseract"); err == nil && name != "paddle" {
		parts = append(parts, "tesseract")
		if info, err := os.Stat(path); err == nil {
			parts = append(parts, fmt.Sprint(info.Size()))
		}
	}
	if parts == nil {
		return ""
	}
	return name + " " + strings.Join(parts, ", ")
}

// Reader names what reads files of these media types; pictures = one in them was recognised, or asked to be.
func (m Machine) Reader(media []string, pictures bool) string {
	var readers []string
	for _, t := range media {
		readers = append(readers, readerOf(t))
	}
	if pictures {
		readers = append(readers, "picture")
	}
	return m.named(readers...)
}

func (m Machine) named(readers ...string) string {
	slices.Sort(readers)
	readers = slices.Compact(readers)
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version())
	for _, r := range readers {
		units, ok := reach[r]
		if !ok {
			units = reach["any"]
		}
		write(h, r, units)
		switch r {
		case "html", "text":
		case "office", "mht", "any":
			fmt.Fprintf(h, "office %q\n", m.Office)
			fallthrough
		default:
			fmt.Fprintf(h, "ocr %q\n", m.OCR)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Writer names what makes a dataset of what was read.
func Writer() string {
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version())
	write(h, "writer", reach["writer"])
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func write(w io.Writer, name string, units []string) {
	fmt.Fprintln(w, name)
	for _, c := range strings.Fields(Changed) {
		if of, word, _ := strings.Cut(c, ":"); of == name {
			fmt.Fprintf(w, "%q\n", word)
		}
	}
	for _, u := range units {
		fmt.Fprintf(w, "%s %s\n", u, sums[u])
	}
}

// readerOf is which reader of package extract takes files of a media type; "any" = it is not known.
func readerOf(media string) string {
	switch media {
	case kind.PDF:
		return "pdf"
	case kind.OFD:
		return "ofd"
	case kind.HTML, kind.JSON:
		return "html"
	case kind.Plain, kind.Bytes:
		return "text"
	case kind.Docx, kind.Xlsx, kind.Odt, kind.Ods, kind.Doc, kind.Xls, kind.RTF, kind.WordXML:
		return "office"
	case kind.PNG, kind.JPEG, kind.GIF, kind.BMP, kind.TIFF, kind.WebP:
		return "picture"
	}
	return "any"
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:8])
}

// Formats are the kinds of files for which there are readers of their own.
var Formats = []string{"any", "html", "mht", "ofd", "office", "pdf", "picture", "text"}

// FormatOf is which of Formats files of a media type are; "any" where it is not known before they are opened.
func FormatOf(media string) string { return readerOf(media) }

// Format names what reads files of one of Formats; pictures = one in them is recognised.
func (m Machine) Format(format string, pictures bool) string {
	if pictures {
		return m.named(format, "picture")
	}
	return m.named(format)
}
