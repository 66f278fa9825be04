package gold

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

const examplesDir = "../../examples"

// TestExamples: the documents under examples/ are what this package writes (-update writes them), and each is read
// whole, as printed.
func TestExamples(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	truth, err := ExampleTruth()
	if err != nil {
		t.Fatal(err)
	}
	same := func(file string, want []byte) {
		file = filepath.Join(examplesDir, file)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, want) {
			t.Errorf("%s is not what is written now; -update writes it", file)
		}
	}
	same("truth.json", truth)
	for _, e := range AllExamples() {
		same(e.File, e.Body)
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatalf("%s: %v", e.File, err)
		}
		got := normalize.Read(doc, forms)
		if got.Status != normalize.StatusRead || got.Agency != e.Report.Agency || got.Year != e.Report.Year {
			t.Errorf("%s: %s (%s), agency %q, year %d", e.File, got.Status, got.Reason, got.Agency, got.Year)
		}
		s, failures := e.Report.Judge(got)
		if s.Exact != s.Cells || s.Cells == 0 || s.Silent+s.Flagged > 0 {
			t.Errorf("%s: %d of %d cells exact: %v", e.File, s.Exact, s.Cells, failures)
		}
	}
}
