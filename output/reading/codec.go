package reading

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/words"
)

// The encoding of values: the exported fields of structs in their order, each by its type, without names. Numbers are
// varints, a text is the text when it is met first and its ordinal after that, maps are in the order of their keys, an
// empty list is none. The same value gives the same bytes in every process; which types the bytes are of, the schema says.

// encodingVersion is part of the schema: it counts on when the bytes of the same types are laid otherwise.
const encodingVersion = "1"

// Schema names the encoding of T: another one is to be taken for another thing.
func Schema[T any]() string {
	var b strings.Builder
	b.WriteString(encodingVersion)
	describe(&b, reflect.TypeFor[T](), map[reflect.Type]bool{})
	return b.String()
}

func describe(b *strings.Builder, t reflect.Type, met map[reflect.Type]bool) {
	fmt.Fprintf(b, " %s:%s", t.String(), t.Kind())
	if met[t] || t == decimalType || t == tokensType {
		return
	}
	met[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				b.WriteString(" " + f.Name)
				describe(b, f.Type, met)
			}
		}
	case reflect.Pointer, reflect.Slice:
		describe(b, t.Elem(), met)
	case reflect.Array:
		fmt.Fprint(b, t.Len())
		describe(b, t.Elem(), met)
	case reflect.Map:
		describe(b, t.Key(), met)
		describe(b, t.Elem(), met)
	}
}

var (
	decimalType = reflect.TypeFor[decimal.Decimal]()
	tokensType  = reflect.TypeFor[[]words.Token]()
	sectionType = reflect.TypeFor[normalize.Section]()
)

// exported are the fields of a struct that are kept.
func exported(t reflect.Type) []int {
	if f, ok := fields.Load(t); ok {
		return f.([]int)
	}
	var out []int
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			out = append(out, i)
		}
	}
	fields.Store(t, out)
	return out
}

var fields sync.Map

type encoder struct {
	b     []byte
	texts map[string]uint64
}

// Append adds the encoding of a value, which stands for itself: two of them do not know each other's texts.
func Append(b []byte, v any) []byte {
	e := encoder{b: b, texts: map[string]uint64{}}
	e.value(reflect.ValueOf(v))
	return e.b
}

func (e *encoder) uint(n uint64) { e.b = binary.AppendUvarint(e.b, n) }

func (e *encoder) text(s string) {
	if n, ok := e.texts[s]; ok {
		e.uint(n)
		return
	}
	e.texts[s] = uint64(len(e.texts) + 1)
	e.uint(0)
	e.uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) value(v reflect.Value) {
	switch t := v.Type(); v.Kind() {
	case reflect.String:
		e.text(v.String())
	case reflect.Bool:
		if v.Bool() {
			e.b = append(e.b, 1)
		} else {
			e.b = append(e.b, 0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.b = binary.AppendVarint(e.b, v.Int())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint:
		e.uint(v.Uint())
	case reflect.Uint64: // hashes
		e.b = binary.LittleEndian.AppendUint64(e.b, v.Uint())
	case reflect.Float64:
		e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(v.Float()))
	case reflect.Pointer:
		if v.IsNil() {
			e.b = append(e.b, 0)
			return
		}
		e.b = append(e.b, 1)
		e.value(v.Elem())
	case reflect.Slice:
		e.uint(uint64(v.Len()))
		fallthrough
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			e.b = append(e.b, v.Bytes()...)
			return
		}
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Map:
		e.uint(uint64(v.Len()))
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			e.value(k)
			e.value(v.MapIndex(k))
		}
	case reflect.Struct:
		if t == decimalType {
			e.decimal(v.Interface().(decimal.Decimal))
			return
		}
		for _, i := range exported(t) {
			f := v.Field(i)
			if t == sectionType && f.Type() == tokensType {
				e.tokens(v.FieldByName("Text").String(), f.Interface().([]words.Token))
				continue
			}
			e.value(f)
		}
	default:
		panic("reading: no encoding of " + t.String()) // a type of ours, which the tests meet
	}
}

// decimal is an exponent and a coefficient: 0 and a varint, or its sign and bytes.
func (e *encoder) decimal(d decimal.Decimal) {
	e.b = binary.AppendVarint(e.b, int64(d.Exponent()))
	c := d.Coefficient()
	if c.IsInt64() {
		e.b = append(e.b, 0)
		e.b = binary.AppendVarint(e.b, c.Int64())
		return
	}
	e.b = append(e.b, byte(2+c.Sign()))
	abs := c.Bytes()
	e.uint(uint64(len(abs)))
	e.b = append(e.b, abs...)
}

