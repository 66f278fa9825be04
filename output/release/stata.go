package release

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// Stata's format 118 (help dta): UTF-8, variable and value labels in English and Chinese (label language), extended
// missing values for what a cell prints in place of a number.

// stataTables are the tables that are written for Stata. The long table leaves out what joins on document and part
// give and places in pages; the prose is in the other formats.
var stataTables = map[string][]string{
	"reports": nil,
	"wide":    nil,
	"panel":   nil,
	"values": {"year", "document", "part", "name", "text", "number", "unit", "state", "verdict", "page",
		"table_index", "grid_row", "grid_column"},
	"findings":    nil,
	"claims":      nil,
	"divisions":   nil,
	"authorities": nil,
}

// stataFirst are those that are there unless more is asked for.
var stataFirst = []string{"reports", "wide", "panel", "divisions", "authorities"}

const (
	strMax  = 2045 // bytes of the longest str#
	strLong = 32768
)

// A labelled value is what a code means in both languages.
type labelled struct{ code, en, zh string }

// stataLabels are the lists of codes whose columns are numbers with value labels there, and the names of values; the
// number is the place in the list, from 1.
func stataLabels(forms *form.Forms) map[string][]labelled {
	var names []labelled
	for _, c := range forms.Cells() {
		names = append(names, labelled{c.Name, c.Name, c.RowLabel + " | " + c.ColumnLabel})
	}
	out := map[string][]labelled{"name": names}
	for _, list := range []string{"state", "verdict", "severity", "status", "level", "kind", "scope", "in_time",
		"authority_state"} {
		for _, c := range output.CodesOf(list) {
			out[list] = append(out[list], labelled{c.Code, c.Label, c.LabelZh})
		}
	}
	return out
}

// A variable is a column as Stata holds it.
type variable struct {
	column
	at     int // in the row
	name   string
	typ    uint16
	width  int
	format string
	labels map[string]int32 // codes to numbers
	set    string           // the labels' name without its language
}

const (
	stataDouble = 65526
	stataLong   = 65528
	stataByte   = 65530
)

// The largest numbers of each type; what follows them are . and .a to .z.
const (
	stataByteMax = 100
	stataLongMax = math.MaxInt32 - 27
)

// The missing values of a double: . and .a to .z.
func stataMissing(letter byte) uint64 {
	bits := uint64(0x7fe0000000000000)
	if letter != 0 {
		bits += uint64(letter-'a'+1) << 40
	}
	return bits
}

// missingOf tells by the letter why a number is missing: .a absent, .b blank, .m mark, .t text; of a figure of panel
// .e not in the edition, .c only a series near it, .n no report, .u not read, .z the whole is 0, .s more than its whole,
// .d dropped; . not known.
var missingOf = map[string]byte{"absent": 'a', "blank": 'b', "mark": 'm', "text": 't', panel.NotInEdition: 'e',
	panel.OnlyNear: 'c', panel.NoReport: 'n', panel.NotRead: 'u', panel.WholeZero: 'z', panel.NoShare: 's', panel.Dropped: 'd'}

// statesOf gives of each variable of panel the place in the row of the column that says why a figure is missing; -1 =
// there is none.
func statesOf(vars []variable) []int {
	at := map[string]int{}
	for i := range vars {
		at[vars[i].Name] = vars[i].at
	}
	out := make([]int, len(vars))
	for i := range vars {
		out[i] = -1
		name, part := strings.CutPrefix(vars[i].Name, output.NumeratorPrefix)
		if !part {
			name, part = strings.CutPrefix(vars[i].Name, output.DenominatorPrefix)
		}
		if part {
			name = output.RatePrefix + name
		}
		if k, ok := at[output.StatePrefix+name]; ok {
			out[i] = k
		}
	}
	return out
}

