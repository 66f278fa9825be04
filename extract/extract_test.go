package extract_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/cputime"
)

var update = flag.Bool("update", false, "rewrite the dumps beside the documents")

func dump(t testing.TB, d *extract.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := extract.WriteText(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// documents lists the documents of testdata and the example reports.
func documents(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{"testdata/*.html", "testdata/*.txt", "testdata/*.pdf", "../examples/*/*.*"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, files...)
	}
	if len(out) < 25 {
		t.Fatalf("only %d documents", len(out))
	}
	return out
}

func read(t testing.TB, file string) ([]byte, *extract.Document) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := extract.Read(body, file)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return body, doc
}

// TestDumps compares each document of testdata with the dump beside it.
func TestDumps(t *testing.T) {
	for _, file := range documents(t) {
		if !strings.HasPrefix(filepath.ToSlash(file), "testdata/") {
			continue
		}
		_, doc := read(t, file)
		got := dump(t, doc)
		beside := file + ".dump"
		if *update {
			if err := os.WriteFile(beside, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(beside)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
		}
	}
}

// TestDumpParsesBack: a dump says all that a Document holds.
func TestDumpParsesBack(t *testing.T) {
	for _, file := range documents(t) {
		_, doc := read(t, file)
		back, err := extract.ParseText(strings.NewReader(dump(t, doc)))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if !reflect.DeepEqual(doc, back) {
			t.Errorf("%s: the dump does not parse back to the same document:\n%s\n%s", file, dump(t, doc),
				dump(t, back))
		}
	}
}

// TestGridsAreSound: cells are sorted, inside their table, and no two cover one position.
func TestGridsAreSound(t *testing.T) {
	for _, file := range documents(t) {
		_, doc := read(t, file)
		checkSound(t, file, doc)
	}
}

func checkSound(t testing.TB, name string, doc *extract.Document) {
	t.Helper()
	for _, b := range doc.Blocks {
		if b.Kind != extract.TableBlock {
			continue
		}
		type pos struct{ r, c int }
		taken := map[pos]bool{}
		last := pos{-1, -1}
		for _, c := range b.Table.Cells {
			if p := (pos{c.Row, c.Col}); p.r < last.r || p.r == last.r && p.c <= last.c {
				t.Errorf("%s: cells out of order at %d,%d", name, c.Row, c.Col)
			} else {
				last = p
			}
			if c.RowSpan < 1 || c.ColSpan < 1 || c.Row+c.RowSpan > b.Table.Rows || c.Col+c.ColSpan > b.Table.Cols {
				t.Fatalf("%s: cell %d,%d of %dx%d outside a table of %dx%d", name, c.Row, c.Col, c.RowSpan, c.ColSpan,
					b.Table.Rows, b.Table.Cols)
			}
			if c.RowSpan*c.ColSpan > 1<<16 {
				continue
			}
			for i := range c.RowSpan {
				for j := range c.ColSpan {
					p := pos{c.Row + i, c.Col + j}
					if taken[p] {
						t.Errorf("%s: two cells at %v", name, p)
					}
					taken[p] = true
				}
			}
		}
	}
}

// TestPlaces: a place leads to the text it stands for.
func TestPlaces(t *testing.T) {
	for _, file := range documents(t) {
		body, doc := read(t, file)
		if doc.MediaType != "text/plain" || doc.Charset != "utf-8" {
			continue
		}
		text := strings.TrimPrefix(string(body), "\ufeff")
		check := func(s string, p extract.Place) {
			s, _, _ = strings.Cut(s, "\n")
			if s == "" || strings.Contains(s, " ") {
				return
			}
			if p.Offset > len(text) || !strings.HasPrefix(strings.TrimLeft(text[p.Offset:], " \t　|"), s) {
				t.Errorf("%s: %q is not at offset %d", file, s, p.Offset)
			}
		}
		for _, b := range doc.Blocks {
			if b.Kind != extract.TableBlock {
				check(b.Text, b.Place)
				continue
			}
			for _, c := range b.Table.Cells {
				check(c.Text, c.Place)
			}
		}
	}
}

func TestCharsets(t *testing.T) {
	for file, want := range map[string]string{"late-gbk.html": "gb18030", "wrongly-declared.html": "utf-8",
		"utf16.html": "utf-16le", "gbk.txt": "gb18030"} {
		_, doc := read(t, "testdata/"+file)
		if doc.Charset != want {
			t.Errorf("%s: %s, want %s", file, doc.Charset, want)
		}
		if strings.Contains(dump(t, doc), "\ufffd") {
			t.Errorf("%s: not decoded: %s", file, dump(t, doc))
		}
	}
}

// hostile are documents that are none, or that mean harm.
func hostile() map[string]func() []byte {
	const mb = 1 << 20
	bomb := 512 // MB that a bomb unpacks to
	if testing.Short() {
		bomb = 16
	}
	zeros := make([]byte, mb)
	text := func(s string) func() []byte { return func() []byte { return []byte(s) } }
	tags := func(tag string, n int) func() []byte {
		return func() []byte { return bytes.Repeat([]byte(tag), n/len(tag)) }
	}
	rubbish := func(head string) func() []byte {
		return func() []byte {
			b := make([]byte, mb)
			rand.New(rand.NewSource(1)).Read(b)
			return append([]byte(head), b...)
		}
	}
	return map[string]func() []byte{
		"empty.html":   text(""),
		"spaces.txt":   tags(" \n", 2000),
		"rubbish.html": rubbish(""),
		"rubbish.pdf":  rubbish("%PDF-1.4\n"),
		"zip-bomb.html": func() []byte {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			f, _ := z.Create("report.html")
			for range bomb {
				f.Write(zeros)
			}
			z.Close()
			return b.Bytes()
		},
		"gzip-bomb.html": func() []byte {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			for range bomb {
				z.Write(zeros)
			}
			z.Close()
			return b.Bytes()
		},
		"half.html":          text("<html><body><table><tr><td>自然人</td><td>1"),
		"nested-divs.html":   tags("<div>", 60*mb),
		"nested-tables.html": tags("<table><tr><td>", 60*mb),
		"nested-spans.html":  tags("<b><i><font>", 30*mb),
		"deep-tables.html":   tags("<table><tr><td>", 4*mb),
		"many-rows.html":     tags("<tr><td>自然人<td>1", 4*mb),
		"wide-span.html": text("<table>" + strings.Repeat("<tr><td colspan=1000 rowspan=65534>1</td></tr>",
			20000) + "</table>"),
		"attributes.html": func() []byte { return []byte("<p " + strings.Repeat("a=1 ", 5*mb) + ">x</p>") },
		"entities.html":   tags("&amp;&#x4e2d;", 20*mb),
		"one-line.txt":    tags("政府信息公开1 ", 40*mb),
		"tabs.txt":        tags("\t", 40*mb),
		"newlines.txt":    tags("\n", 40*mb),
		"ones.txt":        tags("1\n", 40*mb),
		"some-ones.txt":   tags("1\n", 300_000),
		"pipes.txt":       tags("|", 20*mb),
		"some-pipes.txt":  tags("|", 190_000),
		"nul.txt":         tags("\x00", mb),
		"deep-array.pdf": text("%PDF-1.4\n1 0 obj\n" + strings.Repeat("[",
			1<<20) + "\nendobj\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF"),
		"deep-dictionary.pdf": text("%PDF-1.4\n1 0 obj\n" + strings.Repeat("<</A ",
			1<<19) + "\nendobj\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF"),
		"cyclic-pages.pdf": text("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 " +
			"obj\n<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>\nendobj\nxref\n0 3\n0000000000 65535 f \n0000000009 " +
			"00000 n \n0000000054 00000 n \ntrailer <</Root 1 0 R/Size 3>>\nstartxref\n117\n%%EOF"),
		"not-a-word-file.docx": text("PK\x03\x04 and no more"),
		"old-word.doc":         text("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 4096)),
		"picture.jpg":          text("\xff\xd8\xff\xe0\x00\x10JFIF"),
	}
}

// TestHostileDocuments: whatever the bytes, reading ends within the CPU time and memory it may take, with a document or
// an error that says in words what the bytes are.
func TestHostileDocuments(t *testing.T) {
	const limit, memory = 10 * time.Second, 512 << 20
	cache := t.TempDir()
	for name, write := range hostile() {
		t.Run(name, func(t *testing.T) {
			body := write()
			if testing.Short() && (len(body) > 8<<20 || strings.HasSuffix(name, ".pdf")) {
				t.Skip("large documents, and those that PDFium repairs, are left out of the short test: under the " +
					"race detector they take minutes")
			}
			debug.FreeOSMemory()
			stop, most := make(chan struct{}), make(chan uint64)
			go func() {
				var peak uint64
				for {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak = max(peak, m.HeapAlloc)
					select {
					case <-stop:
						most <- peak
						return
					case <-time.After(20 * time.Millisecond):
					}
				}
			}()
			ctx, cancel := cputime.WithLimit(context.Background(), limit)
			defer cancel()
			start := cputime.Used()
			doc, err := extract.ReadContext(ctx, body, name, extract.WithCache(cache))
			took := cputime.Used() - start
			close(stop)
			peak := <-most
			t.Logf("%s in %s, heap at most %d MB: %v", name, took.Round(time.Millisecond), peak>>20, err)
			if took > limit+limit/2 || peak > memory {
				t.Errorf("%s, %d MB", took, peak>>20)
			}
			var un *extract.Unreadable
			if err != nil && !errors.As(err, &un) && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
				t.Errorf("%v is not an Unreadable", err)
			}
			if err != nil && (doc == nil || doc.SHA256 == "") {
				t.Error("no document beside the error")
			}
			if err == nil {
				checkSound(t, name, doc)
			}
		})
	}
}

func TestUnreadableSaysWhat(t *testing.T) {
	for name, words := range map[string]string{
		"rubbish.html": "binary", "zip-bomb.html": "zip", "gzip-bomb.html": "gzip", "old-word.doc": "Office",
		"picture.jpg": "picture", "nul.txt": "binary",
	} {
		_, err := extract.Read(hostile()[name](), name)
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(words)) {
			t.Errorf("%s: %v does not speak of %s", name, err, words)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range documents(f) {
		if body, err := os.ReadFile(file); err == nil && len(body) < 20_000 {
			f.Add(body, filepath.Base(file))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, hint string) {
		ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
		defer cancel()
		doc, err := extract.ReadContext(ctx, body, hint)
		if ctx.Err() != nil {
			t.Fatal("more than ten seconds of CPU time")
		}
		if err != nil {
			return
		}
		checkSound(t, hint, doc)
		back, err := extract.ParseText(strings.NewReader(dump(t, doc)))
		if err != nil {
			t.Fatal(err)
		}
		if dump(t, back) != dump(t, doc) {
			t.Error("the dump does not parse back")
		}
	})
}

func FuzzParseText(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.dump")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := extract.ParseText(strings.NewReader(text))
		if err != nil {
			return
		}
		first := dump(t, doc)
		back, err := extract.ParseText(strings.NewReader(first))
		if err != nil || dump(t, back) != first {
			t.Errorf("%v", err)
		}
	})
}
