package scan

import (
	"image"
	"math"
	"sort"
)

// A picture is a page in shades of grey: 0 is ink, 255 paper. What was red (a stamp) is taken off, shadows are evened
// out, and the page stands straight.
type picture struct {
	w, h   int
	pix    []uint8
	red    []uint8 // 1 where a stamp is
	reds   int     // pixels of it
	stamp  []bool  // the tiles of the page where it lies, or beside it, in rows of stamps
	stamps int
	on     []bool  // those on which it lies itself
	angle  float64 // by which the page was turned to stand straight, in radians
}

func newPicture(w, h int) *picture {
	return &picture{w: w, h: h, pix: make([]uint8, w*h)}
}

// load takes the grey of an image. Where there is a stamp, the red of the image is taken, in which red ink is nearly as
// bright as paper, and black print below it stays black.
func load(img image.Image) *picture {
	b := img.Bounds()
	p := newPicture(b.Dx(), b.Dy())
	if m, ok := img.(*image.Gray); ok {
		for y := range p.h {
			copy(p.pix[y*p.w:(y+1)*p.w], m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):])
		}
		return p
	}
	at := func(x, y int) (r, g, bl uint8) {
		r16, g16, b16, a := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
		if a < 0xffff { // on paper
			r16, g16, b16 = r16+0xffff-a, g16+0xffff-a, b16+0xffff-a
		}
		return uint8(r16 >> 8), uint8(g16 >> 8), uint8(b16 >> 8)
	}
	if m, ok := img.(*image.RGBA); ok {
		at = func(x, y int) (r, g, bl uint8) {
			i := m.PixOffset(b.Min.X+x, b.Min.Y+y)
			return m.Pix[i], m.Pix[i+1], m.Pix[i+2]
		}
	}
	red := make([]uint8, p.w*p.h)
	for y := range p.h {
		for x := range p.w {
			r, g, bl := at(x, y)
			p.pix[y*p.w+x] = uint8((uint32(r)*2 + uint32(g)*3 + uint32(bl)) / 6)
			if m := max(g, bl); r > 70 && int(r)*10 > int(m)*13+150 {
				red[y*p.w+x] = 1
				p.reds++
			}
		}
	}
	if p.reds < 400 {
		p.reds = 0
		return p
	}
	p.red = red
	for y := range p.h {
		for x := range p.w {
			r, g, bl := at(x, y)
			if m := max(g, bl); r > m {
				p.pix[y*p.w+x] = uint8(min(255, int(r)+int(r-m)*3/10))
			}
		}
	}
	return p
}

// stampTile is the size of the squares in which stamps are located: a few millimetres.
const stampTile = 16

// findStamps marks the tiles on which a stamp lies, or beside which.
func (p *picture) findStamps() {
	if p.red == nil {
		return
	}
	p.stamps = (p.w + stampTile - 1) / stampTile
	rows := (p.h + stampTile - 1) / stampTile
	count := make([]int, p.stamps*rows)
	p.on = make([]bool, len(count))
	for i, r := range p.red {
		if r != 0 {
			count[i/p.w/stampTile*p.stamps+i%p.w/stampTile]++
		}
	}
	p.stamp = make([]bool, len(count))
	for i, n := range count {
		if n*25 < stampTile*stampTile {
			continue
		}
		p.on[i] = true
		x, y := i%p.stamps, i/p.stamps
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				if x+dx >= 0 && x+dx < p.stamps && y+dy >= 0 && y+dy < rows {
					p.stamp[(y+dy)*p.stamps+x+dx] = true
				}
			}
		}
	}
}

// flatten evens the paper out: what is brightest around each place becomes white.
func (p *picture) flatten() {
	const block = 16
	bw, bh := (p.w+block-1)/block, (p.h+block-1)/block
	paper := make([]float64, bw*bh)
	for by := range bh {
		for bx := range bw {
			var hist [256]int
			n := 0
			for y := by * block; y < min((by+1)*block, p.h); y++ {
				for x := bx * block; x < min((bx+1)*block, p.w); x++ {
					hist[p.pix[y*p.w+x]]++
					n++
				}
			}
			v, seen := 255, 0
			for ; v > 0 && seen+hist[v] < (n+7)/8; v-- { // the brightest eighth may be noise
				seen += hist[v]
			}
			paper[by*bw+bx] = float64(v)
		}
	}
	grown := append([]float64(nil), paper...) // dark blocks (bold headings) take their surroundings' paper
	for by := range bh {
		for bx := range bw {
			m := 0.0
			for y := max(0, by-1); y <= min(bh-1, by+1); y++ {
				for x := max(0, bx-1); x <= min(bw-1, bx+1); x++ {
					m = math.Max(m, paper[y*bw+x])
				}
			}
			grown[by*bw+bx] = m
		}
	}
	for y := range p.h {
		fy := (float64(y)+0.5)/block - 0.5
		y0 := min(max(int(math.Floor(fy)), 0), bh-1)
		y1 := min(y0+1, bh-1)
		ty := math.Min(math.Max(fy-float64(y0), 0), 1)
		for x := range p.w {
			fx := (float64(x)+0.5)/block - 0.5
			x0 := min(max(int(math.Floor(fx)), 0), bw-1)
			x1 := min(x0+1, bw-1)
			tx := math.Min(math.Max(fx-float64(x0), 0), 1)
			bg := (grown[y0*bw+x0]*(1-tx)+grown[y0*bw+x1]*tx)*(1-ty) + (grown[y1*bw+x0]*(1-tx)+grown[y1*bw+x1]*tx)*ty
			v := float64(p.pix[y*p.w+x]) * 250 / math.Max(bg, 40)
			p.pix[y*p.w+x] = uint8(math.Min(v, 255))
		}
	}
}

