package reuse

import "sort"

// An Index finds the sketches like a given one among many without comparing all: those that agree in one of 42 bands of
// 3 values (locality-sensitive hashing). Of two texts that share half their shingles it misses less than one in a
// hundred, of two that share a fifth it finds one in four.
type Index struct {
	sketches []Sketch
	bands    [len(Sketch{}) / bandRows]map[uint64][]int32
}

const (
	bandRows = 3
	crowd    = 64 // of a band on which more agree only the first are looked at: boilerplate
)

func band(s *Sketch, k int) uint64 {
	h := uint64(k)
	for _, v := range s[k*bandRows : (k+1)*bandRows] {
		h = mix(h*1_000_003 + v)
	}
	return h
}

// Add adds a sketch; its number is the count of those before it.
func (x *Index) Add(s *Sketch) {
	n := int32(len(x.sketches))
	x.sketches = append(x.sketches, *s)
	if *s == (Sketch{}) {
		return
	}
	for k := range x.bands {
		if x.bands[k] == nil {
			x.bands[k] = map[uint64][]int32{}
		}
		if h := band(s, k); len(x.bands[k][h]) < crowd {
			x.bands[k][h] = append(x.bands[k][h], n)
		}
	}
}

// Near gives the numbers of the sketches that are likely like s, the likest first, between equals the first added.
func (x *Index) Near(s *Sketch) []int {
	if *s == (Sketch{}) {
		return nil
	}
	like := map[int32]float64{}
	for k := range x.bands {
		for _, n := range x.bands[k][band(s, k)] {
			if _, ok := like[n]; !ok {
				like[n] = s.Like(&x.sketches[n])
			}
		}
	}
	out := make([]int, 0, len(like))
	for n := range like {
		out = append(out, int(n))
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := like[int32(out[i])], like[int32(out[j])]
		return a > b || a == b && out[i] < out[j]
	})
	return out
}
