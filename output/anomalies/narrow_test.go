package anomalies

import (
	"math"
	"math/rand"
	"testing"
)

// TestNarrow holds what a column gives against what was put into it, at the limits of every type that its chunks may have.
func TestNarrow(t *testing.T) {
	edges := []int64{none, 0, 1, 254, 255, 256, 65534, 65535, 65536, -1, math.MaxInt32, math.MaxInt32 + 1, math.MinInt32,
		math.MinInt32 + 1, math.MinInt32 - 1, math.MaxInt64, none + 1}
	rng := rand.New(rand.NewSource(1))
	var all []int64
	for most := range edges { // chunks whose largest is each of them
		for range chunkSize {
			all = append(all, edges[rng.Intn(most+1)])
		}
	}
	for range 100 {
		all = append(all, edges[rng.Intn(len(edges))])
	}
	var c narrow
	for rest := all; len(rest) > 0; {
		n := min(len(rest), rng.Intn(2*chunkSize))
		c.add(rest[:n])
		rest = rest[n:]
	}
	c.close()
	for i, n := range all {
		if got := c.at(int32(i)); got != n {
			t.Fatalf("%d: %d, not %d", i, got, n)
		}
	}
	kinds := [4]int{}
	for _, x := range c.chunks {
		for k, is := range [4]bool{x.bytes != nil, x.shorts != nil, x.ints != nil, x.longs != nil} {
			if is {
				kinds[k]++
			}
		}
	}
	for k, n := range kinds {
		if n == 0 {
			t.Errorf("no chunk of type %d: %v", k, kinds)
		}
	}
}
