package pdf

import (
	"bytes"
	"compress/flate"
	"compress/lzw"
	"encoding/ascii85"
	"errors"
	"fmt"
	"io"

	objects "github.com/ledongthuc/pdf"
	tiff "golang.org/x/image/tiff/lzw"
)

// A filter is one step of a stream's encoding with its parameters (7.4 of PDF 32000-1).
type filter struct {
	name                             string
	predictor, columns, colors, bits int
	lateChange                       bool // LZW with /EarlyChange 0
}

func newFilter(name string, param func(key string) (int, bool)) filter {
	f := filter{name: name, predictor: 1, columns: 1, colors: 1, bits: 8}
	for key, to := range map[string]*int{
		"Predictor": &f.predictor, "Columns": &f.columns, "Colors": &f.colors, "BitsPerComponent": &f.bits,
	} {
		if n, ok := param(key); ok && n > 0 && n < 1<<20 {
			*to = n
		}
	}
	if n, ok := param("EarlyChange"); ok && n == 0 {
		f.lateChange = true
	}
	return f
}

// filtersOfValue reads /Filter and /DecodeParms of a stream.
func filtersOfValue(v objects.Value) []filter {
	names, params := v.Key("Filter"), v.Key("DecodeParms")
	of := func(name string, p objects.Value) filter {
		return newFilter(name, func(key string) (int, bool) {
			k := p.Key(key)
			return int(k.Int64()), k.Kind() == objects.Integer
		})
	}
	if names.Kind() == objects.Name {
		if params.Kind() == objects.Array {
			params = params.Index(0)
		}
		return []filter{of(names.Name(), params)}
	}
	var out []filter
	for i := 0; i < names.Len() && i < 8; i++ {
		out = append(out, of(names.Index(i).Name(), params.Index(i)))
	}
	return out
}

// filtersOf reads the same from a dictionary of our own lexer.
func filtersOf(d dictToken) []filter {
	of := func(v, p any) filter {
		name, _ := v.(nameToken)
		dict, _ := p.(dictToken)
		return newFilter(string(name), func(key string) (int, bool) {
			n, ok := dict[key].(float64)
			return int(n), ok
		})
	}
	switch names := d["Filter"].(type) {
	case nameToken:
		p := d["DecodeParms"]
		if list, ok := p.([]any); ok && len(list) > 0 {
			p = list[0]
		}
		return []filter{of(names, p)}
	case []any:
		list, _ := d["DecodeParms"].([]any)
		var out []filter
		for i, n := range names {
			var p any
			if i < len(list) {
				p = list[i]
			}
			out = append(out, of(n, p))
		}
		return out
	}
	return nil
}

var errLimit = errors.New("more than the limit")

// decode undoes the filters. Where one breaks off, what came before is given with the error.
func decode(b []byte, filters []filter, limit int) ([]byte, error) {
	if len(filters) > 8 {
		return nil, fmt.Errorf("%d filters on one stream", len(filters))
	}
	if len(filters) == 0 && len(b) > limit {
		return b[:limit], errLimit
	}
	var first error
	for _, f := range filters {
		out, err := f.decode(b, limit)
		if err != nil && first == nil {
			first = err
		}
		b = out
	}
	return b, first
}

func (f filter) decode(b []byte, limit int) (out []byte, err error) {
	switch f.name {
	case "FlateDecode", "Fl":
		if len(b) < 2 {
			return nil, nil
		}
		// the zlib header and checksum are not asked for: writers get both wrong
		from := 2
		if b[0]&0x0f != 8 || (int(b[0])<<8|int(b[1]))%31 != 0 {
			from = 0
		}
		out, err = readLimited(flate.NewReader(bytes.NewReader(b[from:])), limit)
	case "LZWDecode", "LZW":
		if f.lateChange {
			out, err = readLimited(lzw.NewReader(bytes.NewReader(b), lzw.MSB, 8), limit)
		} else {
			out, err = readLimited(tiff.NewReader(bytes.NewReader(b), tiff.MSB, 8), limit)
		}
	case "ASCII85Decode", "A85":
		b = bytes.TrimPrefix(bytes.TrimSpace(b), []byte("<~"))
		if i := bytes.IndexByte(b, '~'); i >= 0 {
			b = b[:i]
		}
		out, err = readLimited(ascii85.NewDecoder(bytes.NewReader(b)), limit)
	case "ASCIIHexDecode", "AHx":
		l := lexer{b: append(append([]byte{'<'}, b...), '>')}
		out = []byte(l.hex())
	case "RunLengthDecode", "RL":
		out, err = runLength(b, limit)
	case "Crypt":
		return b, nil
	default:
		return nil, fmt.Errorf("a filter that is not for text: %q", f.name)
	}
	if f.predictor > 1 {
		out = f.unpredict(out)
	}
	return out, err
}

func readLimited(r io.Reader, limit int) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, int64(limit)+1))
	if int(n) > limit {
		return b.Bytes()[:limit], errLimit
	}
	return b.Bytes(), err
}

func runLength(b []byte, limit int) ([]byte, error) {
	var out []byte
	for i := 0; i < len(b); {
		n := int(b[i])
		i++
		switch {
		case n == 128:
			return out, nil
		case n < 128:
			end := min(len(b), i+n+1)
			out = append(out, b[i:end]...)
			i = end
		case i < len(b):
			out = append(out, bytes.Repeat(b[i:i+1], 257-n)...)
			i++
		}
		if len(out) > limit {
			return out[:limit], errLimit
		}
	}
	return out, nil
}

// unpredict undoes the predictors: 2 (TIFF, for bytes) and 10 to 15 (PNG, each row names its own).
func (f filter) unpredict(b []byte) []byte {
	size := max(1, f.colors*f.bits/8)
	row := (f.columns*f.colors*f.bits + 7) / 8
	if f.predictor == 2 {
		if f.bits != 8 {
			return b
		}
		for at := 0; at < len(b); at += row {
			for i := at + size; i < min(len(b), at+row); i++ {
				b[i] += b[i-size]
			}
		}
		return b
	}
	out := make([]byte, 0, len(b))
	above := make([]byte, row)
	for len(b) > 1 {
		kind := b[0]
		line := append([]byte(nil), b[1:min(len(b), row+1)]...)
		b = b[min(len(b), row+1):]
		for i := range line {
			var left, up, corner int
			up = int(above[i])
			if i >= size {
				left, corner = int(line[i-size]), int(above[i-size])
			}
			switch kind {
			case 1:
				line[i] += byte(left)
			case 2:
				line[i] += byte(up)
			case 3:
				line[i] += byte((left + up) / 2)
			case 4:
				line[i] += byte(paeth(left, up, corner))
			}
		}
		out = append(out, line...)
		copy(above, line)
	}
	return out
}

func paeth(a, b, c int) int {
	p := a + b - c
	pa, pb, pc := abs(p-a), abs(p-b), abs(p-c)
	if pa <= pb && pa <= pc {
		return a
	}
	if pb <= pc {
		return b
	}
	return c
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}
