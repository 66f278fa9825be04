package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/extract/scan"
)

// Media types of the files of offices, as the list of kinds has them.
const (
	mediaDocx = kind.Docx
	mediaXlsx = kind.Xlsx
	mediaOdt  = kind.Odt
	mediaOds  = kind.Ods
	mediaDoc  = kind.Doc
	mediaXls  = kind.Xls
	mediaRTF  = kind.RTF

	mediaWordXML = kind.WordXML
)

// MaxBytes is the size of the largest document that is read: 64 MiB. The largest reports seen have 20 MB.
const MaxBytes = 64 << 20

// Unreadable is the error of a document that no reader can take. Reason is one sentence for a person.
type Unreadable struct{ Reason string }

func (e *Unreadable) Error() string { return e.Reason }

// An Option is a choice of the caller's.
type Option func(*options)

type options struct {
	cache    string
	ocr      func() (scan.Engine, error)
	pdfium   func(context.Context) (*pdf.PDFium, error)
	progress func(page, pages int)
	picture  func()
	pages    *scan.Shelf
	soffice  string
	second   func(failed error)
	linked   func(ref string) ([]byte, error)
}

// WithCache names a folder in which readers keep what they would else make anew for each process.
func WithCache(dir string) Option { return func(o *options) { o.cache = dir } }

// Read is ReadContext without a limit of time.
func Read(body []byte, hint string, opts ...Option) (*Document, error) {
	return ReadContext(context.Background(), body, hint, opts...)
}

// ReadContext reads the bytes of one document. What they are is told by the bytes; hint, a media type or file name,
// only decides where they say nothing. The Document is never nil: beside an error it still carries SHA256, MediaType
// and Bytes. The error is an *Unreadable, or the context's.
func ReadContext(ctx context.Context, body []byte, hint string, opts ...Option) (doc *Document, err error) {
	var o options
	for _, set := range opts {
		set(&o)
	}
	sum := sha256.Sum256(body)
	doc = &Document{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(body))}
	defer func() {
		// a reader that panics on hostile bytes must not take the run with it
		if p := recover(); p != nil {
			doc.Blocks = nil
			err = &Unreadable{fmt.Sprintf("the reader broke off: %v", p)}
		}
		for i := range doc.Doubts {
			doc.Doubts[i].Message = legible(doc.Doubts[i].Message)
		}
		var un *Unreadable
		if errors.As(err, &un) {
			un.Reason = legible(un.Reason)
		}
	}()
	if len(body) > MaxBytes {
		return doc, &Unreadable{fmt.Sprintf("larger than the limit of %d MiB (%d bytes)", MaxBytes>>20, len(body))}
	}
	what := sniff(body, hint)
	doc.MediaType = what.media
	if article, ok := jsonArticle(body); ok {
		doc.MediaType = kind.JSON
		return doc, readHTML(ctx, doc, article, o)
	}
	if what.reason != "" {
		return doc, &Unreadable{what.reason}
	}
	switch what.media {
	case kind.PDF:
		return doc, readPDF(ctx, doc, body, o)
	case kind.OFD:
		return doc, readOFD(ctx, doc, body, o)
	case kind.HTML:
		if is, _ := isMarkdown(body); is {
			return doc, readMarkdown(ctx, doc, decode(doc, body, false), o)
		}
		return doc, readHTML(ctx, doc, body, o)
	case mediaDocx, mediaOdt, mediaOds, mediaRTF, mediaDoc, mediaXls, mediaXlsx, mediaWordXML:
		return doc, readOffice(ctx, doc, body, o)
	case kind.PNG, kind.JPEG, kind.GIF, kind.BMP, kind.TIFF, kind.WebP:
		return doc, readPicture(ctx, doc, body, o)
	case mediaMHT:
		return doc, readMHT(ctx, doc, body, o)
	case kind.Gzip:
		inner, err := ungzip(body)
		if err != nil {
			return doc, &Unreadable{"damaged gzip-compressed data: " + err.Error()}
		}
		if k := sniff(inner, hint); k.media != kind.Gzip { // once is enough
			whole := *doc
			doc, err = ReadContext(ctx, inner, strings.TrimSuffix(hint, ".gz"), opts...)
			doc.SHA256, doc.Bytes = whole.SHA256, whole.Bytes
			var un *Unreadable
			if errors.As(err, &un) {
				err = &Unreadable{"gzip-compressed data: " + un.Reason}
			}
			return doc, err
		}
		return doc, &Unreadable{"data that is compressed more than once"}
	}
	return doc, readText(ctx, doc, body)
}

// legible makes a message that may quote the bytes of a broken file one that a person can read, and no longer than
// that.
func legible(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 400 {
		return string(r[:300]) + " … " + string(r[len(r)-90:])
	}
	return s
}

// clean folds white space to single spaces, trims, and drops characters without width.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case isSpace(r):
			space = b.Len() > 0
		case r == '\u202e': // what follows is shown backwards: not what the characters say
			b.WriteRune('\ufffd')
		case invisible(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isClean reports whether clean would change nothing: quick, because most cells are short.
func isClean(s string) bool {
	prev := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c < ' ' || c == 0x7f || c == ' ' && prev == ' ':
			return false
		case c == 0xc2 || c == 0xe1 || c == 0xe2 || c == 0xe3 || c == 0xef || c == 0xf3:
			// of what isSpace and invisible know
			return false
		}
		prev = c
	}
	return len(s) == 0 || prev != ' '
}

func isSpace(r rune) bool {
	switch {
	case r == ' ' || r >= '\t' && r <= '\r' || r == 0x85 || r == 0xa0:
		return true
	case r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f:
		return true
	case r == 0x3000:
		return true
	}
	return false
}

// invisible characters carry no meaning in these documents: controls, zero-width and directional marks, soft hyphens,
// byte-order marks, variation selectors, private-use fillers of old fonts are kept.
func invisible(r rune) bool {
	switch {
	case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xad || r == 0x180e:
		return true
	case r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f:
		return true
	case r == 0xfeff || r >= 0xfe00 && r <= 0xfe0f || r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe01ef:
		return true
	}
	return false
}

// cleanLines cleans each line of a cell's text and drops the empty ones.
func cleanLines(s string) string {
	if !strings.Contains(s, "\n") {
		return clean(s)
	}
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = clean(l); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}
