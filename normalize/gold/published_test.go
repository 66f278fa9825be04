package gold

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestPublished: what is read from the examples of real bodies is what published.txt has, cell by cell, and, where the
// published reports lie beside the project, what was read of these by hand; who reports and when is decided.
func TestPublished(t *testing.T) {
	list, err := ReadPublished()
	if err != nil {
		t.Fatal(err)
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	beside := map[string]string{"real/harbin-2022.txt": "harbin-2022", "real/huaian-2024.pdf": "huaian-2024",
		"real/shanghai-2019.html": "shanghai-office-2019", "real/pingtan-2020.html": "pingtan-guanweihui-2020",
		"real/pingtan-2022.pdf": "pingtan-guanweihui-2022", "real/shanghai-science-2024.docx": "shanghai-kewei-2024",
		"real/shuyang-2025.txt": "shuyang-county-2025"}
	ids := map[string]string{"real/harbin-2022.txt": "230100/office", "real/huaian-2024.pdf": "320800/government",
		"real/shanghai-2019.html": "310000/office", "real/pingtan-2020.html": "350128/zone/综合实验区",
		"real/pingtan-2022.pdf": "350128/zone/综合实验区", "real/shanghai-science-2024.docx": "310000/department/科学技术",
		"real/shuyang-2025.txt": "321322/government"}
	if len(list) != len(beside) {
		t.Errorf("%d reports, not %d", len(list), len(beside))
	}
	for i := range list {
		p := &list[i]
		body, err := os.ReadFile(filepath.Join(examplesDir, p.File))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := extract.Read(body, p.File)
		if err != nil {
			t.Fatal(err)
		}
		got := normalize.Read(doc, forms)
		if got.Title != p.Title || got.Agency != p.Agency || got.Year != p.Year || got.Published != p.Day {
			t.Errorf("%s: %q, %q, %d, %q", p.File, got.Title, got.Agency, got.Year, got.Published)
		}
		if got.Body.ID != ids[p.File] {
			t.Errorf("%s: %q, want %q: %v", p.File, got.Body.ID, ids[p.File], got.Body.Evidence)
		}
		cells := map[string]string{}
		for _, v := range got.Values {
			if v.State == normalize.Absent {
				t.Errorf("%s: %s was not found", p.File, v.Name)
			}
			cells[v.Name] = v.Text
		}
		if !maps.Equal(cells, p.Cells) {
			t.Errorf("%s: the cells read are not those of published.txt", p.File)
		}
		if !strings.Contains(got.Sections[len(got.Sections)-1].Text, "并非原件") {
			t.Errorf("%s does not say that it is no original", p.File)
		}
		b, err := os.ReadFile(filepath.Join("../../../shared/samples", beside[p.File]+".json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue // compared with published.txt, which was made from them
		}
		if err != nil {
			t.Fatal(err)
		}
		var truth struct{ Cells map[string]string }
		if err := json.Unmarshal(b, &truth); err != nil {
			t.Fatal(err)
		}
		for name, want := range truth.Cells {
			if have, ok := cells[name]; !ok || have != want {
				t.Errorf("%s: %s reads %q, published is %q", p.File, name, have, want)
			}
		}
	}
}

// TestPublishedErrors: what is wrong with the file is told with its line.
func TestPublishedErrors(t *testing.T) {
	for text, want := range map[string]string{
		"title x":                                "p:1: before the first report",
		"report a\nregulation 1 2 3":             "p:2: a row of no table",
		"report a\nactive 2021\nregulation 1 2":  "p:3: active.regulation has 3 columns, not 2",
		"report a\nactive 2021\nprocurement 1 2": "p:3: active of 2021 has no row procurement",
		"report a\nyear soon":                    "p:2: no year",
	} {
		if _, err := parsePublished("p", text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
