// Package reading is what was made of a document's bytes, in the shape in which it is kept: the reports with their words
// and sketches, and what was asked for beside the bytes. It is a pure function of the bytes, of how they are named and
// where they were found (Asked), of what lies beside them (Linked), of the program that read them (Print), and of the forms.
//
// It knows the encoding, and whether an object is whole and of this encoding; it does not know where objects lie, nor
// which programs read alike.
package reading

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/reuse"
)

// Asked is what a reading depends on beside the program and what lies beside the document.
type Asked struct {
	SHA256   string // of the bytes, lower-case hex
	Name     string // of the file: of it only what says of which kind it is
	URL      string // where it was fetched: dates and bodies are read from it; "" for files
	Division string // code of the division whose portal it was found at; "" = not known
}

// Key names the reading: 64 hex digits.
func (a Asked) Key() string {
	name := strings.ToLower(a.Name)
	a.Name = path.Ext(name) + " " + path.Ext(strings.TrimSuffix(name, ".gz"))
	if strings.Contains(name, "html") { // folders count here: what has no tags is taken for a page below html/
		a.Name += " html"
	}
	return Sum(Append(nil, a))
}

// Sum is the SHA-256 of bytes as lower-case hex.
func Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A Reading is what was made of a document.
type Reading struct {
	Head
	Reports [][]Report // by File
}

// A Report is one that a file holds, with the sketch of its prose; nil where it has none.
type Report struct {
	*normalize.Report
	Sketch *reuse.Sketch
}

// A Head is what is asked of a reading before its reports are wanted.
type Head struct {
	Files    []File // the document; of an archive, its members
	Archive  bool
	Media    string // of the document
	Pages    int
	Bytes    int64 // of the document
	Pictures bool  // a picture in it was read, or asked to be
	OCR      bool  // the engine that recognises pictures was asked for, whether it was there or not
	Office   bool  // and so was LibreOffice
	Time     int64 // the limits within which it was read, nanoseconds of CPU time and bytes of memory; 0 = there was none
	Memory   int64
	Linked   []Link
	Print    string // names the program that read it, as far as its format is concerned
	Forms    string // names the forms of the notices that it was read by; "" = none was looked at; and
	Annexes  string // those of the tables of before; "" = they made no difference
	Digest   string // of Head without these three and the limits, and Reports: the same where another program reads the same
}

// Within reports whether the reading is that of larger limits too, of which 0 is none: what ended well within some, no
// limit had a part in.
func (h *Head) Within(time, memory int64) bool {
	fits := func(had, has int64) bool { return has == 0 || had > 0 && had <= has }
	return fits(h.Time, time) && fits(h.Memory, memory)
}

// A File is one file that was read.
type File struct {
	Name    string // within the archive; "" of the document itself
	SHA256  string // "" where it was not unpacked, and of the document itself
	Bytes   int64
	Media   string
	Pages   int
	Reports []Outline
}

// An Outline is what of a report decides with which others it is compared.
type Outline struct {
	Status normalize.Status
	Agency string
	Year   int
}

// A Link is a file beside the document that its reader asked for.
type Link struct {
	Ref    string
	SHA256 string // "" = there was none
}

// ErrForeign is wrapped by the error of Open where an object is no reading of this encoding under this name.
var ErrForeign = errors.New("no reading of this program")

// An envelope is an object.
type envelope struct {
	Schema string
	Key    string
	Head   Head
	Sizes  [][]int // of the reports, as they lie in the body one after another
}

const magic = "gongkai reading\n"

var schema = Sum([]byte(Schema[envelope]() + Schema[Report]()))

// Encoders and decoders are used by one at a time; each takes some hundred KB.
var (
	packers = sync.Pool{New: func() any {
		z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err) // the options are constants
		}
		return z
	}}
	unpackers = sync.Pool{New: func() any {
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostBytes))
		if err != nil {
			panic(err)
		}
		return z
	}}
)

// mostBytes is how large a reading may be when it is unpacked.
const mostBytes = 1 << 30

// Pack gives the object of a reading that is kept under a key, and sets its Digest. Encoding and hash are checked when
// it is opened.
func (r *Reading) Pack(key string) []byte {
	e := envelope{Schema: schema, Key: key}
	var body []byte
	for i, list := range r.Reports {
		var sizes []int
		r.Files[i].Reports = nil
		for k := range list {
			before := len(body)
			body = Append(body, list[k])
			sizes = append(sizes, len(body)-before)
			rep := list[k].Report
			r.Files[i].Reports = append(r.Files[i].Reports, Outline{rep.Status, rep.Agency, rep.Year})
		}
		e.Sizes = append(e.Sizes, sizes)
	}
	same := r.Head
	same.Print, same.Forms, same.Annexes, same.Digest, same.Time, same.Memory = "", "", "", "", 0, 0
	r.Digest = Sum(append(Append(nil, same), body...))
	e.Head = r.Head
	head := Append(nil, e)
	plain := append(Append(nil, len(head)), head...)
	plain = append(plain, body...)
	z := packers.Get().(*zstd.Encoder)
	packed := z.EncodeAll(plain, nil)
	packers.Put(z)
	sum := sha256.Sum256(packed)
	return append(append([]byte(magic), sum[:]...), packed...)
}

// A Kept is a reading that was opened: its reports are decoded one by one, each anew.
type Kept struct {
	Head
	sizes [][]int
	body  string
}

// Open opens an object that lies under a key. The error, which wraps ErrForeign, says why it cannot be used: it is
// damaged, or of something else.
func Open(key string, object []byte) (*Kept, error) {
	fail := func(why string) (*Kept, error) { return nil, fmt.Errorf("%w: %s", ErrForeign, why) }
	rest, ok := strings.CutPrefix(string(object), magic)
	if !ok || len(rest) < sha256.Size {
		return fail("its first bytes are of another kind of file")
	}
	if sum := sha256.Sum256([]byte(rest[sha256.Size:])); string(sum[:]) != rest[:sha256.Size] {
		return fail("it is damaged: its hash is another")
	}
	z := unpackers.Get().(*zstd.Decoder)
	plain, err := z.DecodeAll([]byte(rest[sha256.Size:]), nil)
	unpackers.Put(z)
	if err != nil {
		return fail("it is damaged: " + err.Error())
	}
	d := decoder{s: string(plain)}
	var e envelope
	n := 0
	err = func() (err error) {
		defer func() {
			if recover() != nil {
				err = errShort
			}
		}()
		n = int(d.int())
		return Decode(d.take(uint64(n)), &e)
	}()
	switch {
	case err != nil, e.Schema != schema:
		return fail("it is of another version of the program")
	case e.Key != key:
		return fail("it is of another document")
	}
	k := &Kept{e.Head, e.Sizes, d.s}
	whole := 0
	for i, list := range e.Sizes {
		if i >= len(k.Files) || len(list) != len(k.Files[i].Reports) {
			return fail("it is damaged: its parts do not fit")
		}
		for _, n := range list {
			whole += n
		}
	}
	if len(e.Sizes) != len(k.Files) || whole != len(k.body) {
		return fail("it is damaged: its parts do not fit")
	}
	return k, nil
}

// Report decodes the report of an ordinal in a file of an ordinal, both from 0.
func (k *Kept) Report(file, ordinal int) (r Report, err error) {
	at := 0
	for i, list := range k.sizes {
		for n, size := range list {
			if i == file && n == ordinal {
				return r, Decode(k.body[at:at+size], &r)
			}
			at += size
		}
	}
	return r, errShort
}