// tokens are mostly the text itself, cut: one that is another word than what stands there says so.
func (e *encoder) tokens(text string, list []words.Token) {
	e.uint(uint64(len(list)))
	at := 0
	for i := range list {
		t := &list[i]
		flags := uint64(0)
		if t.Stop {
			flags |= 1
		}
		own := t.Start < 0 || t.End < t.Start || t.End > len(text) || text[t.Start:t.End] != t.Text
		if own {
			flags |= 2
		}
		e.uint(flags)
		e.b = binary.AppendVarint(e.b, int64(t.Start-at))
		e.b = binary.AppendVarint(e.b, int64(t.End-t.Start))
		e.text(t.Tag)
		if own {
			e.text(t.Text)
		}
		at = t.End
	}
}

type decoder struct {
	s     string
	texts []string
}

var errShort = errors.New("it ends too early, or says what it cannot")

// Decode reads a value that Append wrote, from the whole of s. Its texts share the memory of s.
func Decode(s string, to any) (err error) {
	d := decoder{s: s}
	defer func() {
		if p := recover(); p != nil {
			err = errShort
		}
	}()
	d.value(reflect.ValueOf(to).Elem())
	if d.s != "" {
		return errShort
	}
	return nil
}

func (d *decoder) take(n uint64) string {
	if n > uint64(len(d.s)) {
		panic(errShort)
	}
	out := d.s[:n]
	d.s = d.s[n:]
	return out
}

func (d *decoder) uint() uint64 {
	var n uint64
	for i := range len(d.s) {
		c := d.s[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.s = d.s[i+1:]
			return n
		}
		if i == 9 {
			break
		}
	}
	panic(errShort)
}

func (d *decoder) int() int64 {
	u := d.uint()
	n := int64(u >> 1)
	if u&1 != 0 {
		n = ^n
	}
	return n
}

// length is of a list: no longer than what is left has bytes, so that nothing is made that cannot be filled.
func (d *decoder) length() int {
	n := d.uint()
	if n > uint64(len(d.s)) {
		panic(errShort)
	}
	return int(n)
}

func (d *decoder) byte() byte { return d.take(1)[0] }

func (d *decoder) text() string {
	n := d.uint()
	if n > 0 {
		return d.texts[n-1]
	}
	s := d.take(d.uint())
	d.texts = append(d.texts, s)
	return s
}

func (d *decoder) fixed() uint64 {
	s := d.take(8)
	n := uint64(0)
	for i := 7; i >= 0; i-- {
		n = n<<8 | uint64(s[i])
	}
	return n
}

func (d *decoder) value(v reflect.Value) {
	switch t := v.Type(); v.Kind() {
	case reflect.String:
		v.SetString(d.text())
	case reflect.Bool:
		v.SetBool(d.byte() != 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(d.int())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint:
		v.SetUint(d.uint())
	case reflect.Uint64:
		v.SetUint(d.fixed())
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(d.fixed()))
	case reflect.Pointer:
		if d.byte() == 0 {
			return
		}
		v.Set(reflect.New(t.Elem()))
		d.value(v.Elem())
	case reflect.Slice:
		n := d.length()
		if n == 0 {
			return
		}
		if t.Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(d.take(uint64(n))))
			return
		}
		v.Set(reflect.MakeSlice(t, n, n))
		for i := range n {
			d.value(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Map:
		n := d.length()
		if n == 0 {
			return
		}
		v.Set(reflect.MakeMapWithSize(t, n))
		for range n {
			k, x := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			d.value(k)
			d.value(x)
			v.SetMapIndex(k, x)
		}
	case reflect.Struct:
		if t == decimalType {
			v.Set(reflect.ValueOf(d.decimal()))
			return
		}
		for _, i := range exported(t) {
			f := v.Field(i)
			if t == sectionType && f.Type() == tokensType {
				*(f.Addr().Interface().(*[]words.Token)) = d.tokens(v.FieldByName("Text").String())
				continue
			}
			d.value(f)
		}
	default:
		panic("reading: no encoding of " + t.String())
	}
}

func (d *decoder) decimal() decimal.Decimal {
	exp := int32(d.int())
	sign := d.byte()
	if sign == 0 {
		return decimal.New(d.int(), exp)
	}
	n := new(big.Int).SetBytes([]byte(d.take(d.uint())))
	if sign == 1 {
		n.Neg(n)
	}
	return decimal.NewFromBigInt(n, exp)
}

func (d *decoder) tokens(text string) []words.Token {
	n := d.length()
	if n == 0 {
		return nil
	}
	out := make([]words.Token, n)
	at := 0
	for i := range out {
		t := &out[i]
		flags := d.uint()
		t.Stop = flags&1 != 0
		t.Start = at + int(d.int())
		t.End = t.Start + int(d.int())
		t.Tag = d.text()
		if flags&2 != 0 {
			t.Text = d.text()
		} else {
			t.Text = text[t.Start:t.End]
		}
		at = t.End
	}
	return out
}
