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
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/scan"
)

//go:generate go test . -run TestSums -update

// Changed tells readers apart that the sources do not: of a build that was patched otherwise (go build -ldflags "-X
// github.com/gongkai/gongkai/cmd/gongkai/fingerprint.Changed=pdf:2"), and of tests. It is a list of READER:WORD or
// writer:WORD, separated by spaces.
var Changed string

// A Machine is what reads beside the program. Its parts are looked for when they are asked for: to hash the data of an
// engine takes longer than to read a page without pictures.
type Machine struct {
	office, ocr func() (string, error)
	scans       func() bool // there is an engine, whatever its name; nil = if it has a name
}

// Here is the machine of this process. ocr names the engine as scan.Open does, and dir is the folder it lies in. Each
// time it is asked it tells what is there then.
func Here(ocr, dir string) Machine {
	return Machine{office, func() (string, error) { return scan.Print(ocr, dir) }, func() bool { return scan.Installed(ocr, dir) }}
}

// With is a machine of which the parts have these names; "" = it is not there.
func With(office, ocr string) Machine {
	return Named(func() (string, error) { return office, nil }, func() (string, error) { return ocr, nil })
}

// Named is a machine that is asked for the names of its parts; nil = it is not there.
func Named(office, ocr func() (string, error)) Machine {
	none := func() (string, error) { return "", nil }
	if office == nil {
		office = none
	}
	if ocr == nil {
		ocr = none
	}
	return Machine{office: office, ocr: ocr}
}

// Scans reports whether there is an engine that reads pictures.
func (m Machine) Scans() bool {
	if m.scans != nil {
		return m.scans()
	}
	ocr, err := m.ocr()
	return ocr != "" || err != nil
}

// office names LibreOffice by the program that is started and by its build, which stands beside it; "" = it is not
// installed.
func office() (string, error) {
	path, err := exec.LookPath("soffice")
	if err != nil {
		return "", nil
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	program, err := os.ReadFile(real)
	if err != nil {
		return "", err
	}
	build, err := os.ReadFile(filepath.Join(filepath.Dir(real), "versionrc"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return "soffice " + sum(program) + " " + sum(build), nil
}

// A Part is what else had a part in a reading, or would have had one: it was asked for, whether it was there or not.
type Part struct {
	Pictures bool // the reader of pictures, of one that is in the document
	OCR      bool // the engine that recognises them
	Office   bool // LibreOffice
}

// Reader names what reads files of these media types, with what had a part in it. "" = it cannot be told.
func (m Machine) Reader(media []string, part Part) string {
	var readers []string
	for _, t := range media {
		readers = append(readers, readerOf(t))
	}
	if part.Pictures {
		readers = append(readers, "picture")
	}
	return m.named(part, readers...)
}

func (m Machine) named(part Part, readers ...string) string {
	slices.Sort(readers)
	readers = slices.Compact(readers)
	h := sha256.New()
	fmt.Fprintln(h, build())
	for _, r := range readers {
		units, ok := reach[r]
		if !ok {
			units = reach["any"]
		}
		write(h, r, units)
	}
	for _, p := range []struct {
		has bool
		of  string
		ask func() (string, error)
	}{{part.Office, "office", m.office}, {part.OCR, "ocr", m.ocr}} {
		if !p.has {
			continue
		}
		is, err := p.ask()
		if err != nil {
			return ""
		}
		fmt.Fprintf(h, "%s %q\n", p.of, is)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Pages names what recognises pages; "" = there is nothing that does, or it cannot be told what.
func (m Machine) Pages() string {
	ocr, err := m.ocr()
	if ocr == "" || err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintln(h, build())
	write(h, "page", reach["page"])
	fmt.Fprintf(h, "ocr %q\n", ocr)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// build names the compiler, and what it was to build for: where processors multiply and add in one step, which some have
// and others are built not to use, sums of fractions end in other digits, and geometry rests on such sums.
var build = sync.OnceValue(func() string {
	words := []string{runtime.Version(), runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if strings.HasPrefix(s.Key, "GO") && s.Key != "GOOS" { // GOAMD64, GOARM64, GOEXPERIMENT …
				words = append(words, s.Key+"="+s.Value)
			}
		}
	}
	return strings.Join(words, " ")
})

// Writer names what makes a dataset of what was read.
func Writer() string {
	h := sha256.New()
	fmt.Fprintln(h, build())
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

// Format names what reads files of one of Formats, with all that may have a part in it; pictures = one in them is
// recognised.
func (m Machine) Format(format string, pictures bool) string {
	part := Part{Pictures: pictures, OCR: pictures || format != "html" && format != "text",
		Office: format == "office" || format == "mht" || format == "any"}
	if pictures {
		return m.named(part, format, "picture")
	}
	return m.named(part, format)
}
