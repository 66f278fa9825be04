package extract

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract/kind"
)

// TestKinds: whatever bytes are told to be is in the list of kinds, every kind of picture has bytes by which it is
// told, and a page without a table names the files of every kind that hang on it.
func TestKinds(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, b := range []string{"", " ", "\x00\x01", "a", "<html>", "%PDF-1.4", "{}", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
		"PK\x03\x04",
		"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "<?mso-application progid=\"Word.Document\"?>"} {
		told[sniff([]byte(b), "").media] = true
	}
	for _, m := range magics {
		told[m.media] = true
	}
	told[sniff([]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "").media] = true
	for _, name := range []string{"word/document.xml", "xl/workbook.xml", "ppt/slides.xml", "OFD.xml", "content.xml",
		"a.pdf"} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		told[sniff(b.Bytes(), "").media] = true
	}
	for media := range told {
		if kind.Of(media).Media == "" {
			t.Errorf("bytes are told to be %q, which no list knows", media)
		}
	}
	for _, k := range kind.All() {
		if k.Class == kind.Picture && !told[k.Media] {
			t.Errorf("no bytes are told to be %s", k.Media)
		}
	}
	for _, ext := range kind.FileExtensions() {
		doc, err := Read([]byte(`<html><body><p>年报见附件</p><a href="/d/nb.`+strings.ToUpper(ext)+
			`?v=1">附件</a></body></html>`), "a.html")
		var un *Unreadable
		if err != nil && !errors.As(err, &un) {
			t.Fatal(err)
		}
		linked := false
		for _, d := range doc.Doubts {
			linked = linked || d.Code == "linked-document"
		}
		if !linked {
			t.Errorf("a page that links to a file .%s does not say so", ext)
		}
	}
}