// grainTile is the size of the squares for which the grain of the paper is estimated.
const grainTile = 96

// grain estimates how uneven the paper is, everywhere: how much pixels of it differ that lie a little apart (one
// standard deviation). Where a shadow was evened out, it is coarser.
func (p *picture) grain() (tiles []float64, across int, usual float64) {
	across = (p.w + grainTile - 1) / grainTile
	down := (p.h + grainTile - 1) / grainTile
	tiles = make([]float64, across*down)
	var all []float64
	for ty := range down {
		for tx := range across {
			var hist [256]int
			n := 0
			for y := ty * grainTile; y < min((ty+1)*grainTile, p.h); y += 2 {
				for x := tx * grainTile; x+3 < min((tx+1)*grainTile, p.w); x++ {
					a, b := p.pix[y*p.w+x], p.pix[y*p.w+x+3]
					if a > 180 && b > 180 && a < 255 && b < 255 {
						hist[max(a, b)-min(a, b)]++
						n++
					}
				}
			}
			half := 0
			for d, k := range hist {
				if half += k; n > 100 && half*2 >= n {
					tiles[ty*across+tx] = (float64(d) + 0.3) * 1.48 / math.Sqrt2
					break
				}
			}
			if n > 100 {
				all = append(all, tiles[ty*across+tx])
			}
		}
	}
	if len(all) > 0 {
		sort.Float64s(all)
		usual = all[len(all)/2]
	}
	return tiles, across, usual
}

// faint finds print with its lighter parts: what is darker than the paper's grain can be, and hangs together with
// something that is dark.
func (p *picture) faint(limit uint8) *bits {
	tiles, across, _ := p.grain()
	b := &bits{w: p.w, h: p.h, on: make([]uint8, len(p.pix))}
	var stack []int
	darker := func(i int, least, times float64) uint8 {
		if p.stamp != nil && p.stamp[i/p.w/stampTile*p.stamps+i%p.w/stampTile] {
			return limit // what a stamp leaves of itself is darker than grain
		}
		return max(limit, uint8(math.Max(0, 250-math.Max(least, times*tiles[i/p.w/grainTile*across+i%p.w/grainTile]))))
	}
	level := func(i int) uint8 { return darker(i, 40, 7) }
	for i, v := range p.pix {
		if b.on[i] != 0 || v > 215 || v >= darker(i, 65, 11) {
			continue
		}
		b.on[i] = 1
		for stack = append(stack[:0], i); len(stack) > 0; {
			k := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := k%p.w, k/p.w
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					nx, ny := x+dx, y+dy
					if nx < 0 || ny < 0 || nx >= p.w || ny >= p.h {
						continue
					}
					if j := ny*p.w + nx; b.on[j] == 0 && p.pix[j] < level(j) {
						b.on[j] = 1
						stack = append(stack, j)
					}
				}
			}
		}
	}
	return b
}

// smooth takes the grain off (a 3 × 3 binomial filter).
func (p *picture) smooth() {
	tmp := make([]uint8, len(p.pix))
	for y := range p.h {
		row := p.pix[y*p.w : (y+1)*p.w]
		for x := range p.w {
			l, r := row[max(x-1, 0)], row[min(x+1, p.w-1)]
			tmp[y*p.w+x] = uint8((int(l) + 2*int(row[x]) + int(r) + 2) / 4)
		}
	}
	for y := range p.h {
		up, down := max(y-1, 0)*p.w, min(y+1, p.h-1)*p.w
		for x := range p.w {
			p.pix[y*p.w+x] = uint8((int(tmp[up+x]) + 2*int(tmp[y*p.w+x]) + int(tmp[down+x]) + 2) / 4)
		}
	}
}

// threshold gives the grey that parts ink from paper best (Otsu), within what is plausible on evened paper.
func (p *picture) threshold() uint8 {
	var hist [256]float64
	for _, v := range p.pix {
		hist[v]++
	}
	var sum, total float64
	for i, n := range hist {
		sum += float64(i) * n
		total += n
	}
	best, at := 0.0, 150
	var below, sumBelow float64
	for i, n := range hist {
		below += n
		sumBelow += float64(i) * n
		if below == 0 || below == total {
			continue
		}
		m0, m1 := sumBelow/below, (sum-sumBelow)/(total-below)
		if v := below * (total - below) * (m0 - m1) * (m0 - m1); v > best {
			best, at = v, i
		}
	}
	return uint8(min(max(at, 120), 190))
}

