package ofd

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// A documentBody is one document of the file: there may be several, each with pages, resources and numbers of its own.
type documentBody struct {
	dir       string // the folder of its Document.xml
	root      *node
	resources *resources
	templates map[string]*template
	paper     box
	pages     map[string]int     // the numbers of pages in the drawing, by their IDs
	laid      map[string][]*node // the annotations of a page, by its ID
	seals     map[string][]*seal // and its seals
	space     string             // the colour space where none is named
}

// A template is a page that others are drawn upon.
type template struct {
	path, order string
	root        *node
	dir         string
}

// body draws a document.
func (d *drawing) body(n *node, at int) error {
	info := n.kid("DocInfo")
	if d.doc.Title == "" {
		d.doc.Title = info.said("Title")
	}
	p, root, err := d.document(n)
	if err != nil {
		return err
	}
	b := d.prepare(p, root)
	first := len(d.pages)
	list := root.kid("Pages").all("Page")
	for i, pg := range list {
		if d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		if first+i >= maxPages {
			d.limit(0, fmt.Sprintf("more than %d pages", maxPages))
			break
		}
		b.pages[pg.attr("ID")] = first + i + 1
	}
	d.annotations(b)
	d.signatures(n, b)
	for _, pg := range list[:min(len(list), maxPages-first)] {
		if d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		d.page(b, pg)
	}
	attached, in := d.list(root.said("Attachments"), b, "broken-part", "attachments")
	d.attach(attached, in, b.dir)
	return nil
}

// prepare loads what the pages of a document share.
func (d *drawing) prepare(p string, root *node) *documentBody {
	b := &documentBody{dir: path.Dir(p), root: root, resources: newResources(), templates: map[string]*template{},
		pages: map[string]int{}, laid: map[string][]*node{}, seals: map[string][]*seal{}, paper: box{0, 0, 210, 297}}
	common := root.kid("CommonData")
	b.paper = areaOf(common.kid("PageArea"), b.paper)
	b.space = common.said("DefaultCS")
	for _, kind := range []string{"PublicRes", "DocumentRes"} {
		for _, r := range common.all(kind) {
			d.loadAt(b.resources, strings.TrimSpace(r.text), b.dir, 0)
		}
	}
	for _, t := range common.all("TemplatePage") {
		p, ok := d.container.find(t.attr("BaseLoc"), b.dir)
		if !ok {
			p = ""
		}
		b.templates[t.attr("ID")] = &template{path: p, order: t.attr("ZOrder")}
	}
	return b
}

// document gives the part of a document, that of the version that counts, and its path.
func (d *drawing) document(n *node) (string, *node, error) {
	location := n.said("DocRoot")
	if v := n.kid("Versions"); v != nil {
		location = d.currentVersion(v, location)
	}
	p, ok := d.container.find(location)
	if !ok {
		return "", nil, fmt.Errorf("a damaged OFD file: its document %q is missing", location)
	}
	root, err := d.container.xml(p)
	if errors.Is(err, ErrEncrypted) {
		return "", nil, err
	}
	if err != nil {
		d.doubt("broken-part", 0, "%v", err)
	}
	return p, root, nil
}

// currentVersion gives the document of the version that counts.
func (d *drawing) currentVersion(versions *node, otherwise string) string {
	for _, v := range versions.all("Version") {
		if !v.isTrue("Current") {
			continue
		}
		p, ok := d.container.find(v.attr("BaseLoc"))
		if !ok {
			d.doubt("broken-part", 0, "the version that counts is missing: %s", v.attr("BaseLoc"))
			return otherwise
		}
		n, err := d.container.xml(p)
		if err != nil {
			d.doubt("broken-part", 0, "the version that counts: %v", err)
		}
		if root := n.said("DocRoot"); root != "" {
			if p, ok := d.container.find(root, path.Dir(p)); ok {
				return "/" + p
			}
		}
	}
	return otherwise
}

func (d *drawing) loadAt(r *resources, location, dir string, page int) {
	p, ok := d.container.find(location, dir)
	if !ok {
		d.doubt("broken-part", page, "resources are missing: %s", location)
		return
	}
	d.load(r, p, page)
}

// areaOf gives the paper of a page.
func areaOf(n *node, otherwise box) box {
	for _, name := range []string{"PhysicalBox", "ApplicationBox", "ContentBox"} {
		if b, ok := boxOf(n.said(name)); ok && b.w > 1 && b.h > 1 && finite(b.x, b.y, b.w, b.h) {
			return b
		}
	}
	return otherwise
}

const maxTemplates = 100 // of a page

// perMillimetre is points in a millimetre.
const perMillimetre = 72 / 25.4

// page draws a page, and what is laid on it.
func (d *drawing) page(b *documentBody, ref *node) {
	s, paper, id := d.drawPage(b, ref, len(d.pages)+1)
	annots := ""
	if d.options.Laid {
		s.lay(b, id)
	} else {
		annots = s.annots(b, id, paper)
	}
	d.drawn += len(s.out.b)
	content := d.out.stream("", s.out.b)
	d.buffer = s.out.b
	d.pages = append(d.pages, d.out.object(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.4f %.4f] /Resources "+
		"%d 0 R /Contents %d 0 R%s >>", d.tree, s.width, s.height, d.shared, content, annots)))
}

