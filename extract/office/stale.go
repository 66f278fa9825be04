package office

import (
	"encoding/binary"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A sheet keeps of a formula the number that it came to when it was last worked out. Most formulas of reports only add
// cells, and of these it can be told whether that number is still so. Where it is not, one program displays what is
// stored, another what the formula comes to, and which the reader has is not known.

// A sum is a formula that does nothing but add and take away numbers of its own sheet.
type sum struct {
	parts []sumPart
	more  float64
}

// A sumPart is an area of cells: first and last row, first and last column. Within SUM words count for nothing.
type sumPart struct {
	area  [4]int
	minus bool
	bare  bool // a cell without SUM
}

// mostAdded is the number of cells up to which a sum is worked out.
const mostAdded = 20_000

// A kept is the number that a cell holds, as far as it is one.
type kept struct {
	number   float64
	isNumber bool
	words    bool // it holds something else
	unsure   bool
	outdated bool // it is a sum itself, with another number than its parts come to
}

// comesTo adds up a sum; ok is false where that cannot be told. outdated says that one of its cells is.
func (s sum) comesTo(cell func(row, col int) kept) (total float64, ok, outdated bool) {
	total = s.more
	count := 0
	for _, p := range s.parts {
		for row := p.area[0]; row <= p.area[1]; row++ {
			for col := p.area[2]; col <= p.area[3]; col++ {
				if count++; count > mostAdded {
					return 0, false, false
				}
				k := cell(row, col)
				switch {
				case k.outdated:
					return 0, false, true
				case k.unsure || k.words && p.bare:
					return 0, false, false
				case k.isNumber && p.minus:
					total -= k.number
				case k.isNumber:
					total += k.number
				}
			}
		}
	}
	return total, true, false
}

func sameNumber(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1, math.Abs(a), math.Abs(b)) }

var (
	sumTerm = regexp.MustCompile(`^\s*([+-]?)\s*(?:SUM\(([^()]*)\)|(\$?[A-Z]{1,3}\$?\d{1,7})|(\d+(?:\.\d+)?))\s*`)
	sumArea = regexp.MustCompile(`^\s*\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?\s*$`)
)

// parseSum reads a formula as a sheet of XML writes it.
func parseSum(formula string) (s sum, ok bool) {
	f := strings.ToUpper(formula)
	for first := true; f != ""; first = false {
		m := sumTerm.FindStringSubmatch(f)
		if m == nil || !first && m[1] == "" {
			return s, false
		}
		f = f[len(m[0]):]
		minus := m[1] == "-"
		switch {
		case m[3] != "":
			a, ok := parseArea(m[3])
			if !ok {
				return s, false
			}
			s.parts = append(s.parts, sumPart{a, minus, true})
		case m[4] != "":
			n, err := strconv.ParseFloat(m[4], 64)
			if err != nil {
				return s, false
			}
			if minus {
				n = -n
			}
			s.more += n
		default:
			for _, arg := range strings.Split(m[2], ",") {
				a, ok := parseArea(arg)
				if !ok {
					return s, false
				}
				s.parts = append(s.parts, sumPart{a, minus, false})
			}
		}
	}
	return s, len(s.parts) > 0
}

func parseArea(s string) (a [4]int, ok bool) {
	m := sumArea.FindStringSubmatch(s)
	if m == nil {
		return a, false
	}
	if m[3] == "" {
		m[3], m[4] = m[1], m[2]
	}
	for i, k := range [...]int{2, 4} {
		n, err := strconv.Atoi(m[k])
		if err != nil || n < 1 {
			return a, false
		}
		a[i] = n - 1
	}
	a[2], a[3] = columnOf(m[1]), columnOf(m[3])
	return a, a[0] <= a[1] && a[2] <= a[3]
}

func columnOf(letters string) (n int) {
	for _, c := range letters {
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

// xlsSum reads the tokens of a formula of .xls ([MS-XLS] 2.5.198): operands are put on a stack, operators take them from
// it.
func xlsSum(rule []byte) (sum, bool) {
	var stack []sum
	push := func(s sum) { stack = append(stack, s) }
	for at := 0; at < len(rule); {
		token := rule[at]
		rest := rule[at+1:]
		if token >= 0x40 { // the class of the operand
			token = token&0x1f | 0x20
		}
		need := map[byte]int{0x1e: 2, 0x1f: 8, 0x24: 4, 0x25: 8, 0x19: 3, 0x22: 3}[token]
		if len(rest) < need {
			return sum{}, false
		}
		switch token {
		case 0x1e:
			push(sum{more: float64(u16(rest, 0))})
		case 0x1f:
			push(sum{more: math.Float64frombits(binary.LittleEndian.Uint64(rest))})
		case 0x24:
			row, col := u16(rest, 0), u16(rest, 2)&0x3fff
			push(sum{parts: []sumPart{{area: [4]int{row, row, col, col}, bare: true}}})
		case 0x25:
			push(sum{parts: []sumPart{{area: [4]int{u16(rest, 0), u16(rest, 2), u16(rest, 4) & 0x3fff, u16(rest, 6) & 0x3fff}}}})
		case 0x12, 0x15: // a sign that changes nothing, brackets
			if len(stack) == 0 {
				return sum{}, false
			}
		case 0x03, 0x04:
			if len(stack) < 2 {
				return sum{}, false
			}
			a, b := stack[len(stack)-2], stack[len(stack)-1]
			stack = append(stack[:len(stack)-2], a.plus(b, token == 0x04))
		case 0x19: // SUM of one area, or how the formula was typed
			switch {
			case rest[0]&0x10 != 0:
				if len(stack) == 0 {
					return sum{}, false
				}
				stack[len(stack)-1] = stack[len(stack)-1].within()
			case rest[0] != 0x40 && rest[0] != 0x41 && rest[0] != 0x00:
				return sum{}, false
			}
		case 0x22:
			n := int(rest[0] & 0x7f)
			if u16(rest, 1) != 4 || n == 0 || len(stack) < n {
				return sum{}, false
			}
			all := sum{}
			for _, s := range stack[len(stack)-n:] {
				all = all.plus(s.within(), false)
			}
			stack = append(stack[:len(stack)-n], all)
		default:
			return sum{}, false
		}
		at += 1 + need
	}
	if len(stack) != 1 || len(stack[0].parts) == 0 {
		return sum{}, false
	}
	return stack[0], true
}

func (s sum) plus(o sum, minus bool) sum {
	out := sum{append([]sumPart(nil), s.parts...), s.more}
	for _, p := range o.parts {
		p.minus = p.minus != minus
		out.parts = append(out.parts, p)
	}
	if minus {
		out.more -= o.more
	} else {
		out.more += o.more
	}
	return out
}

// within gives what a sum is as an argument of SUM: of a cell that it names, words count for nothing.
func (s sum) within() sum {
	if len(s.parts) != 1 || s.more != 0 {
		return s
	}
	p := s.parts[0]
	p.bare = false
	return sum{parts: []sumPart{p}}
}
