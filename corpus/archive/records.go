package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The records of a WARC file, one after the other, from a file that may be damaged or made to do harm. What cannot be
// read is told with its place, and reading goes on where the next record begins: behind a member that cannot be
// decompressed, at the next one that a record begins with; behind a head or a length that is wrong, at the next line that
// is the first of a record. So much of a file is in memory as its largest record, and at most MaxBody.

const (
	mostHead  = 256 << 10 // bytes of the head of a record
	mostAgain = 1 << 30   // bytes of blocks with wrong lengths that are looked through once more for records
	mostBlock = MaxBody + 1<<20
)

// A warcRecord is the head of one, and where it lies.
type warcRecord struct {
	kind   string            // in lower case
	fields map[string]string // by names in lower case; of a repeated one the first
	length int64             // of its block
	place  string            // in words
	begins int64             // its block, in the stream
}

func (r *warcRecord) get(name string) string { return r.fields[name] }

// id is what a field refers to: without brackets.
func (r *warcRecord) id(name string) string { return strings.Trim(r.fields[name], "<> ") }

// A warcReader reads records.
type warcReader struct {
	in     *input
	name   string // of the file
	tell   func(place, why string)
	number int
	buf    []byte // read and not yet used
	at     int64  // where buf begins, in the stream
	err    error  // what came behind buf
	again  int64
	ended  bool
	told   bool // r.err was
	lost   bool // what follows may be the rest of a record that was told
}

func readRecords(in *input, name string, tell func(place, why string)) *warcReader {
	return &warcReader{in: in, name: name, tell: tell}
}

// peek gives n bytes, fewer at the end of what can be read.
func (r *warcReader) peek(n int) []byte {
	for len(r.buf) < n && r.err == nil {
		if cap(r.buf)-len(r.buf) < 1<<15 {
			more := make([]byte, len(r.buf), max(1<<17, 2*len(r.buf)))
			copy(more, r.buf)
			r.buf = more
		}
		k, err := r.in.Read(r.buf[len(r.buf):min(cap(r.buf), len(r.buf)+1<<16)])
		r.buf, r.err = r.buf[:len(r.buf)+k], err
	}
	return r.buf[:min(n, len(r.buf))]
}

func (r *warcReader) use(n int) {
	r.buf = r.buf[n:]
	r.at += int64(n)
}

// unread puts back what was read.
func (r *warcReader) unread(b []byte) {
	r.again += int64(len(b))
	r.buf = append(append(make([]byte, 0, len(b)+len(r.buf)), b...), r.buf...)
	r.at -= int64(len(b))
}

// line reads a line of at most most bytes, with its end; false where it is longer, or breaks off.
func (r *warcReader) line(most int) ([]byte, bool) {
	for n := 256; ; n = min(2*n, most) {
		b := r.peek(n)
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			line := b[:i+1]
			r.use(i + 1)
			return line, true
		}
		if len(b) < n || n >= most {
			return nil, false
		}
	}
}

// where says in words where the record lies that begins at a place of the stream.
func (r *warcReader) where(at int64) string {
	file := r.in.place(at)
	s := fmt.Sprintf("%s: record %d, byte %d", r.name, r.number, file)
	if r.in.form != plainFile && at > 0 && !r.in.boundary(at) {
		s += fmt.Sprintf(" (%d decompressed)", at)
	}
	return s
}

// recover goes on behind what cannot be read; false at the end.
func (r *warcReader) recover() bool {
	if r.err == nil || errors.Is(r.err, io.EOF) {
		return r.err == nil
	}
	if !r.told {
		r.tell(fmt.Sprintf("%s: byte %d", r.name, r.in.member), r.err.Error())
	}
	r.told = false
	ok, err := r.in.resume()
	if err != nil {
		r.tell(r.name, err.Error())
	}
	r.at = r.in.given
	r.buf, r.err = nil, nil
	return ok && err == nil
}

// breaksOff tells that a record ends with what can be read, and why nothing more can.
func (r *warcReader) breaksOff(place, why string) {
	if r.err != nil && !errors.Is(r.err, io.EOF) && !r.told {
		why += ": " + r.err.Error()
		r.told = true
	}
	r.tell(place, why)
}

