package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// How a WARC file is compressed.
const (
	plainFile = iota
	gzipFile  // RFC 1952; a member a record, one member, or blocks that records cross
	zstdFile  // http://iipc.github.io/warc-specifications/specifications/warc-zstd/
)

// What decompresses to more than bombBytes and to more than bombRatio times what it is, is no record.
const (
	bombBytes = 512 << 20
	bombRatio = 200
)

// mostTries is at how many places at most the next whole member is looked for behind one that is damaged.
const mostTries = 1 << 20

// zstdWindow is the largest window that is decompressed with: zstd --long.
const zstdWindow = 128 << 20

// An input gives the bytes of a WARC file as one stream, decompressed member by member, and knows where each begins in
// the file. A member that is damaged is an error; resume goes on behind it.
type input struct {
	f    io.ReaderAt
	size int64
	form int

	member int64     // where the one that is read begins in the file
	next   int64     // where the next one begins; of a gzip member known at its end
	cur    io.Reader // nil between two
	raw    *counted  // of gzip: what of the file was used
	gz     *gzip.Reader
	zst    *zstd.Decoder
	given  int64 // decompressed bytes, of all members
	made   int64 // of this member
	starts []start
}

// A start is where a member begins.
type start struct{ at, file int64 } // in the stream; in the file

// counted counts what is read of the file.
type counted struct {
	r *bufio.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

var (
	gzipMagic = []byte{0x1f, 0x8b, 8}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// skippable tells the frames of zstd that hold no data.
func skippable(head []byte) bool {
	return len(head) >= 8 && head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
}

func openInput(f io.ReaderAt, size int64) (*input, error) {
	in := &input{f: f, size: size}
	head := make([]byte, 8)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, gzipMagic[:2]):
		in.form = gzipFile
	case bytes.HasPrefix(head, zstdMagic), skippable(head):
		in.form = zstdFile
		dict, err := in.dictionary()
		if err != nil {
			return nil, err
		}
		options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(zstdWindow)}
		if bytes.HasPrefix(dict, []byte{0x37, 0xa4, 0x30, 0xec}) {
			options = append(options, zstd.WithDecoderDicts(dict))
		} else if dict != nil {
			options = append(options, zstd.WithDecoderDictRaw(0, dict))
		}
		if in.zst, err = zstd.NewReader(nil, options...); err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
	default:
		in.cur = io.NewSectionReader(f, 0, size)
	}
	return in, nil
}

func (in *input) close() {
	if in.zst != nil {
		in.zst.Close()
	}
}

// mostDictionary is how large a dictionary may be.
const mostDictionary = 16 << 20

// dictionary reads the frame that a .warc.zst file begins with where its records were compressed with one; nil = they
// were not.
func (in *input) dictionary() ([]byte, error) {
	head := make([]byte, 8)
	if _, err := in.f.ReadAt(head, 0); err != nil || !skippable(head) || head[0] != 0x5d {
		return nil, nil
	}
	n := int64(binary.LittleEndian.Uint32(head[4:]))
	if n > mostDictionary || n > in.size-8 {
		return nil, fmt.Errorf("zstd: a dictionary of %d bytes", n)
	}
	dict := make([]byte, n)
	if _, err := in.f.ReadAt(dict, 8); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.HasPrefix(dict, zstdMagic) {
		return dict, nil
	}
	z, err := zstd.NewReader(bytes.NewReader(dict), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("zstd: dictionary: %w", err)
	}
	defer z.Close()
	if dict, err = readAllLimited(z, mostDictionary); err != nil {
		return nil, fmt.Errorf("zstd: dictionary: %w", err)
	}
	return dict, nil
}

// frame is how long the frame of zstd at a place is: its blocks say how long they are (RFC 8878, section 3.1.1).
func (in *input) frame(at int64) (length int64, skip bool, err error) {
	head := make([]byte, 32)
	n, err := in.f.ReadAt(head, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, false, err
	}
	if head = head[:n]; skippable(head) {
		return 8 + int64(binary.LittleEndian.Uint32(head[4:])), true, nil
	}
	var h zstd.Header
	if err := h.Decode(head); err != nil {
		return 0, false, fmt.Errorf("zstd: %w", err)
	}
	to := at + int64(h.HeaderSize)
	for {
		var b [3]byte
		if _, err := in.f.ReadAt(b[:], to); err != nil {
			return 0, false, fmt.Errorf("zstd: %w", noEOF(err))
		}
		v := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
		to += 3
		switch v >> 1 & 3 {
		case 1: // one byte, many times
			to++
		case 3:
			return 0, false, errors.New("zstd: a block of a kind that there is not")
		default:
			to += int64(v >> 3)
		}
		if v&1 == 1 {
			break
		}
	}
	if h.HasCheckSum {
		to += 4
	}
	if to > in.size {
		return 0, false, fmt.Errorf("zstd: %w", io.ErrUnexpectedEOF)
	}
	return to - at, false, nil
}