// skew estimates by which angle the page leans, in radians: at the right one the rows of ink stand out most.
func (p *picture) skew(limit uint8) float64 {
	type point struct{ x, y float64 }
	var ink []point
	for y := range p.h { // every row: bins that no row falls into would stand out
		for x := y % 3; x < p.w; x += 3 {
			if p.pix[y*p.w+x] < limit {
				ink = append(ink, point{float64(x), float64(y)})
			}
		}
	}
	if len(ink) < 200 {
		return 0
	}
	rng := uint32(1)
	for len(ink) > 120_000 { // half of them, by chance, is enough
		kept := ink[:0]
		for _, q := range ink {
			if rng = rng*1664525 + 1013904223; rng>>31 == 0 {
				kept = append(kept, q)
			}
		}
		ink = kept
	}
	size := int(math.Hypot(float64(p.w), float64(p.h))) + 2
	bins := make([]float64, size*2)
	score := func(degrees float64) float64 {
		clear(bins)
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		for _, q := range ink {
			bins[int(q.y*cos-q.x*sin)+size/2]++
		}
		s := 0.0
		for i := 1; i < len(bins); i++ {
			d := bins[i] - bins[i-1]
			s += d * d
		}
		return s
	}
	best, at := 0.0, 0.0
	search := func(from, to, by float64) {
		for a := from; a <= to+1e-9; a += by {
			if s := score(a); s > best {
				best, at = s, a
			}
		}
	}
	search(-5, 5, 0.25)
	search(at-0.25, at+0.25, 0.05)
	search(at-0.05, at+0.05, 0.01)
	return at * math.Pi / 180
}

// turn gives the picture turned by an angle about its centre.
func (p *picture) turn(angle float64) *picture {
	if math.Abs(angle) < 0.0002 {
		return p
	}
	out := newPicture(p.w, p.h)
	out.angle = angle
	out.reds = p.reds
	if p.red != nil {
		out.red = make([]uint8, len(p.red))
	}
	sin, cos := math.Sincos(angle)
	cx, cy := float64(p.w)/2, float64(p.h)/2
	for y := range out.h {
		for x := range out.w {
			dx, dy := float64(x)-cx, float64(y)-cy
			sx, sy := cx+dx*cos-dy*sin, cy+dx*sin+dy*cos
			x0, y0 := int(math.Floor(sx)), int(math.Floor(sy))
			if x0 < 0 || y0 < 0 || x0+1 >= p.w || y0+1 >= p.h {
				out.pix[y*out.w+x] = 255
				continue
			}
			tx, ty := sx-float64(x0), sy-float64(y0)
			i := y0*p.w + x0
			v := (float64(p.pix[i])*(1-tx)+float64(p.pix[i+1])*tx)*(1-ty) +
				(float64(p.pix[i+p.w])*(1-tx)+float64(p.pix[i+p.w+1])*tx)*ty
			out.pix[y*out.w+x] = uint8(v + 0.5)
			if p.red != nil {
				out.red[y*out.w+x] = p.red[i]
			}
		}
	}
	return out
}

// bits is a page of ink or none.
type bits struct {
	w, h int
	on   []uint8
	cut  []int // where rules that were taken off touched other ink, from the top; known after rules
}

func (p *picture) ink(limit uint8) *bits {
	b := &bits{w: p.w, h: p.h, on: make([]uint8, len(p.pix))}
	for i, v := range p.pix {
		if v < limit {
			b.on[i] = 1
		}
	}
	return b
}

// A blob is a connected piece of ink.
type blob struct {
	x0, y0, x1, y1 int // x1, y1 exclusive
	area           int
}

// blobs finds the connected pieces of ink in an area; each pixel of label tells which it belongs to, from 1.
func (b *bits) blobs(x0, y0, x1, y1 int) []blob {
	w, h := x1-x0, y1-y0
	if w <= 0 || h <= 0 {
		return nil
	}
	seen := make([]bool, w*h)
	var out []blob
	var stack []int
	for i := range seen {
		if seen[i] || b.on[(y0+i/w)*b.w+x0+i%w] == 0 {
			continue
		}
		c := blob{x0: 1 << 30, y0: 1 << 30}
		seen[i] = true
		stack = append(stack[:0], i)
		for len(stack) > 0 {
			k := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := k%w, k/w
			c.area++
			c.x0, c.x1, c.y0, c.y1 = min(c.x0, x0+x), max(c.x1, x0+x+1), min(c.y0, y0+y), max(c.y1, y0+y+1)
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					nx, ny := x+dx, y+dy
					if nx < 0 || ny < 0 || nx >= w || ny >= h {
						continue
					}
					j := ny*w + nx
					if !seen[j] && b.on[(y0+ny)*b.w+x0+nx] != 0 {
						seen[j] = true
						stack = append(stack, j)
					}
				}
			}
		}
		out = append(out, c)
	}
	return out
}
