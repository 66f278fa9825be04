package explore

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
)

// A pack file holds records by number, each of a few parts. It is: magic; the parts, one after the other; of each record an
// entry (place of its first part, then length and CRC-32 of each part); how many entries there are, and their CRC-32; magic.
// Numbers are little-endian. A file that was cut off is not opened, and a part that is damaged is an error.
const (
	packMagic   = "gongkai pack 10\n"
	packParts   = 3
	entryBytes  = 8 + packParts*8
	packEnd     = 8 + 4 + len(packMagic)
	mostRecords = 1 << 28
)

// A packFile is open for reading, by several at once. It can be read to the end where another has taken its place.
type packFile struct {
	f       *os.File
	entries []byte
}

// openPackFile opens a file that is to hold so many records.
func openPackFile(path string, records int) (p *packFile, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < int64(len(packMagic)+packEnd) {
		return nil, errors.New("no pack")
	}
	var head [len(packMagic)]byte
	var end [packEnd]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	if _, err := f.ReadAt(end[:], info.Size()-int64(packEnd)); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(end[:])
	if string(head[:]) != packMagic || string(end[12:]) != packMagic || n > mostRecords {
		return nil, errors.New("no pack, or it was cut off")
	}
	if n != uint64(records) {
		return nil, fmt.Errorf("it holds %d records, not %d", n, records)
	}
	at := info.Size() - int64(packEnd) - int64(n)*entryBytes
	if at < int64(len(packMagic)) {
		return nil, errors.New("it was cut off")
	}
	p = &packFile{f, make([]byte, n*entryBytes)}
	if _, err := f.ReadAt(p.entries, at); err != nil {
		return nil, err
	}
	if crc32.Checksum(p.entries, castagnoli) != binary.LittleEndian.Uint32(end[8:]) {
		return nil, errors.New("it is damaged")
	}
	return p, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (p *packFile) close() error { return p.f.Close() }

// part reads a part of a record.
func (p *packFile) part(record, k int) ([]byte, error) {
	if record < 0 || record >= len(p.entries)/entryBytes {
		return nil, fmt.Errorf("%s: no record %d", p.f.Name(), record)
	}
	entry := p.entries[record*entryBytes:][:entryBytes]
	at := int64(binary.LittleEndian.Uint64(entry))
	for i := range k {
		at += int64(binary.LittleEndian.Uint32(entry[8+8*i:]))
	}
	b := make([]byte, binary.LittleEndian.Uint32(entry[8+8*k:]))
	if _, err := p.f.ReadAt(b, at); err != nil {
		return nil, &badPack{p.f.Name(), fmt.Errorf("record %d: %w", record, err)}
	}
	if crc32.Checksum(b, castagnoli) != binary.LittleEndian.Uint32(entry[12+8*k:]) {
		return nil, &badPack{p.f.Name(), fmt.Errorf("record %d is damaged", record)}
	}
	return b, nil
}

// check reads every part.
func (p *packFile) check() error {
	for record := range len(p.entries) / entryBytes {
		for k := range packParts {
			if _, err := p.part(record, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// A badPack is a file of a pack that is damaged.
type badPack struct {
	path string
	err  error
}

func (b *badPack) Error() string { return b.path + ": " + b.err.Error() }
func (b *badPack) Unwrap() error { return b.err }

// A packWriter writes a pack file, record after record.
type packWriter struct {
	f       *os.File
	w       *bufio.Writer
	at      uint64
	entries []byte
}

func newPackWriter(path string) (*packWriter, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := &packWriter{f: f, w: bufio.NewWriterSize(f, 256<<10), at: uint64(len(packMagic))}
	w.w.WriteString(packMagic) // an error comes again when it is flushed
	return w, nil
}

// add writes the next record. Parts that are left out are empty.
func (w *packWriter) add(parts ...[]byte) error {
	w.entries = binary.LittleEndian.AppendUint64(w.entries, w.at)
	for i := range packParts {
		var b []byte
		if i < len(parts) {
			b = parts[i]
		}
		w.entries = binary.LittleEndian.AppendUint32(w.entries, uint32(len(b)))
		w.entries = binary.LittleEndian.AppendUint32(w.entries, crc32.Checksum(b, castagnoli))
		w.at += uint64(len(b))
		if _, err := w.w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// finish writes what follows the records. The file is on the disk then.
func (w *packWriter) finish() error {
	w.w.Write(w.entries)
	end := binary.LittleEndian.AppendUint64(nil, uint64(len(w.entries)/entryBytes))
	end = binary.LittleEndian.AppendUint32(end, crc32.Checksum(w.entries, castagnoli))
	w.w.Write(append(end, packMagic...))
	err := w.w.Flush()
	if err == nil {
		err = w.f.Sync()
	}
	return errors.Join(err, w.f.Close())
}
