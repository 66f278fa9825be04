package pdf

import (
	"strings"

	objects "github.com/ledongthuc/pdf"
)

// layers are the optional content of a document as it is shown when it is opened (8.11 of PDF 32000-1). Groups are told
// apart by their references: two of them may have the same name.
type layers struct {
	off     map[string]bool // by "12 0 R"
	baseOff bool            // those not named are off
	on      map[string]bool
}

const maxLayers = 10_000

// layersOf reads the default configuration; nil = a document without optional content.
func layersOf(root objects.Value) *layers {
	p := root.Key("OCProperties")
	if p.Kind() != objects.Dict {
		return nil
	}
	d := p.Key("D")
	l := &layers{off: map[string]bool{}, on: map[string]bool{}, baseOff: d.Key("BaseState").Name() == "OFF"}
	for _, ref := range listed(d.Key("ON")) {
		l.on[ref] = true
	}
	for _, ref := range listed(d.Key("OFF")) {
		l.off[ref] = true
	}
	as := d.Key("AS")
	for i := 0; i < as.Len() && i < 100; i++ { // what is switched by the use that a group is meant for
		u := as.Index(i)
		if u.Key("Event").Name() != "View" {
			continue
		}
		groups := u.Key("OCGs")
		for k, ref := range listed(groups) {
			switch groups.Index(k).Key("Usage").Key("View").Key("ViewState").Name() {
			case "OFF":
				l.off[ref], l.on[ref] = true, false
			case "ON":
				l.off[ref], l.on[ref] = false, true
			}
		}
	}
	return l
}

// listed gives the references in an array, as "12 0 R".
func listed(v objects.Value) (out []string) {
	if v.Kind() != objects.Array {
		return nil
	}
	f := strings.Fields(strings.Trim(v.String(), "[]"))
	for i := 0; i+2 < len(f) && len(out) < maxLayers; i += 3 {
		out = append(out, f[i]+" "+f[i+1]+" R")
	}
	return out
}

// shown reports whether content of a group, or of a membership dictionary, is shown. ref is the group's reference.
func (l *layers) shown(v objects.Value, ref string) bool {
	if l == nil || v.Kind() != objects.Dict {
		return true
	}
	if v.Key("Type").Name() != "OCMD" {
		return l.groupShown(ref)
	}
	if ve := v.Key("VE"); ve.Kind() == objects.Array {
		return l.expression(ve, 0)
	}
	groups := listed(v.Key("OCGs"))
	if v.Key("OCGs").Kind() == objects.Dict {
		groups = []string{reference(v, "OCGs")}
	}
	if len(groups) == 0 {
		return true
	}
	on := 0
	for _, g := range groups {
		if l.groupShown(g) {
			on++
		}
	}
	switch v.Key("P").Name() {
	case "AllOn":
		return on == len(groups)
	case "AnyOff":
		return on < len(groups)
	case "AllOff":
		return on == 0
	}
	return on > 0
}

func (l *layers) groupShown(ref string) bool {
	return !l.off[ref] && (!l.baseOff || l.on[ref])
}

// expression tells whether a visibility expression holds (8.11.2.2): [/And …], [/Or …], [/Not …] of groups and
// expressions.
func (l *layers) expression(v objects.Value, depth int) bool {
	refs := elements(v.String())
	holds := func(i int) bool {
		if x := v.Index(i); x.Kind() == objects.Array && depth < 20 {
			return l.expression(x, depth+1)
		}
		return i >= len(refs) || l.groupShown(refs[i])
	}
	op := v.Index(0).Name()
	for i := 1; i < v.Len() && i < 1000; i++ {
		switch h := holds(i); {
		case op == "Not":
			return !h
		case op == "Or" && h:
			return true
		case op == "And" && !h:
			return false
		}
	}
	return op != "Or"
}

// elements gives the elements of an array as it is written; those within others are one.
func elements(s string) (out []string) {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		end := strings.IndexByte(s, ' ')
		if s[0] == '[' {
			deep := 0
			for i := range len(s) {
				switch s[i] {
				case '[':
					deep++
				case ']':
					deep--
				}
				if deep == 0 {
					end = i + 1
					break
				}
			}
		} else if f := strings.Fields(s); len(f) >= 3 && strings.HasPrefix(f[2], "R") {
			end = len(f[0]) + len(f[1]) + 3
		}
		if end < 0 || end > len(s) {
			end = len(s)
		}
		out = append(out, strings.TrimSpace(s[:end]))
		s = s[end:]
	}
	return out
}

// reference gives the reference that a dictionary or a stream has under a key, as "12 0 R"; "" where it has none.
func reference(v objects.Value, key string) string { return references(v.String())[key] }
