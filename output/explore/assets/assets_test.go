package assets

import (
	"flag"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite what is made of other files")

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func scripts(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(Files, "*.js")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

var entry = regexp.MustCompile(`(?m)^  '?([\w. -]+?)'?: (?:'|")`)

func keys(t *testing.T, name string) []string {
	var out []string
	for _, m := range entry.FindAllStringSubmatch(read(t, name), -1) {
		out = append(out, m[1])
	}
	return out
}

// TestWords: both languages have the same keys, once each, and every key that a module asks for by name.
func TestWords(t *testing.T) {
	en, zh := keys(t, "words.en.js"), keys(t, "words.zh.js")
	if len(en) < 300 || !slices.Equal(en, zh) {
		t.Errorf("words.en.js has %d keys, words.zh.js %d, not the same in the same order", len(en), len(zh))
	}
	seen := map[string]bool{}
	for _, k := range en {
		if seen[k] {
			t.Errorf("words.en.js: %q twice", k)
		}
		seen[k] = true
	}
	asked := regexp.MustCompile(`\bt\('([^']+)'`)
	for _, name := range scripts(t) {
		for _, m := range asked.FindAllStringSubmatch(read(t, name), -1) {
			if !seen[m[1]] {
				t.Errorf("%s: t(%q) has no words", name, m[1])
			}
		}
	}
}

// TestInert: nothing makes markup or code of data, and nothing is asked for elsewhere.
func TestInert(t *testing.T) {
	bad := regexp.MustCompile(
		`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|document\.cookie|javascript:`)
	far := regexp.MustCompile(`https?://[a-z0-9-]+\.[^\s'"]*|['"(]//\w[^\s'"]*`)
	for _, name := range append(scripts(t), "index.html", "style.css") {
		text := read(t, name)
		if m := bad.FindString(text); m != "" {
			t.Errorf("%s: %s", name, m)
		}
		for _, m := range far.FindAllString(text, -1) {
			if m != "http://www.w3.org/2000/svg" { // a name, not an address
				t.Errorf("%s: an address of elsewhere: %s", name, m)
			}
		}
	}
	page := read(t, "index.html")
	// of http-equiv
	if m := regexp.MustCompile(`(?i)<style|<script>| style=| on[a-z]+=|http`).FindAllString(page, -1); !slices.Equal(m,
		[]string{"http"}) {
		t.Errorf("index.html: %q: the policy forbids what is inline", m)
	}
	if !strings.Contains(page, "default-src 'none'") {
		t.Error("index.html: no policy")
	}
	for _, m := range regexp.MustCompile(`(?:href|src)="assets/([^"]+)"`).FindAllStringSubmatch(page, -1) {
		read(t, m[1])
	}
}

// TestSize: what a view loads, before it is compressed, is at most 140 KB.
func TestSize(t *testing.T) {
	imports := regexp.MustCompile(`(?m)^(?:import|export) .*from '\./([^']+)';`)
	views := regexp.MustCompile(`: \(\) => import\('\./([^']+)'\)`)
	for _, m := range views.FindAllStringSubmatch(read(t, "app.js"), -1) {
		loaded := map[string]bool{}
		var load func(name string)
		load = func(name string) {
			if loaded[name] {
				return
			}
			loaded[name] = true
			for _, m := range imports.FindAllStringSubmatch(read(t, name), -1) {
				load(m[1])
			}
		}
		for _, name := range []string{"index.html", "style.css", "theme.js", "app.js", "words.en.js", m[1]} {
			load(name)
		}
		size := 0
		for name := range loaded {
			size += len(read(t, name))
		}
		if size > 140<<10 {
			t.Errorf("%s: %d bytes with what it imports", m[1], size)
		}
		t.Logf("%s: %d bytes", m[1], size)
	}
}

// TestEmbedded: what is embedded says and draws as the application does, and is small.
func TestEmbedded(t *testing.T) {
	given := read(t, "embed.words.js")
	want := given
	for _, lang := range []string{"zh", "en"} {
		whole := read(t, "words."+lang+".js")
		_, part, _ := strings.Cut(given, "  "+lang+": {\n")
		part, _, _ = strings.Cut(part, "\n  },")
		lines := strings.Split(part, "\n")
		if len(lines) < 20 {
			t.Errorf("%s: %d words", lang, len(lines))
		}
		for i, line := range lines {
			key, _, _ := strings.Cut(line, ": ")
			_, there, ok := strings.Cut(whole, "\n"+strings.TrimPrefix(key, "  ")+": ")
			if !ok {
				t.Errorf("words.%s.js has no %s", lang, strings.TrimSpace(key))
			}
			there, _, _ = strings.Cut(there, "\n")
			lines[i] = key + ": " + there
		}
		want = strings.Replace(want, part, strings.Join(lines, "\n"), 1)
		for _, m := range regexp.MustCompile(`\bt\('([^']+)'`).FindAllStringSubmatch(read(t, "embed.js"), -1) {
			if key := m[1]; !strings.Contains(part, "'"+key+"':") && !strings.Contains(part, " "+key+":") {
				t.Errorf("embed.words.js: %s: no %q", lang, key)
			}
		}
	}
	if want != given {
		if *update {
			if err := os.WriteFile("embed.words.js", []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else {
			t.Error("embed.words.js says otherwise than words.*.js; run go test ./output/explore/assets -update")
		}
	}
	_, drawn, _ := strings.Cut(read(t, "embed.css"), "/* charts, as in style.css */\n")
	if drawn == "" || !strings.Contains(read(t, "style.css"), drawn) {
		t.Error("embed.css: charts are drawn otherwise than in style.css")
	}
	if strings.Contains(read(t, "embed.html"), "frame-ancestors") {
		t.Error("embed.html says who may frame it")
	}
}
