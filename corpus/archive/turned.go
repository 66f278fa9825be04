package archive

import (
	"bytes"
	"hash/crc32"
	"strconv"
)

// A single bit that was turned on a disk is turned back without anybody's help. A cyclic code is linear: the CRC of the
// damaged bytes and that of the whole ones differ by what the one bit does to it, and that depends on how far from the
// end it stands only. So the bit is found by going through the bits from the last to the first once, and whether it was
// the one is proved by SHA-256.

// turnBack gives the bytes with one bit turned such that they have a hash; nil where no bit does that. crc is the CRC-32C
// that they should have.
func turnBack(b []byte, crc, sum string) []byte {
	want, err := strconv.ParseUint(crc, 16, 32)
	if err != nil || len(b) == 0 {
		return nil
	}
	differ := crc32.Checksum(b, castagnoli) ^ uint32(want)
	if differ == 0 {
		return nil
	}
	// what the highest bit of the last byte does: in the reflected code it is the polynomial's own first step
	effect := uint32(crc32.Castagnoli)
	for at := len(b)*8 - 1; at >= 0; at-- {
		if effect == differ {
			out := bytes.Clone(b)
			out[at/8] ^= 1 << (at % 8)
			if Sum(out) == sum {
				return out
			}
		}
		if effect&1 != 0 {
			effect = effect>>1 ^ crc32.Castagnoli
		} else {
			effect >>= 1
		}
	}
	return nil
}

// turnedRecord gives the record that a damaged part of a segment was, where one bit of it was turned: of its body, or of
// its frame.
func turnedRecord(b []byte) (record, bool) {
	if r, ok := frameAt(b, 0); ok && r.end == len(b) {
		if body := turnBack(r.body, r.CRC, r.SHA256); body != nil && b[len(b)-1] == '\n' {
			r.body = body
			return named(r), true
		}
	}
	// the line of the frame, and the line feeds: few bits, each is tried
	out := bytes.Clone(b)
	line := min(len(b), mostLine)
	for i := range line + 1 {
		at := i
		if i == line {
			at = len(b) - 1
		}
		for bit := range 8 {
			out[at] ^= 1 << bit
			if r, ok := frameAt(out, 0); ok && r.end == len(out) && r.whole(out) {
				r.body = bytes.Clone(r.body)
				return named(r), true
			}
			out[at] ^= 1 << bit
		}
	}
	return record{}, false
}

// named gives a capture its key.
func named(r record) record {
	if r.Kind == kindCapture {
		if c, err := parseCapture(r.body); err == nil {
			r.Key = c.Key
		}
	}
	return r
}