// isFirst tells the first line of a record.
func isFirst(line []byte) bool {
	return len(line) > 7 && bytes.HasPrefix(line, []byte("WARC/")) && line[5] >= '0' && line[5] <= '9' && line[6] == '.'
}

// next reads the head of the next record: nil at the end of the file.
func (r *warcReader) next() *warcRecord {
	for !r.ended {
		for { // what is between records
			b := r.peek(1)
			if len(b) == 0 || b[0] != '\r' && b[0] != '\n' {
				break
			}
			r.use(1)
		}
		r.in.passed(r.at)
		if len(r.peek(8)) == 0 {
			r.ended = !r.recover()
			continue
		}
		r.number++
		if !isFirst(r.peek(8)) {
			r.junk()
			continue
		}
		if rec := r.head(); rec != nil {
			r.lost = false
			return rec
		}
		r.lost = true
	}
	return nil
}

// junk passes over what is no record, to the next line that is the first of one.
func (r *warcReader) junk() {
	from, place := r.at, r.where(r.at)
	arc := from == 0 && bytes.HasPrefix(r.peek(11), []byte("filedesc://"))
	shown := printable(r.peek(24))
	for {
		b := r.peek(1 << 16)
		i := 0
		for i = bytes.Index(b, []byte("WARC/")); i >= 0; {
			if (i > 0 && b[i-1] == '\n' || i == 0 && r.in.boundary(r.at)) && isFirst(b[i:min(len(b), i+8)]) {
				r.use(i)
				r.tellJunk(place, from, shown)
				return
			}
			k := bytes.Index(b[i+1:], []byte("WARC/"))
			if k < 0 {
				break
			}
			i += 1 + k
		}
		if len(b) < 1<<16 {
			r.use(len(b))
			if arc {
				r.tell(place, "an ARC file, the format before WARC; warcio recompress makes WARC of it")
			} else {
				r.tellJunk(place, from, shown)
			}
			return
		}
		r.use(len(b) - 8)
	}
}

// tellJunk tells what is no record, but for the rest of one that was told.
func (r *warcReader) tellJunk(place string, from int64, shown string) {
	if !r.lost {
		r.tell(place, fmt.Sprintf("%d bytes that are no record (%q …)", r.at-from, shown))
	}
}

func printable(b []byte) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == utf8.RuneError {
			return '.'
		}
		return c
	}, string(b))
}

// head reads the head of a record; nil where it is none, which is told.
func (r *warcReader) head() *warcRecord {
	rec := &warcRecord{place: r.where(r.at), fields: map[string]string{}}
	if _, ok := r.line(64); !ok { // its version: what there is of it is the same in all
		r.breaksOff(rec.place, "its first line is none")
		r.use(len(r.peek(5)))
		return nil
	}
	last, size := "", 0
	for {
		if isFirst(r.peek(8)) {
			r.tell(rec.place, "its head breaks off: another record begins in it")
			return nil
		}
		line, ok := r.line(mostHead - size)
		if !ok {
			if size+len(r.buf) < mostHead {
				r.breaksOff(rec.place, "its head breaks off")
				r.use(len(r.buf))
			} else {
				r.tell(rec.place, fmt.Sprintf("its head is larger than %d bytes", mostHead))
			}
			return nil
		}
		size += len(line)
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			break
		}
		if (text[0] == ' ' || text[0] == '\t') && last != "" { // goes on
			rec.fields[last] += " " + strings.TrimSpace(text)
			continue
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok {
			continue
		}
		last = strings.ToLower(strings.TrimSpace(name))
		value = strings.TrimSpace(value)
		if before, ok := rec.fields[last]; ok {
			if last == "content-length" && before != value {
				r.tell(rec.place, fmt.Sprintf("it has two lengths, %.20q and %.20q", before, value))
				return nil
			}
			last = ""
			continue
		}
		rec.fields[last] = value
	}
	n, err := strconv.ParseInt(rec.fields["content-length"], 10, 64)
	if err != nil || n < 0 {
		r.tell(rec.place, fmt.Sprintf("Content-Length is %.40q", rec.fields["content-length"]))
		return nil
	}
	rec.length, rec.begins, rec.kind = n, r.at, strings.ToLower(rec.fields["warc-type"])
	if r.in.form == plainFile && n > r.in.size-r.at {
		r.tell(rec.place, fmt.Sprintf("breaks off: Content-Length is %d, and %d bytes follow", n, r.in.size-r.at))
		return nil
	}
	return rec
}

