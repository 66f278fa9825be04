package ofd

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"path"
	"strings"
)

// signatures lists the seals of a document, each on its page, and tells of the parts that are not those which were
// signed. Whose seal it is, and whether the signature itself is good, is not looked at.
func (d *drawing) signatures(n *node, b *documentBody) {
	list, p := d.list(n.said("Signatures"), b, "broken-signature", "signatures")
	for i, sig := range list.all("Signature") {
		if i >= 200 {
			d.limit(0, "more signatures than the limit")
			return
		}
		at, ok := d.container.find(sig.attr("BaseLoc"), path.Dir(p), b.dir)
		if !ok {
			d.doubt("broken-signature", 0, "a signature is missing: %s", sig.attr("BaseLoc"))
			continue
		}
		x, err := d.container.xml(at)
		if err != nil {
			d.doubt("broken-signature", 0, "a signature: %v", err)
		}
		info := x.kid("SignedInfo")
		stamp := d.stampOf(x, at, b.dir)
		for _, a := range info.all("StampAnnot") {
			where, ok := boxOf(a.attr("Boundary"))
			page := a.attr("PageRef")
			if !ok || !finite(where.x, where.y, where.w, where.h) {
				d.doubt("broken-signature", b.pages[page], "a seal has no place: %q", a.attr("Boundary"))
				continue
			}
			x := &seal{at: where, of: stamp}
			x.clip, x.clipped = boxOf(a.attr("Clip"))
			x.clipped = x.clipped && finite(x.clip.x, x.clip.y, x.clip.w, x.clip.h)
			b.seals[page] = append(b.seals[page], x)
		}
		d.compare(info, at, b)
	}
}

// compare tells which of the parts that were signed are others now.
func (d *drawing) compare(info *node, at string, b *documentBody) {
	refs := info.kid("References")
	method := refs.attr("CheckMethod")
	newHash := digestOf(method)
	for _, r := range refs.all("Reference") {
		name := r.attr("FileRef")
		p, ok := d.container.find(name, path.Dir(at), b.dir)
		if !ok {
			d.doubt("broken-signature", 0, "a part that was signed is missing: %s", name)
			continue
		}
		want, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(r.said("CheckValue")), ""))
		if err != nil || newHash == nil {
			continue // how it was summed nobody here knows
		}
		body, err := d.container.read(p)
		if err != nil {
			continue // told where it is used
		}
		h := newHash()
		h.Write(body)
		if !bytes.Equal(h.Sum(nil), want) {
			d.doubt("broken-signature", 0, "%s has been changed since it was signed", name)
		}
	}
	if newHash == nil && len(refs.all("Reference")) > 0 {
		d.doubt("unchecked-signature", 0, "whether the signed parts have been changed cannot be told: unknown method %q", method)
	}
}

// digestOf gives the digest of a method, by its name or its object identifier.
func digestOf(method string) func() hash.Hash {
	switch strings.ToUpper(strings.TrimSpace(method)) {
	case "SM3", "1.2.156.10197.1.401":
		return newSM3
	case "MD5", "1.2.840.113549.2.5":
		return md5.New
	case "SHA1", "SHA-1", "1.3.14.3.2.26":
		return sha1.New
	case "SHA256", "SHA-256", "2.16.840.1.101.3.4.2.1":
		return sha256.New
	case "SHA512", "SHA-512", "2.16.840.1.101.3.4.2.3":
		return sha512.New
	case "": // the default of the standard
		return md5.New
	}
	return nil
}
