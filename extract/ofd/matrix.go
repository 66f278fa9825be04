package ofd

import "math"

// A matrix is the CTM a b c d e f of 8.2: x' = a·x + c·y + e, y' = b·x + d·y + f.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// then is the transformation m followed by n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return x*m[0] + y*m[2] + m[4], x*m[1] + y*m[3] + m[5]
}

// inverse is the transformation back; false where there is none.
func (m matrix) inverse() (matrix, bool) {
	det := m[0]*m[3] - m[1]*m[2]
	if math.Abs(det) < 1e-9 {
		return m, false
	}
	a, b, c, d := m[3]/det, -m[1]/det, -m[2]/det, m[0]/det
	return matrix{a, b, c, d, -m[4]*a - m[5]*c, -m[4]*b - m[5]*d}, true
}

func moved(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y} }

// matrixOf gives the CTM of an object; the identity where it has none.
func matrixOf(n *node) matrix {
	v := numbers(n.attr("CTM"))
	if len(v) != 6 {
		return identity
	}
	return matrix(v)
}

// A box is x, y, width and height in millimetres, y downwards.
type box struct{ x, y, w, h float64 }

func boxOf(s string) (box, bool) {
	v := numbers(s)
	if len(v) != 4 {
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
