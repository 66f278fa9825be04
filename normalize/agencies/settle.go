package agencies

import (
	"fmt"
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// settle decides between the divisions that the name may mean by what else is known.
func (a *Agency) settle(ds []*places.Division, known Context) Agency {
	switch len(ds) {
	case 0:
		a.Evidence = append(a.Evidence, "neither the name nor what else is known tells the division")
		return a.finish(nil)
	case 1:
		if p := places.At(known.Division, 0); p != nil && !ds[0].Under(p) && !p.Under(ds[0]) {
			a.Evidence = append(a.Evidence, fmt.Sprintf("found at the portal of %s, which is elsewhere", p.Path()))
		}
		return a.finish(ds[0])
	}
	left, by := ds, ""
	if p := places.At(known.Division, 0); p != nil {
		if in := under(left, []*places.Division{p}); len(in) > 0 {
			left, by = in, "the portal of "+p.Path()
		}
	}
	named := mentioned(known.Texts, known.Year)
	// 内江市 and 乐山市 are both in 四川省: the nearest decides
	for _, level := range []places.Level{places.County, places.Prefecture, places.Provincial} {
		var at []*places.Division
		for _, d := range named {
			if d.Level() == level {
				at = append(at, d)
			}
		}
		if in := under(left, at); len(left) > 1 && len(in) > 0 {
			left, by = in, "the places named in the text"
		}
	}
	if len(left) == 1 {
		a.Evidence = append(a.Evidence, fmt.Sprintf("%d divisions have this name; decided by %s", len(ds), by))
		return a.finish(left[0])
	}
	a.Candidates = left
	var paths []string
	for _, d := range left {
		paths = append(paths, d.Code+" "+d.Path())
	}
	a.Evidence = append(a.Evidence, "the name may mean "+strings.Join(paths, ", "))
	return a.finish(nil)
}

// under keeps the divisions that lie in one of others, or are one.
func under(ds, others []*places.Division) []*places.Division {
	var out []*places.Division
	for _, d := range ds {
		for _, o := range others {
			if d.Under(o) {
				out = append(out, d)
				break
			}
		}
	}
	return out
}

// mentioned gives the divisions that texts name beyond doubt, those above them too.
func mentioned(texts []string, year int) []*places.Division {
	var out []*places.Division
	seen := map[string]bool{}
	for _, t := range texts {
		t = Fold(t)
		next := 0
		for i := range t {
			if i < next {
				continue
			}
			rs := places.Read(t[i:], year)
			if len(rs) != 1 || rs[0].Bare {
				continue
			}
			next = i + rs[0].End
			for d := rs[0].Division; d != nil; d = d.Parent() {
				if !seen[d.Code] {
					seen[d.Code] = true
					out = append(out, d)
				}
			}
		}
	}
	return out
}

// divisions are those that a name without a place may mean, of certain levels: that of the portal, else the only one of
// such a level that the texts name.
func (c Context) divisions(levels []places.Level) []*places.Division {
	fits := func(d *places.Division) bool {
		for _, l := range levels {
			if d.Level() == l || l == places.County && d.Level() == places.Prefecture && undivided[d.Name] {
				return true
			}
		}
		return false
	}
	if d := places.At(c.Division, 0); d != nil && fits(d) {
		return []*places.Division{d}
	}
	var out []*places.Division
	for _, d := range mentioned(c.Texts, c.Year) {
		if fits(d) {
			out = append(out, d)
		}
	}
	var deepest []*places.Division // a text that names a county names what is above it too
	for _, d := range out {
		inner := false
		for _, e := range out {
			if e != d && e.Under(d) {
				inner = true
			}
		}
		if !inner {
			deepest = append(deepest, d)
		}
	}
	return deepest
}

// undivided are the cities of prefecture level that have no counties or districts: towns and streets lie in them.
var undivided = map[string]bool{"东莞市": true, "中山市": true, "儋州市": true, "嘉峪关市": true, "三沙市": true}

// national reads the name of a body of the State Council, or of a local office of one: 国家税务总局淮安市税务局.
func (a *Agency) national(s string, known Context) bool {
	t := load()
	for _, head := range t.heads {
		if !strings.HasPrefix(s, head) {
			continue
		}
		rest := s[len(head):]
		if rest != "" && t.national[rest] != "" { // 水利部淮河水利委员会
			head, rest = rest, ""
		}
		a.Vertical = true
		a.Kind = Department
		if f, _ := function(strings.TrimPrefix(strings.TrimPrefix(t.national[head], "国家"), "国务院")); f != nil {
			a.Function = f.Key
		}
		if rest == "" {
			a.Code, a.Series, a.Level, a.Body = NationalCode, NationalCode, places.National, joined(t.national[head])
			switch t.national[head] {
			case "国务院":
				a.Kind, a.Body = Government, ""
			case "国务院办公厅":
				a.Kind, a.Body = Office, ""
			}
			a.Vertical = false
			a.Function = nationalFunction(t.national[head])
			return true
		}
		rs, after := placesOf(rest, known.Year)
		if len(rs) == 0 {
			rs, after = places.Read(rest, known.Year), ""
			if len(rs) == 0 {
				a.Kind, a.Body = Other, joined(s)
				a.Evidence = append(a.Evidence, "part of "+t.national[head]+" without a place")
				return true
			}
			after = rest[rs[0].End:]
		}
		a.Body = joined(t.national[head]) + "/" + joined(after)
		b := a.settle(divisionsOf(rs), known)
		*a = b
		return true
	}
	return false
}

func nationalFunction(name string) string {
	for _, p := range []string{"国务院", "国家", "中国", ""} {
		if c := strings.TrimPrefix(name, p); c != name || p == "" {
			if f, n := function(c); f != nil && n > 0 {
				return f.Key
			}
		}
	}
	return ""
}

// finish fills in what follows from the division; nil where it is undecided.
func (a *Agency) finish(d *places.Division) Agency {
	if d != nil {
		a.Code, a.Series, a.Level = d.Code, d.Series(), d.Level()
		if n := strings.TrimPrefix(a.Normal, "中华人民共和国"); !a.Vertical {
			if rs, rest := placesOf(n, 0); len(rs) > 0 {
				a.Normal = d.Path() + rest
			} else {
				a.Normal = d.Path() + strings.TrimLeft(n, "省市县区州盟旗")
			}
		}
	}
	switch a.Kind {
	case TownshipGov, Subdistrict:
		a.Level = places.Township
	case Zone:
		switch {
		case a.Level == places.Provincial && !strings.HasSuffix(d.Name, "市"): // a zone of a province is no county
			a.Level = places.Prefecture
		case a.Level == places.Prefecture, a.Level == places.Provincial:
			a.Level = places.County
		}
		for z := range provincialZones {
			if d != nil && strings.Contains(simplified.Fold(Fold(a.Name)), z) {
				a.Level = places.Prefecture
			}
		}
	}
	if a.Code == "" {
		return *a
	}
	a.ID = a.Code + "/" + string(a.Kind)
	for _, part := range []string{a.Unit, a.Body} {
		if part != "" {
			a.ID += "/" + part
		}
	}
	return *a
}
