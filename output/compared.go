package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// What a report repeats of another depends on the prose of the two alone, and to find it is most of what the table reuse
// costs. So the comparisons of a year are kept from run to run, each under the names of both texts, those too of which no
// row came. Which reports are compared is found anew each time: that depends on all of them. The next run keeps those that
// it asked for, and no others.
//
// An object is a line that says what it is, the SHA-256 of all that follows, that of what names the program, and the
// reports: the name of the prose, the length of what follows, and for each that it was compared with the name of its prose,
// the share, the number of passages and the passages. What is damaged, or of another program, is no object.

const comparedMagic = "gongkai compared 1\n"

// halfName is as much of a name as tells texts apart.
const halfName = 16

// Comparisons are those of a year: of the run before, and of this one.
type comparisons struct {
	of    map[[halfName]byte][]byte // of each report, what it was compared with
	last  []byte                    // the object
	print [sha256.Size]byte
	now   []byte // the reports of this run
}

// comparisons gives those that are kept of a year; nil = nothing is kept.
func (w *Writer) comparisons(year int32) *comparisons {
	if w.info.Recall == nil || w.info.Print == "" {
		return nil
	}
	c := &comparisons{of: map[[halfName]byte][]byte{}, print: sha256.Sum256([]byte(w.info.Print))}
	if w.info.Fresh {
		return c
	}
	c.last = w.info.Recall(comparedName(year))
	rest, ok := bytes.CutPrefix(c.last, []byte(comparedMagic))
	if !ok || len(rest) < 2*sha256.Size || !bytes.Equal(rest[sha256.Size:2*sha256.Size], c.print[:]) {
		return c
	}
	if sum := sha256.Sum256(rest[sha256.Size:]); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return c
	}
	for rest = rest[2*sha256.Size:]; len(rest) > 0; {
		n := binary.LittleEndian.Uint32(rest[halfName:])
		c.of[[halfName]byte(rest)] = rest[halfName+4 : halfName+4+n]
		rest = rest[halfName+4+n:]
	}
	return c
}

func comparedName(year int32) string { return fmt.Sprintf("reuse-%s", yearName(year)) }

// keep has those of this run kept.
func (w *Writer) keepComparisons(year int32, c *comparisons) {
	if c == nil {
		return
	}
	body := append(c.print[:], c.now...)
	sum := sha256.Sum256(body)
	object := append(append([]byte(comparedMagic), sum[:]...), body...)
	if !bytes.Equal(object, c.last) {
		w.info.Remember(comparedName(year), object)
	}
}

// find looks for a comparison of a report whose comparisons are given.
func findCompared(list []byte, other *name) (share float64, passages []PassageRow, ok bool) {
	for len(list) > 0 {
		ok := bytes.Equal(list[:halfName], other[:halfName])
		share := math.Float64frombits(binary.LittleEndian.Uint64(list[halfName:]))
		list = list[halfName+8:]
		number := func() int32 {
			n, size := binary.Uvarint(list)
			list = list[size:]
			return int32(n)
		}
		n := int(number())
		if ok {
			passages = make([]PassageRow, n)
		}
		for i := range n {
			p := PassageRow{number(), number(), number(), number(), number(), number()}
			if ok {
				passages[i] = p
			}
		}
		if ok {
			if n == 0 {
				passages = nil
			}
			return share, passages, true
		}
	}
	return 0, nil, false
}

// appendCompared adds a comparison to those of a report.
func appendCompared(list []byte, other *name, share float64, passages []PassageRow) []byte {
	list = append(list, other[:halfName]...)
	list = binary.LittleEndian.AppendUint64(list, math.Float64bits(share))
	list = binary.AppendUvarint(list, uint64(len(passages)))
	for _, p := range passages {
		for _, n := range [...]int32{p.Section, p.Start, p.End, p.OtherSection, p.OtherStart, p.OtherEnd} {
			list = binary.AppendUvarint(list, uint64(n))
		}
	}
	return list
}

// add adds the comparisons of a report of this run.
func (c *comparisons) add(mine *name, list []byte) {
	if c == nil || len(list) == 0 {
		return
	}
	c.now = append(c.now, mine[:halfName]...)
	c.now = binary.LittleEndian.AppendUint32(c.now, uint32(len(list)))
	c.now = append(c.now, list...)
}
