package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	objects "github.com/ledongthuc/pdf"
)

// A file is an opened PDF: the object layer over its bytes, and the bytes themselves for streams, which are decoded
// here (see filters.go) because the object layer knows too few filters.
type file struct {
	*objects.Reader
	body []byte
}

// open opens the bytes as they are, with what every reader forgives put right: bytes before the header and after the
// end, a version that the object layer does not know, objects packed into streams (unpacked, because the object layer
// would unpack the whole stream again for each of its objects), encryption without a password.
func open(body []byte) (f *file, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = nil, fmt.Errorf("%v", p)
		}
	}()
	sec, err := openSecurity(body)
	if err != nil {
		return nil, err
	}
	if sec != nil || bytes.Contains(body, []byte("/ObjStm")) {
		whole := rebuild(body, sec)
		if whole == nil && sec != nil {
			return nil, errNoCatalogue
		}
		if whole != nil {
			body = whole
		}
	}
	body = tidyEnds(body)
	if err := checkReferences(body); err != nil {
		return nil, err
	}
	r, err := objects.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		if errors.Is(err, objects.ErrInvalidPassword) {
			return nil, ErrEncrypted
		}
		return nil, err
	}
	return &file{Reader: r, body: body}, nil
}

// checkReferences follows the chain of cross-reference sections before the object layer does, which would follow a
// circle for ever and make room for any object number that is named.
func checkReferences(body []byte) error {
	i := bytes.LastIndex(body, []byte("startxref"))
	if i < 0 {
		return nil // the object layer says so
	}
	l := lexer{b: body, i: i + len("startxref")}
	v, _ := l.next()
	at, ok := v.(float64)
	seen := map[int]bool{}
	for ok {
		from := int(at)
		if from < 0 || from >= len(body) {
			return nil
		}
		if seen[from] {
			return errors.New("its cross-references run in a circle")
		}
		if seen[from] = true; len(seen) > 10_000 {
			return errors.New("more than 10000 cross-reference sections")
		}
		d, err := referenceSection(body, from)
		if err != nil {
			return err
		}
		if d.number("Size") > maxObjects {
			return fmt.Errorf("a cross-reference section for %.0f objects", d.number("Size"))
		}
		index, _ := d["Index"].([]any)
		for _, n := range index {
			if f, _ := n.(float64); f > maxObjects {
				return fmt.Errorf("a cross-reference section of object %.0f", f)
			}
		}
		at, ok = d["Prev"].(float64)
	}
	return nil
}

// referenceSection gives the dictionary of a cross-reference section: of its trailer, or of its stream. Its subsections
// may name no object beyond maxObjects.
func referenceSection(body []byte, from int) (dictToken, error) {
	l := lexer{b: body, i: from}
	for range 4 * maxObjects {
		start := l.i
		v, kind := l.next()
		if kind == tokEnd {
			return nil, nil
		}
		if d, ok := v.(dictToken); ok {
			return d, nil
		}
		// a subsection "0 12"; its entries have ten digits and five
		if n, ok := v.(float64); ok && n > maxObjects && l.i-start < 20 && len(bytes.TrimSpace(body[start:l.i])) < 10 {
			return nil, fmt.Errorf("a cross-reference section of object %.0f", n)
		}
	}
	return nil, nil
}

// tidyEnds takes off what stands before the header and after the last end mark, and writes the header as PDF 1.7 where
// it is of a form that the object layer refuses.
func tidyEnds(body []byte) []byte {
	if i := bytes.Index(body[:min(len(body), 1024)], []byte("%PDF-")); i > 0 {
		body = body[i:] // offsets count from the header
	}
	if i := bytes.LastIndex(body, []byte("%%EOF")); i > 0 && i+5 < len(body) {
		body = body[:i+5]
	}
	const head = "%PDF-1.7\n"
	known := len(body) > len(head) && bytes.HasPrefix(body, []byte("%PDF-1.")) &&
		body[7] >= '0' && body[7] <= '7' && (body[8] == '\r' || body[8] == '\n')
	if len(body) > len(head) && !known {
		body = append([]byte(head), body[len(head):]...)
		for i := len(head); i < len(body) && body[i] != '\n' && body[i] != '\r' && !isDigit(body[i]); i++ {
			body[i] = '%' // the rest of a longer header line
		}
	}
	return body
}

