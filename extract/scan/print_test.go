package scan

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPrint: an engine is named by what is in its files, and by nothing else that lies beside them.
func TestPrint(t *testing.T) {
	dir, bin := t.TempDir(), t.TempDir()
	t.Setenv("PATH", bin)
	put := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		os.Remove(name) // another file, as an upgrade puts it there
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	print := func(name string) string {
		t.Helper()
		p, err := Print(name, dir)
		if err != nil || (p != "") != Installed(name, dir) {
			t.Fatal(p, err, Installed(name, dir))
		}
		return p
	}
	if p := print("auto"); p != "" {
		t.Errorf("there is none: %q", p)
	}
	data := filepath.Join(bin, "data")
	program := "#!/bin/sh\n[ $1 = --version ] && echo tesseract 5 || printf 'List of available languages in \"" + data +
		"/\" (2):\\nchi_sim\\neng\\n'\n"
	put(filepath.Join(bin, "tesseract"), program)
	if _, err := Print("tesseract", dir); err == nil {
		t.Error("its data is nowhere, and it has a name")
	}
	put(filepath.Join(data, "chi_sim.traineddata"), "one")
	put(filepath.Join(data, "eng.traineddata"), "two")
	seen := map[string]string{}
	differs := func(what, p string) {
		t.Helper()
		if p == "" || seen[p] != "" {
			t.Errorf("%s: named %q, as was %q", what, p, seen[p])
		}
		seen[p] = what
	}
	first := print("tesseract")
	differs("tesseract", first)
	if print("auto") != first {
		t.Error("it is the same, chosen by itself")
	}
	put(filepath.Join(dir, "stray"), "what nobody reads")
	put(filepath.Join(data, "osd.traineddata"), "three")
	if print("auto") != first {
		t.Error("a stray file changed it")
	}
	put(filepath.Join(data, "eng.traineddata"), "owt") // of the same size
	differs("other data", print("tesseract"))
	put(filepath.Join(bin, "tesseract"), program+"# another\n")
	differs("another program", print("tesseract"))
	for _, f := range []string{modelFile, keysFile, libraryFile()} {
		put(filepath.Join(dir, f), "model")
	}
	differs("paddle", print("auto"))
	if print("auto") != print("paddle") {
		t.Error("it is the same, chosen by itself")
	}
	put(filepath.Join(dir, keysFile), "ledom")
	differs("other keys", print("paddle"))
	if print("none") != "" {
		t.Error("none is one")
	}
}
