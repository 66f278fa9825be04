package layout

// A Matrix is a transformation a b c d e f of the plane, as PDF and OFD write it: x' = a·x + c·y + e, y' = b·x + d·y + f.
type Matrix [6]float64

// Identity moves nothing.
func Identity() Matrix { return Matrix{1, 0, 0, 1, 0, 0} }

// Then is the transformation m followed by n.
func (m Matrix) Then(n Matrix) Matrix {
	return Matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// Apply gives where a point goes.
func (m Matrix) Apply(x, y float64) (float64, float64) {
	return x*m[0] + y*m[2] + m[4], x*m[1] + y*m[3] + m[5]
}
