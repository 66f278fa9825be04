package extract

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/gongkai/gongkai/extract/kind"
)

// A Content is what lies in a document's bytes before anything is read from it: what the places of a Document point
// into.
type Content struct {
	MediaType string // as in Document
	Body      []byte // without the compression that a server left on it
	// of pages ("text/html", web archives, pages inside JSON) and plain text: decoded as Read decodes it; "" else
	Text string
	HTML bool // Text is a page: paths are paths in the tree of it
}

// Open gives the content of a document. Like Read it goes by the bytes; hint only decides where they say nothing. The
// error is an *Unreadable.
func Open(body []byte, hint string) (Content, error) {
	if len(body) > MaxBytes {
		return Content{}, &Unreadable{fmt.Sprintf("larger than the limit of %d MiB (%d bytes)", MaxBytes>>20,
			len(body))}
	}
	c := Content{MediaType: sniff(body, hint).media, Body: body}
	if c.MediaType == kind.Gzip {
		inner, err := ungzip(body)
		if err != nil {
			return c, &Unreadable{"damaged gzip-compressed data: " + err.Error()}
		}
		hint = strings.TrimSuffix(hint, ".gz")
		c.MediaType, c.Body = sniff(inner, hint).media, inner
	}
	page := c.Body
	if article, ok := jsonArticle(c.Body); ok {
		c.MediaType, page = kind.JSON, article
	}
	switch c.MediaType {
	case mediaMHT:
		inner, err := mhtPage(bytes.NewReader(bytes.TrimLeft(c.Body, "\r\n \ufeff")))
		if err != nil {
			return c, &Unreadable{"a damaged web archive (.mht): " + err.Error()}
		}
		page = inner
		fallthrough
	case kind.HTML, kind.JSON:
		c.HTML = true
		c.Text = decode(&Document{}, page, true)
	case kind.Plain:
		c.Text = decode(&Document{}, page, false)
	}
	return c, nil
}

// MediaType tells what the first bytes of a document say it is: what Open and Read begin with.
func MediaType(body []byte, hint string) string { return sniff(body, hint).media }
