package explore

import (
	"cmp"
	"strings"

	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
)

// latin is how a body is called for those who do not read Chinese: its place in Latin letters and what kind of body it
// is, "Nanjing, Jiangsu: government"; nil where its place is not known. A reading aid, and no name.
func (e *Explorer) latin(a *authority) *string {
	d := places.At(a.Division, e.newest())
	if d == nil {
		d = places.At(a.Division, 0)
	}
	if d == nil {
		return nil
	}
	what := strings.TrimSuffix(output.CodeLabel("kind", cmp.Or(a.Kind, "other"), false), " as a whole")
	if a.Function != "" {
		what += " (" + strings.ReplaceAll(a.Function, "-", " ") + ")"
	}
	s := d.LatinPath() + ": " + what
	return &s
}

// latinOf is the same of the body that an anomaly is about.
func (e *Explorer) latinOf(id *string) *string {
	if id == nil {
		return nil
	}
	n, ok := e.c.byID[*id]
	if !ok {
		return nil
	}
	return e.latin(&e.c.authorities[n])
}
