package ofd

import (
	"math"

	"github.com/gongkai/gongkai/extract/layout"
)

type matrix = layout.Matrix

var identity = layout.Identity()

func moved(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y} }

// matrixOf gives the CTM of an object, and whether it can be told: the identity where it has none.
func matrixOf(n *node) (m matrix, ok bool) {
	v := n.attr("CTM")
	if v == "" {
		return identity, true
	}
	if !few(v, m[:]) {
		return identity, false
	}
	return m, true
}

// scale gives by how much a matrix makes lines wider where it does so in all directions.
func scale(m matrix) (float64, bool) {
	a, b := math.Hypot(m[0], m[1]), math.Hypot(m[2], m[3])
	return a, math.Abs(a-b) <= 1e-3*a && math.Abs(m[0]*m[2]+m[1]*m[3]) <= 1e-3*a*b
}

// A box is x, y, width and height in millimetres, y downwards.
type box struct{ x, y, w, h float64 }

func boxOf(s string) (box, bool) {
	var v [4]float64
	if s == "" || !few(s, v[:]) {
		return box{}, false
	}
	return box{v[0], v[1], v[2], v[3]}, v[2] >= 0 && v[3] >= 0
}

func finite(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.Abs(x) > 1e6 {
			return false
		}
	}
	return true
}
