package normalize

// An arrangement says which printed pieces stand in which of n slots. A slot may stay empty (nil), a piece may be left
// over, and two neighbouring pieces may be the halves of one number.
type arrangement struct {
	slots  []*piece
	joins  int
	drops  int
	score  int
	broken int // identities it would break
}

// arrange lists the ways to lay pieces into n slots in order: too few pieces leave slots empty, too many are joined
// with a neighbour or left over. It gives none when the numbers are too far apart for the identities to decide.
func arrange(pieces []*piece, n int) []arrangement {
	m := len(pieces)
	var out []arrangement
	switch {
	case m == n:
		return []arrangement{{slots: append([]*piece(nil), pieces...)}}
	case m == 0 || binomial(n, n-m) > 150 && m < n:
		return nil
	case m < n:
		pick := make([]int, m)
		var choose func(i, from int)
		choose = func(i, from int) {
			if i == m {
				a := arrangement{slots: make([]*piece, n)}
				for k, s := range pick {
					a.slots[s] = pieces[k]
				}
				out = append(out, a)
				return
			}
			for s := from; s <= n-(m-i); s++ {
				pick[i] = s
				choose(i+1, s+1)
			}
		}
		choose(0, 0)
	case m-n <= 2:
		seen := map[string]bool{}
		var reduce func(ps []*piece, joins, drops int)
		reduce = func(ps []*piece, joins, drops int) {
			if len(ps) == n {
				k := ""
				for _, p := range ps {
					k += p.text + "\x00" + string(rune(p.place.Column)) + string(rune(p.place.Offset%0xffff)) + "\x01"
				}
				if !seen[k] {
					seen[k] = true
					out = append(out, arrangement{slots: append([]*piece(nil), ps...), joins: joins, drops: drops})
				}
				return
			}
			for i := range ps {
				if i+1 < len(ps) {
					if j := joinPieces(ps[i], ps[i+1]); j != nil {
						next := append(append(append([]*piece(nil), ps[:i]...), j), ps[i+2:]...)
						reduce(next, joins+1, drops)
					}
				}
				next := append(append([]*piece(nil), ps[:i]...), ps[i+1:]...)
				reduce(next, joins, drops+1)
			}
		}
		reduce(pieces, 0, 0)
	}
	return out
}

// joinPieces joins the halves of a number that was cut in two; nil where they cannot be that.
func joinPieces(a, b *piece) *piece {
	if a.number == nil || b.number == nil || !a.plain || !(b.plain || b.state == Number) || a.text == "0" {
		return nil
	}
	j := &piece{reading: read(a.text + b.text), place: a.place, col: a.col, span: a.span + b.span, deep: 1}
	if j.number == nil {
		return nil
	}
	j.halves = []*piece{a, b}
	return j
}

func binomial(n, k int) int {
	if k > n-k {
		k = n - k
	}
	b := 1
	for i := 1; i <= k; i++ {
		b = b * (n - k + i) / i
		if b > 1e6 {
			return b
		}
	}
	return b
}

// best keeps the arrangements that break the fewest identities, then prove the most, then leave least over.
func best(as []arrangement) []arrangement {
	var out []arrangement
	better := func(a, b arrangement) int {
		switch {
		case a.broken != b.broken:
			return b.broken - a.broken
		case a.score != b.score:
			return a.score - b.score
		default:
			return (b.drops*2 + b.joins) - (a.drops*2 + a.joins)
		}
	}
	for _, a := range as {
		switch {
		case len(out) == 0:
			out = append(out, a)
		case better(a, out[0]) > 0:
			out = append(out[:0], a)
		case better(a, out[0]) == 0:
			out = append(out, a)
		}
	}
	return out
}

// agreed gives the slots on which all arrangements agree, by the characters printed; where they do not, nil.
// A slot that some leave empty and others fill is not agreed on.
func agreed(as []arrangement) (slots []*piece, unsure []bool) {
	if len(as) == 0 {
		return nil, nil
	}
	n := len(as[0].slots)
	slots, unsure = make([]*piece, n), make([]bool, n)
	for i := range slots {
		slots[i] = as[0].slots[i]
		for _, a := range as[1:] {
			p := a.slots[i]
			if (p == nil) != (slots[i] == nil) || p != nil && p.text != slots[i].text {
				unsure[i] = true
			}
		}
		if unsure[i] {
			slots[i] = nil
		}
	}
	return slots, unsure
}

// arranged gives the ways to lay pieces into cells that the identities like best.
func (t *filled) arranged(cells []*field, pieces []*piece, eqs []equation) []arrangement {
	as := arrange(pieces, len(cells))
	for i := range as {
		t.judge(cells, &as[i], eqs)
	}
	return best(as)
}

// fillAgreed fills the cells on which all arrangements agree, and counts those on which they do not.
func fillAgreed(cells []*field, as []arrangement) (doubt int) {
	if len(as) == 0 {
		return 0
	}
	slots, unsure := agreed(as)
	for k, c := range cells {
		if unsure[k] {
			doubt++
			continue
		}
		c.piece, c.state, c.settled = slots[k], Absent, true
		if slots[k] != nil {
			c.state = slots[k].state
		}
	}
	return doubt
}
