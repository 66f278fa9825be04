package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A rack is records under keys, packed by the hundred, as they were put: whoever asks in that order unpacks each pack
// once. What is held is the packs, a few of them unpacked, and 16 bytes a record.
type rack struct {
	mu     sync.Mutex
	packs  [][]byte
	at     []rackPlace // by sum
	recent []*openPack // the newest last
	unpack *zstd.Decoder
}

// A rackPlace says in which pack the record of a key lies.
type rackPlace struct {
	sum  uint64 // of the key
	pack uint32
}

// An openPack is a pack unpacked.
type openPack struct {
	number  uint32
	records map[string][]byte
}

const (
	packSize = 100 // records
	openMost = 16  // packs
)

func sumOfKey(key string) uint64 {
	sum := sha256.Sum256([]byte(key))
	return binary.LittleEndian.Uint64(sum[:])
}

// get gives the record of a key; nil where there is none.
func (s *rack) get(key string) []byte {
	sum := sumOfKey(key)
	i, _ := slices.BinarySearchFunc(s.at, sum, func(p rackPlace, sum uint64) int { return cmp.Compare(p.sum, sum) })
	s.mu.Lock()
	defer s.mu.Unlock()
	for ; i < len(s.at) && s.at[i].sum == sum; i++ {
		if r, ok := s.open(s.at[i].pack)[key]; ok {
			return r
		}
	}
	return nil
}

// open unpacks a pack, which is nothing where it is damaged.
func (s *rack) open(number uint32) map[string][]byte {
	for i, p := range s.recent {
		if p.number == number {
			s.recent = append(slices.Delete(s.recent, i, i+1), p)
			return p.records
		}
	}
	p := &openPack{number, map[string][]byte{}}
	if plain, err := s.unpack.DecodeAll(s.packs[number], nil); err == nil {
		for len(plain) > 0 {
			var key, record []byte
			if key, plain, err = field(plain); err != nil {
				break
			}
			if record, plain, err = field(plain); err != nil {
				break
			}
			p.records[string(key)] = record
		}
	}
	if s.recent = append(s.recent, p); len(s.recent) > openMost {
		s.recent = slices.Delete(s.recent, 0, 1)
	}
	return p.records
}

var errCut = errors.New("the end is missing")

// field takes what has its length before it.
func field(b []byte) (f, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || uint64(len(b)-size) < n {
		return nil, nil, errCut
	}
	return b[size : size+int(n)], b[size+int(n):], nil
}

// A rackMaker puts records on a rack that is made.
type rackMaker struct {
	packs [][]byte
	at    []rackPlace
	plain []byte
	held  int
	pack  *zstd.Encoder
}

func newRack() (*rackMaker, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	return &rackMaker{pack: z}, err
}

// put puts a record under a key.
func (m *rackMaker) put(key string, record []byte) {
	m.at = append(m.at, rackPlace{sumOfKey(key), uint32(len(m.packs))})
	m.plain = append(binary.AppendUvarint(m.plain, uint64(len(key))), key...)
	m.plain = append(binary.AppendUvarint(m.plain, uint64(len(record))), record...)
	if m.held++; m.held == packSize {
		m.shut()
	}
}

func (m *rackMaker) shut() {
	if m.held > 0 {
		m.packs = append(m.packs, slices.Clip(m.pack.EncodeAll(m.plain, nil)))
		m.plain, m.held = m.plain[:0], 0
	}
}

// bytes are the rack as it is kept: a name, a hash of the rest, the places, the packs.
func (m *rackMaker) bytes(magic string) []byte {
	m.shut()
	slices.SortFunc(m.at, func(a, b rackPlace) int { return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.pack, b.pack)) })
	size := len(magic) + sha256.Size + 2*binary.MaxVarintLen64 + 12*len(m.at)
	for _, p := range m.packs {
		size += len(p) + binary.MaxVarintLen64
	}
	out := append(make([]byte, 0, size), magic...)
	out = append(out, make([]byte, sha256.Size)...)
	out = binary.AppendUvarint(out, uint64(len(m.at)))
	for _, p := range m.at {
		out = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint64(out, p.sum), p.pack)
	}
	for _, p := range m.packs {
		out = append(binary.AppendUvarint(out, uint64(len(p))), p...)
	}
	sum := sha256.Sum256(out[len(magic)+sha256.Size:])
	copy(out[len(magic):], sum[:])
	return out
}

// rackSum is the hash that stands in what bytes gave.
func rackSum(magic string, b []byte) (sum [sha256.Size]byte) {
	if len(b) >= len(magic)+len(sum) {
		copy(sum[:], b[len(magic):])
	}
	return sum
}

// openRack opens what bytes gave; nil where it is damaged, or something else.
func openRack(magic string, b []byte) *rack {
	rest, ok := bytes.CutPrefix(b, []byte(magic))
	if !ok || len(rest) < sha256.Size {
		return nil
	}
	if sum := sha256.Sum256(rest[sha256.Size:]); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return nil
	}
	rest = rest[sha256.Size:]
	n, size := binary.Uvarint(rest)
	if size <= 0 || uint64(len(rest)-size)/12 < n {
		return nil
	}
	rest = rest[size:]
	s := &rack{at: make([]rackPlace, n)}
	for i := range s.at {
		s.at[i] = rackPlace{binary.LittleEndian.Uint64(rest), binary.LittleEndian.Uint32(rest[8:])}
		rest = rest[12:]
	}
	for len(rest) > 0 {
		var pack []byte
		var err error
		if pack, rest, err = field(rest); err != nil {
			return nil
		}
		s.packs = append(s.packs, pack)
	}
	for _, p := range s.at {
		if int(p.pack) >= len(s.packs) {
			return nil
		}
	}
	var err error
	if s.unpack, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1)); err != nil {
		return nil
	}
	return s
}

// keys gives the keys of all records.
func (s *rack) keys(each func(key string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.packs {
		for key := range s.open(uint32(i)) {
			each(key)
		}
	}
}