// drawPage draws the page of a number: what templates have below it, its layers from the background to the foreground, and
// what templates have over it. It gives the page's paper and ID.
func (d *drawing) drawPage(b *documentBody, ref *node, number int) (*sheet, box, string) {
	paper := b.paper
	root := &node{}
	dir := b.dir
	p, ok := d.container.find(ref.attr("BaseLoc"), b.dir)
	if ok {
		var err error
		if root, err = d.container.page(p); err != nil {
			d.doubt("broken-page", number, "the page breaks off: %v", err)
		}
		dir = path.Dir(p)
	} else {
		d.doubt("broken-page", number, "the page is missing: %s", ref.attr("BaseLoc"))
	}
	templates := root.all("Template")
	if len(templates) > maxTemplates {
		d.limit(number, "more templates of a page than the limit")
		templates = templates[:maxTemplates]
	}
	for _, t := range templates {
		if x := d.template(b, t.attr("TemplateID"), number); x != nil {
			paper = areaOf(x.root.kid("Area"), paper)
		}
	}
	paper = areaOf(root.kid("Area"), paper)
	s := &sheet{d: d, body: b, page: number}
	s.start(paper)
	for _, over := range []bool{false, true} {
		if over {
			s.content(root, dir)
		}
		for _, t := range templates {
			x := d.template(b, t.attr("TemplateID"), number)
			if x == nil {
				continue
			}
			order := t.attr("ZOrder")
			if order == "" {
				order = x.order
			}
			if (order == "Foreground") == over {
				s.content(x.root, x.dir)
			}
		}
	}
	return s, paper, ref.attr("ID")
}

// template gives a template; nil where it cannot be read, which is told.
func (d *drawing) template(b *documentBody, id string, page int) *template {
	t := b.templates[id]
	if t == nil || t.path == "" {
		if t == nil || t.root == nil {
			d.doubt("broken-page", page, "its template %s is missing", id)
			b.templates[id] = &template{root: &node{}}
		}
		return nil
	}
	if t.root == nil {
		var err error
		if t.root, err = d.container.xml(t.path); err != nil {
			d.doubt("broken-page", page, "its template breaks off: %v", err)
		}
		t.dir = path.Dir(t.path)
	}
	return t
}

// content draws the layers of a page or a template.
func (s *sheet) content(root *node, dir string) {
	s.resources, s.lastColour.of = s.body.resources, nil
	if res := root.all("PageRes"); len(res) > 0 {
		s.resources = s.resources.over()
		for _, r := range res {
			s.d.loadAt(s.resources, strings.TrimSpace(r.text), dir, s.page)
		}
	}
	var layers, loose []*node
	for _, c := range root.all("Content") {
		for _, k := range c.kids {
			switch k.name {
			case "Layer":
				layers = append(layers, k)
			case "TextObject", "PathObject", "ImageObject", "CompositeObject", "PageBlock": // in no layer
				loose = append(loose, k)
			}
		}
	}
	rank := map[string]int{"Background": 0, "Foreground": 2}
	slices.SortStableFunc(layers, func(a, b *node) int { return rankOf(rank, a) - rankOf(rank, b) })
	for _, l := range layers {
		s.layer(l)
	}
	s.doubtful(loose, plain(), 0)
}

func rankOf(rank map[string]int, layer *node) int {
	if n, ok := rank[layer.attr("Type")]; ok {
		return n
	}
	return 1
}

// list reads a part that lists others, of what the words say, and gives its path too; nil where there is none.
func (d *drawing) list(location string, b *documentBody, code, words string) (*node, string) {
	if location == "" {
		return nil, ""
	}
	p, ok := d.container.find(location, b.dir)
	if !ok {
		d.doubt(code, 0, "the list of %s is missing: %s", words, location)
		return nil, ""
	}
	n, err := d.container.xml(p)
	if err != nil {
		d.doubt(code, 0, "the list of %s: %v", words, err)
	}
	return n, p
}

// annotations lists what is laid on pages.
func (d *drawing) annotations(b *documentBody) {
	list, p := d.list(b.root.said("Annotations"), b, "broken-part", "annotations")
	for _, pg := range list.all("Page") {
		id := pg.attr("PageID")
		at, ok := d.container.find(pg.said("FileLoc"), path.Dir(p), b.dir)
		if !ok {
			d.doubt("broken-part", b.pages[id], "annotations are missing: %s", pg.said("FileLoc"))
			continue
		}
		n, err := d.container.xml(at)
		if err != nil {
			d.doubt("broken-part", b.pages[id], "annotations: %v", err)
		}
		b.laid[id] = append(b.laid[id], n.all("Annot")...)
	}
}