// shortened tells the block of a record that ends before its length, where the next one begins with a member of its own.
func (r *warcReader) shortened(rec *warcRecord) bool {
	return r.at > rec.begins && len(r.peek(1)) > 0 && r.in.boundary(r.at) && isFirst(r.peek(8))
}

// block reads the block of a record, and proves where it ends and its digest; false where it is not whole or not what it
// says, which is told. A block that is too large is told and passed over.
func (r *warcReader) block(rec *warcRecord) ([]byte, bool) {
	if rec.length > mostBlock {
		r.tell(rec.place, fmt.Sprintf("%d bytes: larger than %d", rec.length, int64(MaxBody)))
		r.skip(rec)
		return nil, false
	}
	out := make([]byte, 0, min(rec.length, 1<<20))
	for int64(len(out)) < rec.length {
		if r.shortened(rec) {
			r.tell(rec.place, fmt.Sprintf("Content-Length is %d, and its block ends after %d bytes", rec.length, len(out)))
			return nil, false
		}
		b := r.peek(1)
		if len(b) == 0 {
			r.breaksOff(rec.place, fmt.Sprintf("breaks off after %d of %d bytes", len(out), rec.length))
			r.lookThrough(out)
			return nil, false
		}
		n := int(min(rec.length-int64(len(out)), int64(len(r.buf))))
		for _, s := range r.in.starts { // to where the next member begins
			if s.at > r.at {
				n = int(min(int64(n), s.at-r.at))
				break
			}
		}
		out = append(out, r.buf[:n]...)
		r.use(n)
	}
	of := [][]byte{out}
	if rec.kind == "revisit" { // wget gives it the digest of what stands behind the head: nothing
		_, rest, _ := bytes.Cut(out, []byte("\r\n\r\n"))
		of = append(of, rest)
	}
	proven, why := proveDigest(rec.get("warc-block-digest"), of...)
	switch {
	case why != "":
		r.tell(rec.place, "its block "+why)
		if !r.endsHere() {
			r.lookThrough(out)
		}
		return nil, false
	case !proven && !r.endsHere():
		r.tell(rec.place, fmt.Sprintf("Content-Length is %d, and no record ends there", rec.length))
		r.lookThrough(out)
		return nil, false
	case !proven && r.damaged(): // by a checksum, which stands behind what it is of
		r.breaksOff(rec.place, "it lies in a member that is damaged, and has no digest that proves it")
		return nil, false
	}
	return out, true
}

// damaged tells that what was read up to here lies, or a part of it, in a member that cannot be decompressed.
func (r *warcReader) damaged() bool {
	return r.err != nil && !errors.Is(r.err, io.EOF) && r.in.given-r.in.made < r.at
}

// endsHere tells whether what follows is the end of a record.
func (r *warcReader) endsHere() bool {
	b := r.peek(64)
	rest := bytes.TrimLeft(b, "\r\n")
	return len(rest) == 0 || isFirst(rest) || r.in.boundary(r.at+int64(len(b)-len(rest)))
}

// lookThrough has the block of a record whose length is wrong looked through for the records that it swallowed.
func (r *warcReader) lookThrough(block []byte) {
	r.lost = true
	if r.again+int64(len(block)) > mostAgain {
		return
	}
	for from := 0; ; {
		i := bytes.Index(block[from:], []byte("\nWARC/"))
		if i < 0 {
			return
		}
		if from += i + 1; isFirst(block[from:]) {
			r.unread(block[from:])
			return
		}
	}
}

// skip passes over the block of a record.
func (r *warcReader) skip(rec *warcRecord) {
	for left := rec.length; left > 0; {
		if r.shortened(rec) {
			r.tell(rec.place, fmt.Sprintf("Content-Length is %d, and its block ends after %d bytes", rec.length,
				rec.length-left))
			return
		}
		if len(r.peek(1)) == 0 {
			r.breaksOff(rec.place, fmt.Sprintf("breaks off after %d of %d bytes", rec.length-left, rec.length))
			return
		}
		n := int(min(left, int64(len(r.buf))))
		for _, s := range r.in.starts {
			if s.at > r.at {
				n = int(min(int64(n), s.at-r.at))
				break
			}
		}
		r.use(n)
		left -= int64(n)
	}
}