func stataVariables(t output.TableDoc, forms *form.Forms, file output.File) ([]variable, error) {
	cols := columnsOf(t)
	labels := stataLabels(forms)
	keep := map[string]bool{}
	for _, n := range stataTables[t.Name] {
		keep[n] = true
	}
	var vars []variable
	for i, c := range cols {
		if len(keep) > 0 && !keep[c.Name] {
			continue
		}
		v := variable{column: c, at: i, name: c.Name, format: "%10.0g"}
		if c.Cell != nil {
			v.name = c.Cell.Stata
		}
		of := c.Codes
		if c.Name == "name" && t.Name == "values" { // elsewhere it names other things too
			of = "name"
		}
		set := labels[of]
		switch {
		case set != nil:
			v.typ, v.width, v.set, v.labels = stataLong, 4, of, map[string]int32{}
			for k, l := range set {
				v.labels[l.code] = int32(k + 1)
			}
			if len(set) <= stataByteMax {
				v.typ, v.width = stataByte, 1
			}
		case c.kind == text || c.kind == list:
			v.typ = 1
		case c.kind == truth:
			v.typ, v.width, v.format = stataByte, 1, "%8.0g"
		case c.kind == date:
			v.typ, v.width, v.format = stataLong, 4, "%td"
		case c.Type == "int32" || c.Type == "int32, null":
			v.typ, v.width = stataLong, 4
		default:
			v.typ, v.width = stataDouble, 8
		}
		vars = append(vars, v)
	}
	f, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for i := range vars { // the widths of texts are those of the longest, those of counts of the largest
		if v := &vars[i]; v.typ == stataDouble && v.kind == count {
			low, high, err := f.Range(v.Name)
			if err != nil {
				return nil, err
			}
			if low >= -stataLongMax && high <= stataLongMax {
				v.typ, v.width = stataLong, 4
			}
		}
		if v := &vars[i]; v.typ == 1 && v.kind == text {
			if v.width, err = f.Longest(v.Name); err != nil {
				return nil, err
			}
		} else if v.kind == list {
			v.width = strMax + 1
		}
		if v := &vars[i]; v.typ == 1 {
			if v.width > strMax {
				v.typ, v.width, v.format = strLong, 8, "%9s"
			} else {
				v.width = max(v.width, 1)
				v.typ, v.format = uint16(v.width), fmt.Sprintf("%%-%ds", min(v.width, 40))
			}
		}
	}
	return vars, nil
}

// whyMissing gives the letter that says why a number is missing; 0 = nothing does. states is the place of the column that
// says so, -1 = there is none; state is that of a row of values.
func whyMissing(v *variable, states int, state string, row []cell) byte {
	switch {
	case v.name == "number":
		return missingOf[state]
	case states >= 0:
		return missingOf[row[states].s]
	}
	return 0
}

