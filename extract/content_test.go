package extract

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// TestOpen: the text of a document is that in which its places count.
func TestOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("large bodies, read by one goroutine: left out of the short test, which is for the race detector")
	}
	packed := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(s))
		z.Close()
		return b.String()
	}
	const page = "<html><body><table><tr><td>收到</td><td>12</td></tr></table></body></html>"
	mht := "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: " +
		"text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
		strings.ReplaceAll("<html><body><p>12</p></body></html>", "=", "=3D") + "\r\n--b--\r\n"
	for _, c := range []struct {
		name, body, media, text string
		html                    bool
	}{
		{"a page", page, "text/html", page, true},
		{"with a byte-order mark", "\ufeff" + page, "text/html", page, true},
		{"compressed", packed(page), "text/html", page, true},
		{"in GB18030", "<p>\xca\xd5\xb5\xbd 12</p>", "text/html", "<p>收到 12</p>", true},
		{"a text in UTF-16", "\xff\xfe6\x65\x30\x52\x0a\x00", "text/plain", "\u6536\u5230\n", false},
		{"in a web archive", mht, mediaMHT, "<html><body><p>12</p></body></html>", true},
		{"in JSON", `{"title":"年报","content":"<p>收到 12</p>"}`, "application/json",
			"<html><head><meta charset=\"utf-8\"><title>年报</title></head><body><p>收到 12</p></body></html>", true},
		{"a PDF", "%PDF-1.7\n", "application/pdf", "", false},
		{"a compressed PDF", packed("%PDF-1.7\n"), "application/pdf", "", false},
	} {
		got, err := Open([]byte(c.body), "x")
		if err != nil || got.MediaType != c.media || got.Text != c.text || got.HTML != c.html {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		doc, _ := Read([]byte(c.body), "x")
		if doc.MediaType != c.media {
			t.Errorf("%s: opened as %s, read as %s", c.name, c.media, doc.MediaType)
		}
	}
	if _, err := Open([]byte("\x1f\x8b broken"), "x"); err == nil {
		t.Error("damaged data was opened")
	}
}
