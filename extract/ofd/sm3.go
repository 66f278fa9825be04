package ofd

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// sm3 is the digest of GB/T 32905-2016, by which files are signed in China.
type sm3 struct {
	v      [8]uint32
	buffer []byte
	length uint64
}

func newSM3() hash.Hash { h := &sm3{}; h.Reset(); return h }

func (h *sm3) Reset() {
	h.v = [8]uint32{0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e}
	h.buffer, h.length = h.buffer[:0], 0
}

func (h *sm3) Size() int      { return 32 }
func (h *sm3) BlockSize() int { return 64 }

func (h *sm3) Write(p []byte) (int, error) {
	h.length += uint64(len(p))
	h.buffer = append(h.buffer, p...)
	b := h.buffer
	for ; len(b) >= 64; b = b[64:] {
		h.block(b[:64])
	}
	h.buffer = append(h.buffer[:0], b...)
	return len(p), nil
}

func (h *sm3) Sum(to []byte) []byte {
	end := &sm3{v: h.v, buffer: append([]byte(nil), h.buffer...)}
	pad := make([]byte, 1, 72)
	pad[0] = 0x80
	for (len(h.buffer)+len(pad))%64 != 56 {
		pad = append(pad, 0)
	}
	end.Write(binary.BigEndian.AppendUint64(pad, 8*h.length))
	for _, v := range end.v {
		to = binary.BigEndian.AppendUint32(to, v)
	}
	return to
}

func (h *sm3) block(b []byte) {
	var w [68]uint32
	for i := range 16 {
		w[i] = binary.BigEndian.Uint32(b[4*i:])
	}
	for i := 16; i < 68; i++ {
		x := w[i-16] ^ w[i-9] ^ bits.RotateLeft32(w[i-3], 15)
		w[i] = x ^ bits.RotateLeft32(x, 15) ^ bits.RotateLeft32(x, 23) ^ bits.RotateLeft32(w[i-13], 7) ^ w[i-6]
	}
	v := h.v
	for i := range 64 {
		t := uint32(0x79cc4519)
		ff, gg := v[0]^v[1]^v[2], v[4]^v[5]^v[6]
		if i >= 16 {
			t = 0x7a879d8a
			ff, gg = v[0]&v[1]|v[0]&v[2]|v[1]&v[2], v[4]&v[5]|^v[4]&v[6]
		}
		s1 := bits.RotateLeft32(bits.RotateLeft32(v[0], 12)+v[4]+bits.RotateLeft32(t, i), 7)
		t1 := ff + v[3] + (s1 ^ bits.RotateLeft32(v[0], 12)) + (w[i] ^ w[i+4])
		t2 := gg + v[7] + s1 + w[i]
		v[3], v[2], v[1], v[0] = v[2], bits.RotateLeft32(v[1], 9), v[0], t1
		v[7], v[6], v[5], v[4] = v[6], bits.RotateLeft32(v[5], 19), v[4], t2^bits.RotateLeft32(t2, 9)^bits.RotateLeft32(t2, 17)
	}
	for i := range v {
		h.v[i] ^= v[i]
	}
}
