package pdf

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEncrypted reads one page as qpdf 11.3 has encrypted it in every way it knows (testdata/encrypted): what asks for
// no password is read whole, its strings too, and needs no repair; what asks for one says so.
func TestEncrypted(t *testing.T) {
	files, err := filepath.Glob("testdata/encrypted/*.pdf")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d, err := Read(context.Background(), body, Options{})
			if strings.HasPrefix(filepath.Base(name), "password") {
				if !errors.Is(err, ErrEncrypted) {
					t.Errorf("it asks for a password: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d.Title != "Report (2024)" || words(d) != "accepted 128\n依法公开" || len(d.Doubts) > 0 {
				t.Errorf("title %q, text %q, doubts %v", d.Title, words(d), d.Doubts)
			}
		})
	}
}

// TestEncryptedAndDamaged: what is both is put together again from its objects.
func TestEncryptedAndDamaged(t *testing.T) {
	for _, name := range []string{"rc4-40", "rc4-128", "aes-128", "aes-128-object-streams", "aes-256",
		"aes-256-linearized"} {
		body, err := os.ReadFile("testdata/encrypted/" + name + ".pdf")
		if err != nil {
			t.Fatal(err)
		}
		for what, damaged := range map[string]string{
			"startxref":          strings.ReplaceAll(string(body), "startxref\n", "startxref\n9"),
			"junk":               "HTTP/1.1 200 OK\r\n\r\n" + string(body),
			"a first identifier": "%PDF-1.7\ntrailer <</ID[<00><00>]>>\n" + string(body),
			"offsets":            strings.ReplaceAll(string(body), "endobj\n", "endobj\r\n\r\n"),
		} {
			d, err := Read(context.Background(), []byte(damaged), Options{})
			if err != nil || words(d) != "accepted 128\n依法公开" {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// TestEncryptedWrongly: an encryption dictionary that cannot be is an error, and never a crash.
func TestEncryptedWrongly(t *testing.T) {
	page := onePage(helvetica(), "", text(100, 700, "(1)"))
	o, u := strings.Repeat("11", 32), strings.Repeat("22", 32)
	for dict, want := range map[string]string{
		"<</Filter/Adobe.PubSec/V 4>>":                                                      "Adobe.PubSec",
		"<</Filter/Standard/V 9/R 3/O<" + o + ">/U<" + u + ">>>":                            "version 9",
		"<</Filter/Standard/V 2/R 3/Length 8000/O<" + o + ">/U<" + u + ">>>":                "1000 bytes",
		"<</Filter/Standard/V 2/R 3/O<11>/U<" + u + ">>>":                                   "broken",
		"<</Filter/Standard/V 5/R 6/O<" + o + ">/U<" + u + ">>>":                            "broken",
		"<</Filter/Standard/V 5/R 6/CF<</StdCF<</CFM/ROT13>>>>/O<" + o + ">/U<" + u + ">>>": "ROT13",
	} {
		body := strings.Replace(string(page), "/Root 1 0 R", "/Root 1 0 R/Encrypt"+dict, 1)
		if _, err := openSecurity([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word of %q", dict, err, want)
		}
	}
}

// FuzzDecrypt: whatever stands in the objects of an encrypted file, it is read or left.
func FuzzDecrypt(f *testing.F) {
	files, _ := filepath.Glob("testdata/encrypted/*.pdf")
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if sec, err := openSecurity(body); err == nil {
			rebuild(body, sec)
		}
	})
}
