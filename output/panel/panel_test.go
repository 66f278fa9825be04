package panel

import (
	"slices"
	"testing"
)

// TestStand: the newest version stands, of several the one with more proved, then of which more was found, then that
// with fewer doubts, then that of the official address, then the first; what decided is told.
func TestStand(t *testing.T) {
	all := []Standing{
		{true, 200, 200, 0, "https://www.x.gov.cn/1"},   // 0: an old version, however good
		{false, 90, 200, 0, ""},                         // 1
		{false, 100, 190, 1, ""},                        // 2
		{false, 100, 190, 0, ""},                        // 3
		{false, 100, 190, 0, "https://copies.example/"}, // 4
		{false, 100, 190, 0, "https://www.x.gov.cn/2"},  // 5
		{false, 100, 190, 0, "https://www.x.gov.cn/3"},  // 6: a tie with 5
		{false, 100, 180, 0, "https://www.x.gov.cn/3"},  // 7
	}
	order := []int32{0, 1, 2, 3, 4, 5, 6, 7}
	by := Stand(order, func(i int32) Standing { return all[i] })
	if want := []int32{5, 6, 4, 3, 2, 7, 1, 0}; !slices.Equal(order, want) {
		t.Errorf("order %v, not %v", order, want)
	}
	if want := []string{ByOrder, ByOrder, ByAddress, ByAddress, ByDoubts, ByCells, ByProved, ByVersion}; !slices.Equal(by, want) {
		t.Errorf("by %v, not %v", by, want)
	}
	if by := Stand([]int32{0}, func(i int32) Standing { return all[i] }); by[0] != ByNone {
		t.Error(by)
	}
}

// TestBodyKey: an undecided body's key holds what may tell it from others of its name.
func TestBodyKey(t *testing.T) {
	for _, c := range [][6]string{
		{"320800/government", "淮安市政府", "320800", "https://a.gov.cn/1", "x/1", "320800/government"},
		{"", "某局", "", "https://a.gov.cn/1", "x/1", "?某局@a.gov.cn"},
		{"", "某局", "320803", "https://a.gov.cn/1", "x/1", "?某局#320803@a.gov.cn"},
		{"", "某局", "", "", "x/1", "?某局@x"},
		{"", "", "320800", "", "x/1", ""},
	} {
		if k := BodyKey(c[0], c[1], c[2], c[3], c[4]); k != c[5] {
			t.Errorf("%q: %q, not %q", c, k, c[5])
		}
	}
}

// TestGather: bodies have the years of the reports that stand, and the others of each behind them.
func TestGather(t *testing.T) {
	p := &Panel{Documents: []Document{{ID: "a", File: "x/1"}, {ID: "b", File: "x/2"}, {ID: "c", File: "y/1"}}}
	city, office := &Identity{AgencyID: "320800/government", AgencyName: "淮安市人民政府", Division: "320800"}, &Identity{}
	add := func(doc, year int32, who *Identity, agency string, superseded, cells, absent, contradicted int32, stands bool) {
		p.Reports = append(p.Reports, Report{Document: doc, Part: 1, Year: year, Body: -1, Who: who, Agency: agency,
			Superseded: superseded, Stands: stands,
			Key:   BodyKey(who.AgencyID, agency, "", p.Documents[doc].URL, p.Documents[doc].File),
			Cells: cells, Absent: absent, Contradicted: contradicted})
	}
	add(0, 0, city, "淮安", NoDay, 200, 0, 0, false)      // 0: no year
	add(0, 2020, office, "某局", NoDay, 200, 0, 0, true)  // 1
	add(0, 2020, city, "淮安市", 19000, 200, 0, 0, false)  // 2: an old version
	add(1, 2020, city, "淮安市", NoDay, 200, 90, 0, false) // 3: hardly read
	add(1, 2020, city, "淮安市", NoDay, 200, 10, 3, false) // 4
	add(1, 2020, city, "淮安市", NoDay, 200, 10, 1, true)  // 5
	add(2, 2020, city, "淮安市", NoDay, 200, 10, 1, false) // 6: like 5
	add(2, 2022, city, "淮安市政府", 19500, 1, 1, 1, true)   // 7: old, and alone
	add(2, 2020, office, "某局", NoDay, 200, 0, 0, true)  // 8: of the same name in another folder
	add(1, 2021, office, "", NoDay, 200, 0, 0, false)   // 9: nobody
	p.gather()
	if len(p.Bodies) != 3 {
		t.Fatalf("%d bodies", len(p.Bodies))
	}
	b := &p.Bodies[1]
	if b.Key != "320800/government" || b.Name != "淮安市人民政府" || b.Division != "320800" {
		t.Errorf("%+v", b)
	}
	if !slices.Equal(b.Years, []int{2020, 2022}) || !slices.Equal(b.Standing, []int32{5, 7}) || b.At(2020) != 5 ||
		b.At(2021) != -1 {
		t.Errorf("years %v, standing %v", b.Years, b.Standing)
	}
	if want := []int32{7, 5, 6, 4, 3, 2, 0}; !slices.Equal(b.Reports, want) {
		t.Errorf("reports %v, not %v", b.Reports, want)
	}
	if want := []int32{2, 3, 4, 6}; !slices.Equal(p.Others(b, 5), want) {
		t.Errorf("others %v, not %v", p.Others(b, 5), want)
	}
	if want := []string{"淮安", "淮安市", "淮安市政府"}; !slices.Equal(b.Names, want) {
		t.Errorf("names %v, not %v", b.Names, want)
	}
	if p.Bodies[0].Key != "?某局@x" || p.Bodies[2].Key != "?某局@y" || p.Bodies[0].Name != "某局" || p.Reports[9].Body != -1 {
		t.Errorf("%q %q", p.Bodies[0].Key, p.Bodies[2].Key)
	}
	p.SortBodies(func(a, b *Body) int { return len(b.Key) - len(a.Key) })
	for i, r := range p.Reports {
		if r.Body >= 0 && !slices.Contains(p.Bodies[r.Body].Reports, int32(i)) {
			t.Errorf("report %d is not of %s", i, p.Bodies[r.Body].Key)
		}
	}
}