// begin opens the next member: false at the end of the file.
func (in *input) begin() (bool, error) {
	for in.cur == nil {
		if in.next >= in.size {
			return false, nil
		}
		in.member, in.made = in.next, 0
		switch in.form {
		case plainFile:
			return false, nil
		case gzipFile:
			if in.raw == nil {
				in.raw = &counted{r: bufio.NewReaderSize(io.NewSectionReader(in.f, in.next, in.size-in.next), 1<<16)}
			}
			in.raw.n = 0
			var err error
			if in.gz == nil {
				in.gz, err = gzip.NewReader(in.raw)
			} else {
				err = in.gz.Reset(in.raw)
			}
			if err != nil {
				return false, gzipError(err)
			}
			in.gz.Multistream(false)
			in.cur = in.gz
		case zstdFile:
			n, skip, err := in.frame(in.next)
			if err != nil {
				return false, err
			}
			in.next = in.member + n
			if skip {
				continue
			}
			if err := in.zst.Reset(io.NewSectionReader(in.f, in.member, n)); err != nil {
				return false, fmt.Errorf("zstd: %w", err)
			}
			in.cur = in.zst
		}
		if k := len(in.starts); k > 0 && in.starts[k-1].at == in.given {
			in.starts[k-1].file = in.member // the one before was empty
		} else {
			in.starts = append(in.starts, start{in.given, in.member})
		}
	}
	return true, nil
}

func gzipError(err error) error {
	if strings.HasPrefix(err.Error(), "gzip: ") {
		return err
	}
	return fmt.Errorf("gzip: %w", noEOF(err))
}

// Read reads on, at most to the end of a member.
func (in *input) Read(p []byte) (int, error) {
	for {
		if ok, err := in.begin(); !ok {
			if err == nil {
				err = io.EOF
			}
			return 0, err
		}
		n, err := in.cur.Read(p)
		in.given += int64(n)
		in.made += int64(n)
		used := in.next - in.member
		if in.form == gzipFile {
			used = in.raw.n
		}
		switch {
		case in.form != plainFile && in.made > bombBytes && in.made > bombRatio*used:
			return n, fmt.Errorf("a member of %d bytes decompresses to more than %d", used, in.made)
		case errors.Is(err, io.EOF):
			in.cur = nil
			if in.form == gzipFile {
				in.next = in.member + in.raw.n
			} else if in.form == plainFile {
				in.next = in.size
			}
			if n == 0 {
				continue
			}
			return n, nil
		case err != nil && in.form == gzipFile:
			return n, gzipError(err)
		case err != nil && in.form == zstdFile:
			return n, fmt.Errorf("zstd: %w", noEOF(err))
		case n == 0 && err == nil:
			continue
		}
		return n, err
	}
}

// resume goes on behind a member that is damaged, at the next one that a record begins with; false where there is none.
func (in *input) resume() (bool, error) {
	magic := gzipMagic
	switch in.form {
	case plainFile:
		return false, nil
	case zstdFile:
		magic = zstdMagic
	}
	at, tries := in.member+1, 0
	buf := make([]byte, 1<<16)
	for at < in.size && tries < mostTries {
		n, err := in.f.ReadAt(buf, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		i := bytes.Index(buf[:n], magic)
		if i < 0 {
			if n < len(buf) {
				return false, nil
			}
			at += int64(n - len(magic) + 1)
			continue
		}
		at += int64(i)
		tries++
		in.cur, in.raw, in.next = nil, nil, at
		if in.holdsRecord(at) {
			in.cur, in.raw, in.next = nil, nil, at
			return true, nil
		}
		at++
	}
	return false, nil
}

// holdsRecord tells whether what is compressed at a place begins with a record.
func (in *input) holdsRecord(at int64) bool {
	var r io.Reader
	rest := io.NewSectionReader(in.f, at, in.size-at)
	if in.form == gzipFile {
		if in.gz == nil {
			in.gz = new(gzip.Reader)
		}
		if in.gz.Reset(bufio.NewReaderSize(rest, 512)) != nil {
			return false
		}
		r = in.gz
	} else {
		n, skip, err := in.frame(at)
		if err != nil || skip || in.zst.Reset(io.NewSectionReader(in.f, at, n)) != nil {
			return false
		}
		r = in.zst
	}
	head := make([]byte, 16)
	n, _ := io.ReadFull(r, head)
	return bytes.HasPrefix(bytes.TrimLeft(head[:n], "\r\n"), []byte("WARC/"))
}

// place is where in the file something of the stream lies: of what is compressed, the member that holds it.
func (in *input) place(at int64) int64 {
	if in.form == plainFile {
		return at
	}
	file := int64(0)
	for _, s := range in.starts {
		if s.at <= at {
			file = s.file
		}
	}
	return file
}

// boundary tells whether a member begins at a place of the stream.
func (in *input) boundary(at int64) bool {
	for i := len(in.starts) - 1; i >= 0 && in.starts[i].at >= at; i-- {
		if in.starts[i].at == at {
			return true
		}
	}
	return false
}

// passed forgets the members that ended before a place of the stream.
func (in *input) passed(at int64) {
	i := 0
	for i+1 < len(in.starts) && in.starts[i+1].at <= at {
		i++
	}
	in.starts = in.starts[:copy(in.starts, in.starts[i:])]
}
