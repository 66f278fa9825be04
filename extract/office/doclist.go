package office

import (
	"strings"
	"unicode/utf16"
)

// readStyles reads the style sheet (STSH): styles number paragraphs and say how characters look.
func (w *doc) readStyles(b []byte) {
	n := u16(b, 0)
	count, base := u16(b, 2), u16(b, 4)
	at := 2 + n
	for i := 0; i < count && at+2 <= len(b) && i < 4096; i++ {
		size := u16(b, at)
		std := slice(b, at+2, size)
		at += 2 + size
		s := docStyle{base: 0xfff}
		if len(std) > base+2 {
			kind := u16(std, 2) & 15
			s.base = u16(std, 2) >> 4
			k := base + 2 + 2*u16(std, base) + 2
			upx := slice(std, k+2, u16(std, k))
			switch {
			case kind == 1 && len(upx) >= 2:
				s.sprms = upx[2:]
				k += 2 + (u16(std, k)+1)/2*2
				s.chars = slice(std, k+2, u16(std, k))
			case kind == 2:
				s.chars = upx
			}
		}
		w.styles = append(w.styles, s)
	}
}

// style applies a paragraph style and those it is based on.
func (w *doc) style(i int, p *docPara, depth int) {
	if i >= len(w.styles) || depth > 12 {
		return
	}
	if w.styles[i].base != 0xfff {
		w.style(w.styles[i].base, p, depth+1)
	}
	w.apply(p, w.styles[i].sprms)
}

// readLists reads the list formats (PlfLst, PlfLfo): what numbers stand before paragraphs.
func (w *doc) readLists() {
	w.lists, w.restarts, w.begun = map[int]*list{}, map[int]map[int]int{}, map[int]bool{}
	b := w.ref(73)
	if len(b) < 2 {
		return
	}
	byID := map[int]*list{}
	n := u16(b, 0)
	end := u32(w.main, 0x9a+8*73) + len(b) // the levels follow, outside what the reference counts
	rest := slice(w.table, end, len(w.table))
	for i := 0; i < n && 2+28*i+28 <= len(b); i++ {
		lst := b[2+28*i:]
		l := &list{levels: defaultLevels()}
		levels := 9
		if lst[26]&1 != 0 {
			levels = 1
		}
		for k := range levels {
			var used int
			if l.levels[k], used = docLevel(rest); used == 0 {
				return
			}
			rest = rest[used:]
		}
		byID[u32(lst, 0)] = l
	}
	o := w.ref(74)
	count := u32(o, 0)
	extra := slice(o, 4+16*count, len(o))
	for i := 0; i < count && 4+16*i+16 <= len(o); i++ {
		lfo := o[4+16*i:]
		l := byID[u32(lfo, 0)]
		over := int(lfo[12])
		extra = slice(extra, 4, len(extra))
		for range over {
			flags := u32(extra, 4)
			k := flags & 15
			start := u32(extra, 0)
			extra = slice(extra, 8, len(extra))
			if flags&0x10 != 0 && flags&0x20 == 0 && k < 9 {
				if w.restarts[i+1] == nil {
					w.restarts[i+1] = map[int]int{}
				}
				w.restarts[i+1][k] = start
			}
			if flags&0x20 != 0 {
				lv, used := docLevel(extra)
				if used == 0 {
					break
				}
				extra = extra[used:]
				if l != nil && k < 9 {
					own := *l
					own.levels[k] = lv
					l = &own
				}
			}
		}
		if l != nil {
			w.lists[i+1] = l
		}
	}
}

// docLevel reads one level (LVL) and gives the bytes that it takes.
func docLevel(b []byte) (level, int) {
	if len(b) < 30 {
		return level{}, 0
	}
	l := level{start: u32(b, 0), format: formatByCode(int(b[4])), restart: -1, suffix: "tab", legal: b[5]&4 != 0}
	if b[5]&8 != 0 {
		l.restart = 0
	}
	switch b[15] {
	case 1:
		l.suffix = "space"
	case 2:
		l.suffix = "nothing"
	}
	at := 28 + int(b[24]) + int(b[25])
	n := u16(b, at)
	if at+2+2*n > len(b) {
		return level{}, 0
	}
	var s strings.Builder
	var units []uint16
	for i := range n {
		c := u16(b, at+2+2*i)
		if c < 9 {
			s.WriteString(string(utf16.Decode(units)))
			units = units[:0]
			s.WriteByte('%')
			s.WriteByte(byte('1' + c))
			continue
		}
		units = append(units, uint16(c))
	}
	s.WriteString(string(utf16.Decode(units)))
	l.text = s.String()
	return l, at + 2 + 2*n
}

// label gives the automatic number that stands before a paragraph.
func (w *doc) label(p *docPara) string {
	l := w.lists[p.ilfo]
	if p.ilfo <= 0 || l == nil {
		return ""
	}
	if !w.begun[p.ilfo] {
		w.begun[p.ilfo] = true
		for k, start := range w.restarts[p.ilfo] {
			l.counters[k], l.used[k] = start-1, true
		}
	}
	return l.count(min(max(p.ilvl, 0), 8))
}
