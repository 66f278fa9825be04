package search

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// A list tells which of n reports have something. Its first byte says how, the smallest of three:
const (
	gaps    = 0 // of each that has it, how many before it have it not since the one before: unsigned LEB128 numbers
	without = 1 // the same of those that have it not
	bitmap  = 2 // bit i%8 of byte i/8 for report i, filled up to whole 8 bytes
)

var errList = errors.New("a list is damaged")

// encodeList appends the list of ordinals, which ascend, of n reports.
func encodeList(dst []byte, ordinals []uint32, n int) []byte {
	full := 8 * ((n + 63) / 64)
	size, next := 0, uint32(0)
	for _, o := range ordinals {
		size += varintSize(o - next)
		next = o + 1
	}
	if size <= full && len(ordinals) <= n/2 {
		return appendGaps(append(dst, gaps), ordinals)
	}
	if len(ordinals) > n/2 {
		var others []uint32
		next, size = 0, 0
		from := uint32(0)
		add := func(o uint32) {
			size += varintSize(o - from)
			from = o + 1
			others = append(others, o)
		}
		for _, o := range ordinals {
			for ; next < o; next++ {
				add(next)
			}
			next = o + 1
		}
		for ; int(next) < n; next++ {
			add(next)
		}
		if size <= full {
			return appendGaps(append(dst, without), others)
		}
	}
	dst = append(dst, bitmap)
	at := len(dst)
	dst = append(dst, make([]byte, full)...)
	for _, o := range ordinals {
		dst[at+int(o>>3)] |= 1 << (o & 7)
	}
	return dst
}

func varintSize(v uint32) int { return (bits.Len32(v|1) + 6) / 7 }

func appendGaps(dst []byte, ordinals []uint32) []byte {
	next := uint32(0)
	for _, o := range ordinals {
		dst = binary.AppendUvarint(dst, uint64(o-next))
		next = o + 1
	}
	return dst
}

// A set is a bit for each of n reports.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

// fill takes in the reports from first up to before end.
func (s set) fill(first, end int) {
	for i := first; i < end; {
		if i&63 == 0 && i+64 <= end {
			s[i>>6] = ^uint64(0)
			i += 64
			continue
		}
		s[i>>6] |= 1 << (i & 63)
		i++
	}
}

// keep leaves the reports that are in the list too. scratch is as long as s.
func (s set) keep(list []byte, n int, scratch set) error {
	if len(list) == 0 {
		return errList
	}
	how, list := list[0], list[1:]
	if how == bitmap {
		if len(list) != 8*len(s) {
			return errList
		}
		for i := range s {
			s[i] &= binary.LittleEndian.Uint64(list[8*i:])
		}
		return nil
	}
	if how != gaps && how != without {
		return errList
	}
	clear(scratch)
	next := uint64(0)
	for len(list) > 0 {
		v, size := binary.Uvarint(list)
		if size <= 0 || v >= uint64(n) || next+v >= uint64(n) {
			return errList
		}
		list = list[size:]
		next += v
		scratch[next>>6] |= 1 << (next & 63)
		next++
	}
	for i := range s {
		if how == gaps {
			s[i] &= scratch[i]
		} else {
			s[i] &^= scratch[i]
		}
	}
	return nil
}

// next is the first report of the set from i on; -1 where there is none.
func (s set) next(i int) int {
	if i>>6 >= len(s) {
		return -1
	}
	w := s[i>>6] >> (i & 63)
	if w != 0 {
		return i + bits.TrailingZeros64(w)
	}
	for k := i>>6 + 1; k < len(s); k++ {
		if s[k] != 0 {
			return k<<6 + bits.TrailingZeros64(s[k])
		}
	}
	return -1
}

// A filter knows of nearly every bigram that a year has not that it has it not, so that a rare one costs no look into the
// files of all years. It never denies one that the year has. (Bloom filter: ten bits a bigram, of which each sets four;
// of those that are not there it lets one in 85 through.)
type filter []uint64

const (
	filterBits = 10
	filterSets = 4
)

func newFilter(n int) filter { return make(filter, filterWords(int64(n))) }

func filterWords(n int64) int64 { return (n*filterBits + 63) / 64 }

func (f filter) add(b bigram) {
	f.each(b, func(word int, bit uint64) bool {
		f[word] |= bit
		return true
	})
}

func (f filter) has(b bigram) bool {
	return len(f) > 0 && f.each(b, func(word int, bit uint64) bool { return f[word]&bit != 0 })
}

// each goes through the bits of a bigram as long as further says so, and reports whether it went to the end.
func (f filter) each(b bigram, further func(word int, bit uint64) bool) bool {
	h := uint64(b) * 0x9E3779B97F4A7C15 // the numbers of bigrams lie close together: spread them
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	h ^= h >> 32
	first, step := uint32(h), uint32(h>>32)|1
	for range filterSets {
		at := int(uint64(first) * uint64(len(f)*64) >> 32)
		if !further(at>>6, 1<<(at&63)) {
			return false
		}
		first += step
	}
	return true
}
