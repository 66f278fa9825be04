package anomalies

import "math"

// A narrow column holds the numbers of a cell, report by report, in as few bytes as the largest of some thousand
// neighbours wants: most are counts of one or two digits, and of a million reports there are two hundred million.
type narrow struct {
	chunks []chunk
	tail   []int64 // not in a chunk yet
}

// A chunk is chunkSize numbers; where all four are nil there is none among them. The largest value that a type holds
// (of signed ones the least) stands for none.
type chunk struct {
	bytes  []uint8
	shorts []uint16
	ints   []int32
	longs  []int64
}

const chunkSize = 4096

// at gives the number of a report, or none.
func (c *narrow) at(rep int32) int64 {
	x, i := &c.chunks[rep/chunkSize], rep%chunkSize
	switch {
	case x.bytes != nil:
		if n := x.bytes[i]; n != math.MaxUint8 {
			return int64(n)
		}
	case x.shorts != nil:
		if n := x.shorts[i]; n != math.MaxUint16 {
			return int64(n)
		}
	case x.ints != nil:
		if n := x.ints[i]; n != math.MinInt32 {
			return int64(n)
		}
	case x.longs != nil:
		return x.longs[i]
	}
	return none
}

// add adds the numbers of the next reports.
func (c *narrow) add(numbers []int64) {
	for len(c.tail)+len(numbers) >= chunkSize {
		n := chunkSize - len(c.tail)
		c.tail = append(c.tail, numbers[:n]...)
		c.pack()
		numbers = numbers[n:]
	}
	c.tail = append(c.tail, numbers...)
}

// close packs what is left.
func (c *narrow) close() {
	if len(c.tail) > 0 {
		c.pack()
	}
	c.tail = nil
}

// pack makes a chunk of the tail.
func (c *narrow) pack() {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for _, n := range c.tail {
		if n != none {
			least, most = min(least, n), max(most, n)
		}
	}
	var x chunk
	switch {
	case most < least: // no number
	case least >= 0 && most < math.MaxUint8:
		x.bytes = packed(c.tail, uint8(math.MaxUint8))
	case least >= 0 && most < math.MaxUint16:
		x.shorts = packed(c.tail, uint16(math.MaxUint16))
	case least > math.MinInt32 && most <= math.MaxInt32:
		x.ints = packed(c.tail, int32(math.MinInt32))
	default:
		x.longs = packed(c.tail, int64(none))
	}
	c.chunks, c.tail = append(c.chunks, x), c.tail[:0]
}

func packed[T uint8 | uint16 | int32 | int64](numbers []int64, nothing T) []T {
	out := make([]T, len(numbers))
	for i, n := range numbers {
		if out[i] = nothing; n != none {
			out[i] = T(n)
		}
	}
	return out
}
