package reuse

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

// An Index finds the sketches like a given one among many without comparing all: those that agree in one of 42 bands of
// 3 values (locality-sensitive hashing). Of two texts that share half their shingles it misses less than one in a
// hundred, of two that share a fifth it finds one in four.
type Index struct {
	sketches []Sketch
	mu       sync.Mutex // of the order
	sorted   bool
	bands    [len(Sketch{}) / bandRows][]banded
}

// A banded is a sketch in a band: what it has there, cut short, and its number. Whether it has the same as another is
// asked of the sketch.
type banded struct {
	short  uint32
	number int32
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
		x.bands[k] = append(x.bands[k], banded{uint32(band(s, k)), n})
	}
	x.sorted = false
}

// sort puts what was added into the order in which it is found.
func (x *Index) sort() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for k := range x.bands {
		if !x.sorted {
			slices.SortFunc(x.bands[k], func(a, b banded) int {
				return cmp.Or(cmp.Compare(a.short, b.short), cmp.Compare(a.number, b.number))
			})
		}
	}
	x.sorted = true
}

// Near gives the numbers of the sketches that are likely like s, the likest first, between equals the first added.
func (x *Index) Near(s *Sketch) []int {
	if *s == (Sketch{}) {
		return nil
	}
	like := map[int32]float64{}
	x.sort()
	for k, list := range x.bands {
		h := band(s, k)
		i, _ := slices.BinarySearchFunc(list, uint32(h), func(b banded, short uint32) int { return cmp.Compare(b.short, short) })
		for met := 0; i < len(list) && list[i].short == uint32(h) && met < crowd; i++ {
			n := list[i].number
			if band(&x.sketches[n], k) != h {
				continue
			}
			met++
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