// writeStata writes a file of a table; rows is how many there are.
func writeStata(out io.Writer, t output.TableDoc, forms *form.Forms, file output.File, rows int64, label string) error {
	vars, err := stataVariables(t, forms, file)
	if err != nil {
		return err
	}
	var head bytes.Buffer
	le := binary.LittleEndian
	put := func(x any) { _ = binary.Write(&head, le, x) } // a buffer takes everything
	fixed := func(s string, n int) {
		s = clip(s, n-1)
		head.WriteString(s)
		head.Write(make([]byte, n-len(s)))
	}
	var offsets [14]uint64
	head.WriteString("<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>")
	put(uint16(len(vars)))
	head.WriteString("</K><N>")
	put(uint64(rows))
	head.WriteString("</N><label>")
	label = clip(label, 80)
	put(uint16(len(label)))
	head.WriteString(label + "</label><timestamp>\x00</timestamp></header>")
	offsets[1] = uint64(head.Len())
	head.WriteString("<map>")
	mapAt := head.Len()
	head.Write(make([]byte, 14*8))
	head.WriteString("</map>")
	section := func(i int, tag string, each func(v *variable)) {
		offsets[i] = uint64(head.Len())
		head.WriteString("<" + tag + ">")
		for k := range vars {
			each(&vars[k])
		}
		if tag == "sortlist" {
			put(uint16(0))
		}
		head.WriteString("</" + tag + ">")
	}
	labelName := func(v *variable, lang string) string {
		if v.set == "" {
			return ""
		}
		return v.set + "_" + lang
	}
	section(2, "variable_types", func(v *variable) { put(v.typ) })
	section(3, "varnames", func(v *variable) { fixed(v.name, 129) })
	section(4, "sortlist", func(*variable) { put(uint16(0)) })
	section(5, "formats", func(v *variable) { fixed(v.format, 57) })
	section(6, "value_label_names", func(v *variable) { fixed(labelName(v, "en"), 129) })
	section(7, "variable_labels", func(v *variable) { fixed(shortDoc(v.Doc), 321) })
	offsets[8] = uint64(head.Len())
	head.WriteString("<characteristics>")
	char := func(of, name, value string) {
		head.WriteString("<ch>")
		put(uint32(129 + 129 + len(value) + 1))
		fixed(of, 129)
		fixed(name, 129)
		head.WriteString(value + "\x00</ch>")
	}
	char("_dta", "_lang_list", "en zh")
	char("_dta", "_lang_c", "en")
	for i := range vars {
		char(vars[i].name, "_lang_v_zh", shortDoc(vars[i].DocZh))
		if n := labelName(&vars[i], "zh"); n != "" {
			char(vars[i].name, "_lang_l_zh", n)
		}
	}
	head.WriteString("</characteristics>")
	offsets[9] = uint64(head.Len())
	width := 0
	for i := range vars {
		width += vars[i].width
	}
	long, err := os.CreateTemp("", "gongkai-strl-*")
	if err != nil {
		return err
	}
	defer os.Remove(long.Name())
	defer long.Close()
	texts := &counted{w: bufio.NewWriterSize(long, 1<<16)}
	tail, setsOf := stataLabelTables(vars, forms)
	// the length of what is in the texts is known only at the end; the map must come first, so the texts are gathered
	// in a pass of their own
	cols := columnsOf(t)
	var longs []int
	for i := range vars {
		if vars[i].typ == strLong {
			longs = append(longs, i)
		}
	}
	if len(longs) > 0 {
		n := uint64(0)
		err = readRows(file, cols, func(row []cell) error {
			n++
			for _, i := range longs {
				s := row[vars[i].at].s
				if s == "" {
					continue
				}
				h := append(make([]byte, 0, 20), "GSO"...)
				h = le.AppendUint32(h, uint32(i+1))
				h = le.AppendUint64(h, n)
				h = append(h, 130)
				h = le.AppendUint32(h, uint32(len(s)+1))
				texts.write(h)
				texts.write([]byte(s))
				texts.write([]byte{0})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := texts.flush(); err != nil {
		return err
	}
	offsets[10] = offsets[9] + uint64(len("<data></data>")) + uint64(rows)*uint64(width)
	offsets[11] = offsets[10] + uint64(len("<strls></strls>")) + texts.n
	offsets[12] = offsets[11] + uint64(len("<value_labels></value_labels>")+len(tail))
	offsets[13] = offsets[12] + uint64(len("</stata_dta>"))
	b := head.Bytes()
	for i, o := range offsets {
		le.PutUint64(b[mapAt+8*i:], o)
	}
	w := bufio.NewWriterSize(out, 1<<18)
	_, _ = w.Write(b) // the writer keeps its first error for Flush
	_, _ = w.WriteString("<data>")
	line := make([]byte, 0, width)
	k, states := uint64(0), statesOf(vars)
	err = readRows(file, cols, func(row []cell) error {
		k++
		state := ""
		if setsOf["state"] >= 0 && t.Name == "values" {
			state = row[vars[setsOf["state"]].at].s
		}
		line = line[:0]
		for i := range vars {
			v := &vars[i]
			c := &row[v.at]
			switch {
			case v.labels != nil:
				num, ok := v.labels[c.s]
				if !c.null && !ok {
					return fmt.Errorf("%s: %q is no %s that has a label", file.Path, c.s, v.name)
				}
				switch {
				case v.typ == stataByte && c.null:
					line = append(line, stataByteMax+1)
				case v.typ == stataByte:
					line = append(line, byte(num))
				case c.null:
					line = le.AppendUint32(line, stataLongMax+1)
				default:
					line = le.AppendUint32(line, uint32(num))
				}
			case v.typ == strLong:
				o := k
				if c.s == "" {
					line = append(line, 0, 0, 0, 0, 0, 0, 0, 0)
					continue
				}
				line = le.AppendUint16(line, uint16(i+1))
				line = append(line, byte(o), byte(o>>8), byte(o>>16), byte(o>>24), byte(o>>32), byte(o>>40))
			case v.typ <= strMax:
				at := len(line)
				line = append(line, c.s...)
				line = append(line, make([]byte, v.width-(len(line)-at))...)
			case v.typ == stataByte:
				line = append(line, byte(c.i))
			case v.typ == stataLong:
				x := c.i
				if v.kind == date {
					x += 3653 // days since 1960-01-01
				}
				if c.null {
					x = stataLongMax + 1
					if letter := whyMissing(v, states[i], state, row); letter != 0 {
						x += int64(letter - 'a' + 1)
					}
				}
				line = le.AppendUint32(line, uint32(int32(x)))
			default:
				switch {
				case c.null:
					line = le.AppendUint64(line, stataMissing(whyMissing(v, states[i], state, row)))
				case v.kind == measure:
					line = le.AppendUint64(line, math.Float64bits(c.f))
				case v.kind == money:
					line = le.AppendUint64(line, math.Float64bits(float64(c.i)/1e6))
				default:
					line = le.AppendUint64(line, math.Float64bits(float64(c.i)))
				}
			}
		}
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	if k != uint64(rows) {
		return fmt.Errorf("%s: %d rows, expected %d", file.Path, k, rows)
	}
	_, _ = w.WriteString("</data><strls>")
	if _, err := long.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(w, long); err != nil {
		return err
	}
	_, _ = w.WriteString("</strls><value_labels>")
	_, _ = w.Write(tail)
	_, _ = w.WriteString("</value_labels></stata_dta>")
	return w.Flush()
}

// stataLabelTables gives the label tables of the sets that the variables use, and where each set's variable is, -1
// where there is none.
func stataLabelTables(vars []variable, forms *form.Forms) ([]byte, map[string]int) {
	at := map[string]int{"state": -1}
	var out bytes.Buffer
	all := stataLabels(forms)
	for i, v := range vars {
		if v.set == "" || slices.ContainsFunc(vars[:i], func(before variable) bool { return before.set == v.set }) {
			continue
		}
		at[v.set] = i
		for _, lang := range []string{"en", "zh"} {
			var txt bytes.Buffer
			var offs, vals []uint32
			for k, l := range all[v.set] {
				offs, vals = append(offs, uint32(txt.Len())), append(vals, uint32(k+1))
				word := l.en
				if lang == "zh" {
					word = l.zh
				}
				txt.WriteString(word + "\x00")
			}
			out.WriteString("<lbl>")
			le := binary.LittleEndian
			b := le.AppendUint32(nil, uint32(8+8*len(offs)+txt.Len()))
			name := make([]byte, 129+3)
			copy(name, v.set+"_"+lang)
			b = append(b, name...)
			b = le.AppendUint32(b, uint32(len(offs)))
			b = le.AppendUint32(b, uint32(txt.Len()))
			for _, o := range offs {
				b = le.AppendUint32(b, o)
			}
			for _, x := range vals {
				b = le.AppendUint32(b, x)
			}
			out.Write(b)
			out.Write(txt.Bytes())
			out.WriteString("</lbl>")
		}
	}
	return out.Bytes(), at
}

// counted counts what it writes and keeps its first error.
type counted struct {
	w   *bufio.Writer
	n   uint64
	err error
}

func (c *counted) write(b []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(b)
		c.n += uint64(len(b))
	}
}

func (c *counted) flush() error {
	if c.err != nil {
		return c.err
	}
	return c.w.Flush()
}

// shortDoc is a description as a label of at most 80 characters: its first statement.
func shortDoc(s string) string {
	for _, sep := range []string{"; ", "；"} {
		s, _, _ = strings.Cut(s, sep)
	}
	if utf8.RuneCountInString(s) > 80 {
		r := []rune(s)
		s = string(r[:79]) + "…"
	}
	return s
}

// clip cuts a string to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
