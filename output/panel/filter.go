package panel

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
)

// A Filter says which bodies and which year somebody wants to see. The zero value is all.
type Filter struct {
	Names []string // texts of which a body's name must hold one, or its division code begin with it
	Level string
	Year  int
}

// Wants reports whether a body is wanted.
func (f *Filter) Wants(name, division, level string) bool {
	return f.WantsAny([]string{name}, division, level)
}

// WantsAny reports whether a body of several names is wanted.
func (f *Filter) WantsAny(names []string, division, level string) bool {
	if f.Level != "" && level != f.Level {
		return false
	}
	return len(f.Names) == 0 || slices.ContainsFunc(f.Names, func(t string) bool { return meant(t, names, division) })
}

func meant(text string, names []string, division string) bool {
	return division != "" && strings.HasPrefix(division, text) ||
		slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, text) })
}

// A Choice holds a filter against what there is, so that one which lets nothing through is an error that says what
// there is, and not an answer of nothing.
type Choice struct {
	Filter
	Reports, Bodies int // that are wanted

	met    []bool // of each text, whether a body has it
	names  map[string]bool
	codes  map[string]bool
	levels map[string]bool
	years  map[int]bool
}

// Choose begins to hold a filter against bodies.
func (f Filter) Choose() *Choice {
	return &Choice{Filter: f, met: make([]bool, len(f.Names)),
		names: map[string]bool{}, codes: map[string]bool{}, levels: map[string]bool{}, years: map[int]bool{}}
}

// Look tells of a body, and of the year of each of its reports; 0 is a year that is not known.
func (c *Choice) Look(name, division, level string, years ...int) {
	c.LookAny([]string{name}, division, level, years...)
}

// LookAny tells of a body of several names.
func (c *Choice) LookAny(names []string, division, level string, years ...int) {
	if c.WantsAny(names, division, level) {
		c.Bodies++
	}
	c.look(names, division, level, years)
}

// LookAt tells of reports of which it is not known whose they are, only what body is printed on them.
func (c *Choice) LookAt(name, division, level string, years ...int) {
	c.look([]string{name}, division, level, years)
}

func (c *Choice) look(names []string, division, level string, years []int) {
	c.codes[division], c.levels[level] = true, true
	for _, name := range names {
		c.names[name] = true
	}
	for i, t := range c.Names {
		c.met[i] = c.met[i] || meant(t, names, division)
	}
	wanted := c.WantsAny(names, division, level)
	for _, y := range years {
		if c.years[y] = true; wanted && (c.Year == 0 || y == c.Year) {
			c.Reports++
		}
	}
}

// Err says why nothing is wanted of what was looked at; nil where something is. A body that is wanted and has no
// report on the year is something: that may be what is remarkable.
func (c *Choice) Err() error {
	for i, t := range c.Names {
		if !c.met[i] {
			what := "no body's name holds " + t
			if len(known(c.codes)) > 0 {
				what += ", and no division's code begins with it"
			}
			return errors.New(what + c.near(t))
		}
	}
	if there := known(c.levels); c.Level != "" && !c.levels[c.Level] {
		if len(there) == 0 {
			return fmt.Errorf("no body is of the level %s; of no body the level is known", c.Level)
		}
		return fmt.Errorf("no body is of the level %s; there are %s", c.Level, strings.Join(there, ", "))
	}
	if c.Year != 0 && !c.years[c.Year] {
		return fmt.Errorf("no report is on the year %d%s", c.Year, c.span())
	}
	if c.Bodies+c.Reports == 0 && len(c.Names) > 0 {
		return fmt.Errorf("no body of the level %s has %s in its name", c.Level, strings.Join(c.Names, " or "))
	}
	return nil
}

// mostNear is how many names are offered.
const mostNear = 4

// near offers divisions and bodies whose names are like a text.
func (c *Choice) near(text string) string {
	var names []string
	for code := range c.codes {
		for d := places.At(code, 0); d != nil; d = d.Parent() {
			names = append(names, d.Name)
		}
	}
	divisions := Nearest(text, names, mostNear)
	bodies := Nearest(text, slices.Collect(maps.Keys(c.names)), mostNear)
	return list("; near it are ", append(divisions, bodies...)[:min(mostNear, len(divisions)+len(bodies))])
}

func list(before string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return before + strings.Join(words, ", ")
}

func known(set map[string]bool) (out []string) {
	for _, s := range slices.Sorted(maps.Keys(set)) {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// span says on which years there are reports.
func (c *Choice) span() string {
	years := slices.DeleteFunc(slices.Sorted(maps.Keys(c.years)), func(y int) bool { return y == 0 })
	switch n := len(years); n {
	case 0:
		return "; of none the year is known"
	case 1:
		return fmt.Sprintf("; all are on %d", years[0])
	default:
		return fmt.Sprintf("; there are %d to %d", years[0], years[n-1])
	}
}