// rebuild reads a file from its objects alone: every "N G obj" that it finds, with the objects that are packed into
// streams, under a cross-reference table of its own. Of objects with one number the last counts, as after an update.
// It gives nil where it finds no catalogue. What sec, if not nil, has locked is decrypted; the
// file is without encryption then.
func rebuild(body []byte, sec *security) []byte {
	type place struct{ from, to, gen int }
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	at := map[int]place{} // object → where it lies in out
	keep := func(num, gen int, text []byte) {
		from := out.Len()
		fmt.Fprintf(&out, "%d %d obj\n", num, gen)
		out.Write(text)
		out.WriteString("\nendobj\n")
		at[num] = place{from, out.Len(), gen}
	}
	root, info := "", ""
	trailer := func(dict []byte) {
		if r := refOf(dict, "/Root"); r != "" {
			root = r
		}
		if r := refOf(dict, "/Info"); r != "" {
			info = r
		}
	}
	catalogue := ""
	var leaves []string // pages, for a file that has lost their tree
	note := func(kind, ref string) {
		switch kind {
		case "Catalog":
			catalogue = ref
		case "Page":
			leaves = append(leaves, ref)
		}
	}
	nextTrailer := bytes.Index(body, []byte("trailer"))
	for i := 0; i < len(body) && out.Len() < maxRebuilt; {
		j := bytes.Index(body[i:], []byte("obj"))
		if j >= 0 {
			j += i
		}
		if t := nextTrailer; t >= 0 && (t < j || j < 0) {
			if t >= i {
				end := bytes.Index(body[t:], []byte("startxref"))
				if end < 0 {
					end = min(len(body)-t, 2000)
				}
				trailer(body[t : t+end])
			}
			if nextTrailer = bytes.Index(body[t+7:], []byte("trailer")); nextTrailer >= 0 {
				nextTrailer += t + 7
			}
			continue
		}
		if j < 0 {
			break
		}
		i = j + 3
		num, gen, ok := objectHead(body[:j])
		if !ok {
			continue
		}
		dict, stream, end := objectBody(body, j+3)
		if end < 0 {
			continue
		}
		i = end
		text := bytes.TrimSpace(body[j+3 : end])
		if kind := typeOf(dict); sec != nil && kind != "XRef" {
			if num == sec.object {
				continue
			}
			text, stream = sec.open(num, gen, dict, stream)
		}
		switch kind := typeOf(dict); {
		case kind == "XRef":
			trailer(dict)
		case kind == "ObjStm" && stream != nil:
			for _, o := range unpack(dict, stream) {
				note(typeOf(o.text), fmt.Sprintf("%d 0 R", o.num))
				keep(o.num, 0, o.text)
			}
		default:
			note(kind, fmt.Sprintf("%d %d R", num, gen))
			if stream != nil && !bytes.HasSuffix(text, []byte("endstream")) {
				text = append(bytes.TrimRight(append([]byte(nil), text...), "\x00"), "\nendstream"...)
			}
			keep(num, gen, text)
		}
	}
	if root == "" {
		root = catalogue
	} else if n, err := strconv.Atoi(strings.Fields(root)[0]); err != nil || at[n] == (place{}) {
		root = catalogue
	}
	if root == "" {
		if len(leaves) == 0 {
			return nil
		}
		free := 1
		for n := range at {
			free = max(free, n+1)
		}
		keep(free, 0, []byte(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", free+1)))
		keep(free+1, 0, []byte(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(leaves),
			strings.Join(leaves, " "))))
		root = fmt.Sprintf("%d 0 R", free)
	}
	nums := make([]int, 0, len(at))
	for n := range at {
		nums = append(nums, n)
	}
	sort.Ints(nums)
	xref := out.Len()
	out.WriteString("xref\n0 1\n0000000000 65535 f \n")
	for _, n := range nums {
		fmt.Fprintf(&out, "%d 1\n%010d %05d n \n", n, at[n].from, at[n].gen)
	}
	if info != "" {
		info = "/Info " + info
	}
	size := 1
	if len(nums) > 0 {
		size = nums[len(nums)-1] + 1
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root %s %s >>\nstartxref\n%d\n%%%%EOF\n", size, root, info, xref)
	return out.Bytes()
}

var errNoCatalogue = errors.New("it has no catalogue")

const (
	maxObjects = 2_000_000 // the highest object number believed
	maxRebuilt = 256 << 20 // bytes of a rebuilt file
)

// objectHead reads "12 0 " at the end of b, before the word obj.
func objectHead(b []byte) (num, gen int, ok bool) {
	i := len(b)
	back := func() (int, bool) {
		for i > 0 && isPDFSpace(b[i-1]) {
			i--
		}
		end := i
		for i > 0 && isDigit(b[i-1]) && end-i < 10 {
			i--
		}
		n, err := strconv.Atoi(string(b[i:end]))
		return n, err == nil
	}
	if i == 0 || !isPDFSpace(b[i-1]) {
		return 0, 0, false
	}
	gen, ok = back()
	if !ok || i == 0 || !isPDFSpace(b[i-1]) {
		return 0, 0, false
	}
	num, ok = back()
	return num, gen, ok && num > 0 && num < maxObjects && gen < 65536
}

// objectBody finds where the object ends that begins at i, and its stream's bytes if it is one. end is behind the
// object's last byte, before endobj; -1 where there is no end.
func objectBody(b []byte, i int) (dict, stream []byte, end int) {
	l := lexer{b: b, i: i}
	for {
		l.skip()
		start := l.i
		if _, kind := l.next(); kind == tokEnd {
			return nil, nil, -1
		} else if kind != tokOp {
			continue
		}
		switch word := string(b[start:l.i]); word {
		case "endobj", "obj", "xref", "trailer":
			return b[i:start], nil, start
		case "stream":
			dict = b[i:start]
			k := l.i
			if k < len(b) && b[k] == '\r' {
				k++
			}
			if k < len(b) && b[k] == '\n' {
				k++
			}
			n := -1
			if v := lengthOf(dict); v >= 0 && k+v <= len(b) && endsStream(b[k+v:]) {
				n = v
			} else if v := bytes.Index(b[k:], []byte("endstream")); v >= 0 {
				n = len(bytes.TrimRight(b[k:k+v], "\r\n"))
			}
			if n < 0 { // the file ends within the stream
				return dict, bytes.TrimRight(b[k:], "\x00"), len(b)
			}
			stop := k + n + bytes.Index(b[k+n:], []byte("endstream")) + len("endstream")
			return dict, b[k : k+n], stop
		}
	}
}

// lengthOf reads a direct /Length; -1 where it is a reference or missing.
func lengthOf(dict []byte) int {
	for from := 0; ; {
		i := bytes.Index(dict[from:], []byte("/Length"))
		if i < 0 {
			return -1
		}
		rest := dict[from+i+7:]
		from += i + 7
		if len(rest) == 0 || !isPDFSpace(rest[0]) && !isDigit(rest[0]) {
			continue // Length1, written /Length1 without a space, begins with a digit too: its value follows
		}
		if isDigit(rest[0]) && bytes.HasPrefix(rest[1:], []byte(" ")) {
			continue
		}
		f := bytes.Fields(rest[:min(len(rest), 40)])
		if len(f) == 0 {
			return -1
		}
		if len(f) >= 3 && (string(f[2]) == "R" || bytes.HasPrefix(f[2], []byte("R")) && isDigit(f[1][0])) {
			return -1
		}
		k := 0
		for k < len(f[0]) && isDigit(f[0][k]) {
			k++
		}
		n, err := strconv.Atoi(string(f[0][:k]))
		if err != nil {
			return -1
		}
		return n
	}
}

// typeOf reads /Type of a dictionary's text.
func typeOf(dict []byte) string {
	for from := 0; ; {
		i := bytes.Index(dict[from:], []byte("/Type"))
		if i < 0 {
			return ""
		}
		rest := bytes.TrimLeft(dict[from+i+5:], " \r\n\t")
		from += i + 5
		for _, k := range []string{"/Catalog", "/ObjStm", "/XRef", "/Page"} {
			if bytes.HasPrefix(rest, []byte(k)) && (len(rest) == len(k) || isPDFSpace(rest[len(k)]) ||
				isDelim(rest[len(k)])) {
				return k[1:]
			}
		}
	}
}

// refOf reads the reference that stands at key.
func refOf(dict []byte, key string) string {
	i := bytes.Index(dict, []byte(key))
	if i < 0 {
		return ""
	}
	f := bytes.Fields(dict[i+len(key) : min(len(dict), i+len(key)+40)])
	if len(f) < 3 || !bytes.HasPrefix(f[2], []byte("R")) {
		return ""
	}
	return string(f[0]) + " " + string(f[1]) + " R"
}

type packed struct {
	num  int
	text []byte
}

// unpack gives the objects of an object stream (7.5.7 of PDF 32000-1).
func unpack(dict, stream []byte) []packed {
	l := lexer{b: dict}
	v, kind := l.value(0)
	if kind != tokValue {
		return nil
	}
	d, _ := v.(dictToken)
	data, _ := decode(stream, filtersOf(d), maxContent)
	n, first := int(d.number("N")), int(d.number("First"))
	if n < 0 || n > 100_000 || first <= 0 || first > len(data) {
		return nil
	}
	head := lexer{b: data[:first]}
	var nums, offs []int
	for range n {
		a, k1 := head.next()
		b, k2 := head.next()
		x, ok1 := a.(float64)
		y, ok2 := b.(float64)
		if k1 != tokValue || k2 != tokValue || !ok1 || !ok2 || x < 1 || x > maxObjects || y < 0 {
			break
		}
		nums, offs = append(nums, int(x)), append(offs, int(y))
	}
	var out []packed
	for i := range nums {
		from, to := first+offs[i], len(data)
		if i+1 < len(nums) {
			to = first + offs[i+1]
		}
		if from < to && to <= len(data) {
			out = append(out, packed{nums[i], bytes.TrimSpace(data[from:to])})
		}
	}
	return out
}

// data gives the decoded bytes of a stream, at most limit of them. The error says why it breaks off; what came before
// is given all the same.
func (f *file) data(v objects.Value, limit int) (out []byte, err error) {
	if v.Kind() != objects.Stream || limit <= 0 {
		return nil, nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	filters := filtersOfValue(v)
	s := v.String()
	from, err := strconv.Atoi(s[strings.LastIndexByte(s, '@')+1:])
	if err != nil || from < 0 || from > len(f.body) {
		return nil, errors.New("a stream outside of the file")
	}
	n := int(v.Key("Length").Int64())
	if n <= 0 || from+n > len(f.body) || !endsStream(f.body[from+n:]) {
		if k := bytes.Index(f.body[from:], []byte("endstream")); k >= 0 {
			n = len(bytes.TrimRight(f.body[from:from+k], "\r\n"))
		} else {
			n = len(f.body) - from
		}
	}
	return decode(f.body[from:from+n], filters, limit)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// endsStream reports whether a stream ends before b.
func endsStream(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b[:min(len(b), 20)], "\r\n \t"), []byte("endstream"))
}
