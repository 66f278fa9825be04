package corpus

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, f := range []string{"b/2.html", "b/1.html", "a.txt", ".hidden/x.html", "README.md", "b/.x", "truth.json",
		".git/config"} {
		path := filepath.Join(dir, f)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(f), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Find([]string{dir, filepath.Join(dir, "a.txt"), "-", filepath.Join(dir, "README.md")})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i] = strings.TrimPrefix(got[i], filepath.ToSlash(dir)+"/")
	}
	want := []string{"README.md", "a.txt", "b/1.html", "b/2.html", "truth.json", "-"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Find = %q, want %q", got, want)
	}
	if _, err := Find([]string{filepath.Join(dir, "none")}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a missing path gives %v, want an error that names it", err)
	}
}

func TestAside(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"README.md": true, "a/b/truth.JSON": true, "LICENSE": true, "x/Thumbs.db": true, "page_files/style.css": true,
		"setup.exe": true, "list.csv": true, "a/sitemap.XML": true, "run.log": true, "make.py": true, "x.yaml": true,
		"page_files/logo.png": true, "page_files/dot.gif": true, "a/old.files/sub/frame.html": true,
		"page_files/bare": true, "page_files/notes.txt": true,
		"2023年度报告.pptx": false, "a.ppt": false, "page_files/2023.pdf": false, "page_files/年报.zip": false,
		"page_files/slides.pptx": false, "other_files/scan.png": false, "_files/scan.png": false,
		"scan_files.png": false,
		"2024.html":      false, "2024.txt": false, "2024.ofd": false, "2024.7z": false, "scan.tif": false, "2024": false,
		"a.md/2024.pdf": false, "-": false,
	} {
		if got := Aside(name, func(n string) bool { return n == "page.html" || n == "a/old.HTM" }); got != want {
			t.Errorf("%s lies beside documents: %v, want %v", name, got, want)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	c, err := Read("-", strings.NewReader("abc"))
	if err != nil {
		t.Fatal(err)
	}
	if c.SHA256 != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" || c.Bytes != 3 ||
		string(c.Body) != "abc" {
		t.Errorf("Read = %+v", c)
	}
	big, err := Read("-", strings.NewReader(strings.Repeat("x", MaxBytes+10)))
	if err != nil {
		t.Fatal(err)
	}
	if big.Body != nil || big.Bytes != MaxBytes+10 || len(big.SHA256) != 64 {
		t.Errorf("a document over the limit: body %d bytes, length %d, hash %q", len(big.Body), big.Bytes, big.SHA256)
	}
}
