package pdf

import (
	"strings"

	objects "github.com/ledongthuc/pdf"
)

// resources are a resource dictionary with what was looked up in it.
type resources struct {
	objects.Value
	in     *interpreter
	refs   map[string]map[string]string // category → name → reference as written
	dicts  map[string]objects.Value     // category
	found  map[[2]string]objects.Value  // category and name
	fonts  map[string]*font
	spaces map[string]*colourSpace
}

func (in *interpreter) resources(v objects.Value) *resources {
	return &resources{Value: v, in: in, refs: map[string]map[string]string{}, dicts: map[string]objects.Value{},
		found: map[[2]string]objects.Value{}, fonts: map[string]*font{}}
}

// entry gives what a resource dictionary has under a name.
func (r *resources) entry(category, name string) objects.Value {
	key := [2]string{category, name}
	if v, ok := r.found[key]; ok {
		return v
	}
	v := r.dict(category).Key(name)
	if len(r.found) < 10_000 {
		r.found[key] = v
	}
	return v
}

func (r *resources) dict(category string) objects.Value {
	d, ok := r.dicts[category]
	if !ok {
		d = r.Key(category)
		r.dicts[category] = d
	}
	return d
}

// font gives a font by its name. Fonts are read once for the document, told apart by their references.
func (r *resources) font(name string) *font {
	if f, ok := r.fonts[name]; ok {
		return f
	}
	ref := r.reference("Font", name)
	f, ok := r.in.fonts[ref]
	if !ok || ref == "" {
		f = r.in.font(r.entry("Font", name))
		if ref != "" {
			r.in.fonts[ref] = f
		}
	}
	r.fonts[name] = f
	return f
}

// references reads "/F1 12 0 R" from the text of a dictionary.
func references(dict string) map[string]string {
	out := map[string]string{}
	f := strings.Fields(strings.Trim(dict, "<>"))
	for i := 0; i+3 < len(f); i++ {
		if strings.HasPrefix(f[i], "/") && strings.HasPrefix(f[i+3], "R") && isDigit(f[i+1][0]) && isDigit(f[i+2][0]) {
			out[f[i][1:]] = f[i+1] + " " + f[i+2] + " R"
		}
	}
	return out
}

// reference gives the reference under a name.
func (r *resources) reference(category, name string) string {
	refs, ok := r.refs[category]
	if !ok {
		refs = references(r.dict(category).String())
		r.refs[category] = refs
	}
	return refs[name]
}
