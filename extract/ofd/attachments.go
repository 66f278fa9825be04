package ofd

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
)

// An Attachment is a file that a document carries beside its pages (GB/T 33190-2016, 20).
type Attachment struct {
	Name   string // as the document calls it, with an ending where one is told; no two of a file have the same
	Hidden bool   // whoever shows the document does not name it
	Body   []byte // nil where it was not asked for
	Err    error  // why Body cannot be had

	part string
}

const maxAttachments = 500

// Attached gives the files that a document carries, with their bytes. The error says why it cannot be told which they are.
func Attached(ctx context.Context, body []byte) ([]Attachment, error) {
	d, root, err := open(ctx, body)
	if err != nil {
		return nil, err
	}
	for _, n := range root.all("DocBody") {
		p, n, err := d.document(n)
		if err != nil {
			continue // told where it is read
		}
		b := &documentBody{dir: path.Dir(p), root: n}
		list, at := d.list(n.said("Attachments"), b, "broken-part", "attachments")
		d.attach(list, at, b.dir)
	}
	for i := range d.doc.Attachments {
		a := &d.doc.Attachments[i]
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case a.Hidden || a.Err != nil:
		default:
			a.Body, a.Err = d.container.read(a.part)
		}
	}
	if d.limited {
		err = fmt.Errorf("more than %d attached files; the rest is left out", maxAttachments)
	}
	return d.doc.Attachments, err
}

// attach adds the files of a list of attachments, each once.
func (d *drawing) attach(list *node, at, dir string) {
	for _, n := range list.all("Attachment") {
		if len(d.doc.Attachments) >= maxAttachments {
			d.limit(0, "more attached files than the limit")
			return
		}
		said := n.said("FileLoc")
		a := Attachment{Name: clearName(n.attr("Name")), Hidden: n.isFalse("Visible")}
		p, ok := d.container.find(said, path.Dir(at), dir)
		if a.part = p; !ok {
			a.part, a.Err = said, fmt.Errorf("the attached file is missing: %s", said)
		}
		base := clearName(path.Base(strings.ReplaceAll(said, `\`, "/")))
		if a.Name == "" {
			a.Name = base
		}
		if ext := strings.TrimLeft(clearName(n.attr("Format")), "."); path.Ext(a.Name) == "" && ext != "" {
			a.Name += "." + strings.ToLower(ext)
		} else if path.Ext(a.Name) == "" {
			a.Name += path.Ext(base)
		}
		if a.Name == "" || a.Name == "." {
			a.Name = "attachment"
		}
		if known := d.attached(a.part, a.Name); known {
			continue
		}
		if a.Err != nil {
			d.doubt("broken-part", 0, "%v", a.Err)
		}
		d.doc.Attachments = append(d.doc.Attachments, d.named(a))
	}
}

// attached reports whether a part is attached already, under this name.
func (d *drawing) attached(part, name string) bool {
	for i := range d.doc.Attachments {
		if a := &d.doc.Attachments[i]; a.part == part && (a.Name == name || part != "") {
			return true
		}
	}
	return false
}

// named gives an attachment with a name that no other has.
func (d *drawing) named(a Attachment) Attachment {
	ext := path.Ext(a.Name)
	stem, taken := strings.TrimSuffix(a.Name, ext), true
	for n := 2; taken; n++ {
		taken = false
		for i := range d.doc.Attachments {
			if d.doc.Attachments[i].Name == a.Name {
				a.Name, taken = fmt.Sprintf("%s (%d)%s", stem, n, ext), true
				break
			}
		}
	}
	return a
}

// clearName makes one name of a file of what a producer wrote: no folders, nothing that does not show.
func clearName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '\\' || r == '!':
			return '_'
		case r < ' ' || r == 0x7f || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r == 0xfffd:
			return -1
		}
		return r
	}, strings.TrimSpace(s))
	if r := []rune(s); len(r) > 200 {
		s = string(r[len(r)-200:])
	}
	return s
}

// open opens a file as far as the list of its documents.
func open(ctx context.Context, body []byte) (*drawing, *node, error) {
	c, err := openContainer(body)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range []string{"Encryptions.xml", "EncryptEntries.dat", "DecryptSeed.dat"} { // GM/T 0099
		if p, ok := c.has(name); ok {
			return nil, nil, fmt.Errorf("%w: %s tells how", ErrEncrypted, p)
		}
	}
	root, err := c.xml("OFD.xml")
	if errors.Is(err, ErrEncrypted) {
		return nil, nil, err
	}
	if err != nil && len(root.kids) == 0 {
		return nil, nil, fmt.Errorf("a damaged OFD file: %w", err)
	}
	d := &drawing{ctx: ctx, container: c, doc: &Document{}}
	if err != nil {
		d.doubt("broken-part", 0, "%v", err)
	}
	return d, root, nil
}
