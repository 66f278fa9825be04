package pdf

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/extract/cputime"
)

// TestHostile reads files made to hang or to fill the memory of a reader. Each ends in good time with what it shows, or
// an error that says why.
func TestHostile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("left out of the short test: PDFium takes a minute under the race detector")
	}
	page := "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>>>"
	one := stream("", text(100, 700, "(1)"))
	catalog, tree := "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 600 800]>>"
	ten := strings.Repeat("/X1 Do ", 10)
	form := "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>"
	bomb := string(deflate(bytes.Repeat([]byte("0 0 m 1 1 l S "), 15<<20)))
	files := map[string][]byte{
		"forms that draw themselves ten times": build(catalog, tree, page, stream("", text(100, 700, "(1)")+ten),
			helvetica(), stream(form, ten)),
		"forms in a circle": build(catalog, tree, page, stream("", text(100, 700, "(1)")+"/X1 Do"),
			helvetica(), stream(strings.Replace(form, "/X1 6", "/X1 7", 1), "/X1 Do"), stream(form, "/X1 Do /X1 Do")),
		"kids in a circle": build(catalog,
			"<</Type/Pages/Kids[3 0 R 2 0 R 2 0 R]/Count 3/MediaBox[0 0 600 800]>>", page, one, helvetica()),
		"parent in a circle": build(catalog, "<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>",
			strings.Replace(page, "/Parent 2 0 R", "/Parent 3 0 R", 1), one, helvetica()),
		"two billion pages": build(catalog,
			"<</Type/Pages/Kids[3 0 R]/Count 2000000000/MediaBox[0 0 600 800]>>", page, one, helvetica()),
		"a bomb of 200 MB": build(catalog, tree, page, stream("/Filter/FlateDecode", bomb), helvetica()),
		"a length that refers to itself": build(catalog, tree, page, "<</Length 4 0 R>>\nstream\nBT ET\nendstream",
			helvetica()),
		"a font that refers to itself": build(catalog, tree, page, one,
			"<</Type/Font/Subtype/Type0/DescendantFonts[5 0 R]/Encoding 5 0 R/ToUnicode 5 0 R>>"),
		"a million open brackets": build(catalog, tree, page,
			stream("", strings.Repeat("[", 1<<20)+strings.Repeat("<<", 1<<20)), helvetica()),
		"a table of a million lines":   build(catalog, tree, page, stream("", manyLines()), helvetica()),
		"a circle of cross-references": circle(build(catalog, tree, page, one, helvetica())),
		"an object of a huge number": bytes.Replace(build(catalog, tree, page, one, helvetica()),
			[]byte("xref\n0 6\n"), []byte("xref\n99999999 1\n0000000000 65535 f \n0 6\n"), 1),
		"a wide font": build(catalog, tree, page, one,
			"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</W[0 2000000000 1]/W2[0 "+
				"2000000000 1 2 3]/DW 1e300>>]>>"),
	}
	cache := t.TempDir()
	if _, err := save(context.Background(), build(catalog, tree, page, one, helvetica()),
		Options{Cache: cache}); err != nil {
		t.Fatal(err) // PDFium is compiled once, before times are taken
	}
	for name, body := range files {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
			defer cancel()
			much, end := cputime.WithLimit(context.Background(), 15*time.Second)
			defer end()
			start := cputime.Used()
			done := make(chan error, 1)
			go func() {
				_, err := Read(ctx, body, Options{Cache: cache})
				done <- err
			}()
			select {
			case err := <-done:
				t.Logf("%v, %v", (cputime.Used() - start).Round(time.Millisecond), err)
			case <-much.Done():
				t.Error("it does not end")
			}
		})
	}
}

// circle makes the cross-reference section of a file its own predecessor.
func circle(body []byte) []byte {
	at := bytes.LastIndex(body, []byte("xref\n0 "))
	return bytes.Replace(body, []byte("/Root 1 0 R"), []byte(fmt.Sprintf("/Root 1 0 R/Prev %d", at)), 1)
}

func manyLines() string {
	var b strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&b, "%d 0 m %d 800 l S 0 %d m 600 %d l S ", i%600, i%600, i%800, i%800)
	}
	return b.String()
}

// TestMutations reads files with a few bytes changed, taken out or put in: 150, and a thousand with GONGKAI_LONG=1.
func TestMutations(t *testing.T) {
	mutations := 150
	if os.Getenv("GONGKAI_LONG") != "" {
		mutations = 1000
	}
	if testing.Short() {
		t.Skip("left out of the short test")
	}
	var originals [][]byte
	for _, glob := range []string{"../../examples/*/*.pdf", "../../../shared/samples/*.pdf"} {
		names, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			body, err := os.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			originals = append(originals, body)
		}
	}
	if len(originals) < 3 {
		t.Fatalf("%d files to change", len(originals))
	}
	rng := rand.New(rand.NewSource(1))
	cache := t.TempDir()
	// What time is counted is that of the whole process: the engine that repairs is compiled before, and no other test runs.
	e, err := OpenPDFium(context.Background(), cache)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	engine := func(context.Context) (*PDFium, error) { return e, nil }
	unread, repaired := 0, 0
	for i := range mutations {
		body := append([]byte(nil), originals[i%len(originals)]...)
		for range 1 + rng.Intn(6) {
			at := rng.Intn(len(body))
			switch rng.Intn(4) {
			case 0:
				body[at] = byte(rng.Intn(256))
			case 1:
				body = append(body[:at], body[min(len(body), at+1+rng.Intn(40)):]...)
			case 2:
				body = append(body[:at], append([]byte(fmt.Sprint(rng.Int31())), body[at:]...)...)
			default:
				from := rng.Intn(len(body))
				copy(body[at:], body[from:min(len(body), from+60)])
			}
		}
		ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
		d, err := Read(ctx, body, Options{PDFium: engine})
		if ctx.Err() != nil {
			t.Errorf("mutation %d takes more than ten seconds of CPU time", i)
		}
		cancel()
		switch {
		case err != nil && strings.TrimSpace(err.Error()) == "":
			t.Errorf("mutation %d: an error without a word", i)
		case err != nil:
			unread++
		case len(d.Doubts) > 0 && d.Doubts[0].Code == "repaired":
			repaired++
		}
	}
	t.Logf("%d mutations: %d unread, %d read after repair", mutations, unread, repaired)
}
