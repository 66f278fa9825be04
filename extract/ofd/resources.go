package ofd

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// resources are what the objects of a page refer to by numbers: those of the document, with those of the page over
// them.
type resources struct {
	params     map[string]*node
	spaces     map[string]*node
	fonts      map[string]*font
	media      map[string]*media
	composites map[string]*node
	known      map[string]*parameter // of params, by their IDs
	below      *resources            // where others are looked for; nil = nowhere
}

// media is a picture of the resources.
type media struct {
	path   string // of its part; "" = it is missing
	body   []byte // nil = it is in the part
	said   string // where it should be
	number int    // of the drawing's object; 0 = not yet drawn
	entry  string // its name in the drawing's resources
	w, h   int    // in pixels
	broken string // why it cannot be read
}

func newResources() *resources {
	return &resources{params: map[string]*node{}, spaces: map[string]*node{}, fonts: map[string]*font{},
		media: map[string]*media{}, composites: map[string]*node{}, known: map[string]*parameter{}}
}

// over gives resources that lie over others.
func (r *resources) over() *resources {
	out := newResources()
	out.below = r
	return out
}

// lookUp gives what a number refers to; nothing where there is none.
func lookUp[T any](r *resources, of func(*resources) map[string]T, id string) (v T) {
	for ; r != nil; r = r.below {
		if v, ok := of(r)[id]; ok {
			return v
		}
	}
	return v
}

func (r *resources) param(id string) *node {
	return lookUp(r, func(r *resources) map[string]*node { return r.params }, id)
}
func (r *resources) space(id string) *node {
	return lookUp(r, func(r *resources) map[string]*node { return r.spaces }, id)
}
func (r *resources) font(id string) *font {
	return lookUp(r, func(r *resources) map[string]*font { return r.fonts }, id)
}
func (r *resources) medium(id string) *media {
	return lookUp(r, func(r *resources) map[string]*media { return r.media }, id)
}
func (r *resources) composite(id string) *node {
	return lookUp(r, func(r *resources) map[string]*node { return r.composites }, id)
}

// load adds the resources of a part.
func (d *drawing) load(r *resources, p string, page int) {
	n, err := d.container.xml(p)
	if err != nil {
		d.doubt("broken-part", page, "resources: %v", err)
	}
	dir := path.Dir(p)
	base := dir
	if b := n.attr("BaseLoc"); b != "" {
		if base = cleanPath(dir + "/" + b); strings.HasPrefix(b, "/") {
			base = cleanPath(b)
		}
	}
	for _, group := range n.kids {
		for _, x := range group.kids {
			id := x.attr("ID")
			switch x.name {
			case "DrawParam":
				r.params[id] = x
			case "ColorSpace":
				r.spaces[id] = x
			case "CompositeGraphicUnit", "VectorG":
				if r.composites[id] != nil {
					d.doubt("broken-part", page, "two composite objects have the number %s", id)
				}
				r.composites[id] = x
			case "MultiMedia":
				if t := x.attr("Type"); t != "" && !strings.EqualFold(t, "Image") {
					continue
				}
				m := &media{said: x.said("MediaFile")}
				m.path, _ = d.container.find(m.said, base, dir)
				if old := r.media[id]; old != nil && old.path != m.path {
					d.doubt("broken-part", page, "two pictures have the number %s", id)
				}
				r.media[id] = m
			case "Font":
				r.fonts[id] = d.loadFont(x, base, dir, page)
			}
		}
	}
}

func (d *drawing) loadFont(x *node, base, dir string, page int) *font {
	f := &font{name: x.attr("FontName")}
	d.allFonts = append(d.allFonts, f)
	file := x.said("FontFile")
	if file == "" {
		return f
	}
	p, ok := d.container.find(file, base, dir)
	if !ok {
		d.doubt("broken-font", page, "the file of font %s is missing: %s", f.name, file)
		return f
	}
	known, ok := d.programs[p]
	if !ok {
		b, err := d.container.read(p)
		if err != nil {
			d.doubt("broken-font", page, "the file of font %s cannot be read: %v", f.name, err)
			return f
		}
		known = openProgram(b)
		d.programs[p] = known
	}
	f.program = known
	return f
}

// A parameter is what a drawing parameter says, itself or by those that it is relative to.
type parameter struct {
	fill, stroke *node
	width        float64
	hasWidth     bool
}

func (r *resources) parameter(id string) *parameter {
	if p := r.known[id]; p != nil {
		return p
	}
	p := &parameter{}
	for at, n := id, 0; n < 20; n++ {
		x := r.param(at)
		if x == nil {
			break
		}
		if p.fill == nil {
			p.fill = x.kid("FillColor")
		}
		if p.stroke == nil {
			p.stroke = x.kid("StrokeColor")
		}
		if w, ok := x.number("LineWidth"); ok && !p.hasWidth {
			p.width, p.hasWidth = w, true
		}
		at = x.attr("Relative")
	}
	r.known[id] = p
	return p
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
