package normalize_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// The samples are published reports beside the project, with their cells read by hand. They are not part of it.
const samples = "../../shared/samples"

type sampleTruth struct{ Cells map[string]string }

func sample(t *testing.T, name string) ([]byte, sampleTruth) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(samples, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the published samples are not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(samples, strings.TrimSuffix(name, filepath.Ext(name))+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth sampleTruth
	if err := json.Unmarshal(b, &truth); err != nil {
		t.Fatal(err)
	}
	return body, truth
}

func readBytes(t *testing.T, body []byte, name string) *normalize.Report {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := extract.Read(body, name)
	if err != nil {
		return normalize.Unread(err.Error())
	}
	return normalize.Read(doc, forms)
}

func covered(r *normalize.Report, name string) bool {
	for _, f := range r.Findings {
		if f.Name != "" && (f.Name == name || strings.HasPrefix(name, f.Name+".")) {
			return true
		}
	}
	return false
}

// TestSamples reads the published reports: every cell's text and state, the year, the agency.
func TestSamples(t *testing.T) {
	for _, c := range []struct {
		file, agency string
		year         int
		editions     normalize.Editions
	}{
		{"harbin-2022.txt", "哈尔滨市人民政府办公厅", 2022, normalize.Editions{"active": "2021", "applications": "2021",
			"disputes": "2021"}},
		{"huaian-2024.pdf", "淮安市人民政府", 2024, normalize.Editions{"active": "2021", "applications": "2021",
			"disputes": "2021"}},
		{"shanghai-office-2019.html", "上海市人民政府办公厅", 2019,
			normalize.Editions{"active": "2019", "applications": "2019", "disputes": "2019"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			body, truth := sample(t, c.file)
			rep := readBytes(t, body, c.file)
			if rep.Status != normalize.StatusRead || rep.Year != c.year || !strings.Contains(rep.Agency, c.agency) ||
				!maps.Equal(rep.Editions, c.editions) {
				t.Errorf("status %s, year %d, agency %q, editions %+v", rep.Status, rep.Year, rep.Agency, rep.Editions)
			}
			if len(rep.Values) != len(truth.Cells) {
				t.Errorf("%d values, the document prints %d", len(rep.Values), len(truth.Cells))
			}
			for _, v := range rep.Values {
				want, ok := truth.Cells[v.Name]
				if !ok || v.Text != want || v.State == normalize.Absent ||
					(want == "") != (v.State == normalize.Blank) {
					t.Errorf("%s: read %q %s, printed %q", v.Name, v.Text, v.State, want)
				}
				if v.State == normalize.Number && v.Number == nil {
					t.Errorf("%s: no number for %q", v.Name, v.Text)
				}
			}
		})
	}
}

// TestSampleBlanks: of the blanks of an office that prints no zeros, those that identities prove are zeros and
// inferred; the totals that cannot be proved stay blank.
func TestSampleBlanks(t *testing.T) {
	body, truth := sample(t, "shanghai-office-2019.html")
	inferred := 0
	for _, v := range readBytes(t, body, "shanghai-office-2019.html").Values {
		switch {
		case v.Verdict == normalize.Inferred:
			inferred++
			if v.State != normalize.Blank || truth.Cells[v.Name] != "" || v.Number == nil || !v.Number.IsZero() {
				t.Errorf("%s: inferred %v from %q", v.Name, v.Number, truth.Cells[v.Name])
			}
		case v.State == normalize.Blank && v.Number != nil:
			t.Errorf("%s: blank, not inferred, but %s", v.Name, v.Number)
		}
	}
	if inferred < 100 {
		t.Errorf("%d zeros inferred", inferred)
	}
}

// TestTextFaults edits the lines of a published flattened text around one value at a time.
func TestTextFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of readings by one goroutine: left out of the short test, which is for the race detector")
	}
	body, truth := sample(t, "harbin-2022.txt")
	base := readBytes(t, body, "harbin-2022.txt")
	text := string(body)
	rng := rand.New(rand.NewSource(5))
	type spot struct {
		name       string
		start, end int // of the line
	}
	var spots []spot
	at := map[string]int{}
	for _, v := range base.Values {
		start := strings.LastIndexByte(text[:v.Place.Offset+1], '\n') + 1
		if text[v.Place.Offset] == '\n' {
			start = strings.LastIndexByte(text[:v.Place.Offset], '\n') + 1
		}
		end := start + strings.IndexByte(text[start:], '\n') + 1
		at[v.Name] = len(spots)
		spots = append(spots, spot{v.Name, start, end})
	}
	row := func(name string) []string {
		var out []string
		for n := range at {
			if n[:strings.LastIndexByte(n, '.')] == name[:strings.LastIndexByte(name, '.')] {
				out = append(out, n)
			}
		}
		sort.Slice(out, func(i, j int) bool { return spots[at[out[i]]].start < spots[at[out[j]]].start })
		return out
	}
	absent := "\x00absent"
	// each edit gives the new text, what it then prints where it says, and the names that it makes ambiguous
	type edit func(s spot, want map[string]string) (string, []string)
	replace := func(s spot, with string) string { return text[:s.start] + with + text[s.end:] }
	insert := func(s spot, with string) string { return text[:s.start] + with + text[s.start:] }
	edits := map[string]edit{
		"blank": func(s spot, want map[string]string) (string, []string) {
			want[s.name] = ""
			return replace(s, "\t\n"), nil
		},
		"blank without tab": func(s spot, want map[string]string) (string, []string) {
			want[s.name] = ""
			return replace(s, "\n"), row(s.name)
		},
		"mark": func(s spot, want map[string]string) (string, []string) {
			want[s.name] = "—"
			return replace(s, "\t—\n"), nil
		},
		"lost": func(s spot, want map[string]string) (string, []string) { return replace(s, ""), row(s.name) },
		"extra": func(s spot, want map[string]string) (string, []string) {
			return insert(s, "\t7\n"),
				row(s.name)
		},
		"extra line": func(s spot, want map[string]string) (string, []string) { return insert(s, "7\n"), row(s.name) },
		"extra blank": func(s spot, want map[string]string) (string, []string) {
			return insert(s, "\t\n"), row(s.name)
		},
		"page number": func(s spot, want map[string]string) (string, []string) {
			return insert(s, "- 4 -\n"),
				nil
		},
		"page number in a cell": func(s spot, want map[string]string) (string,
			[]string) {
			return insert(s, "\t— 5 —\n"), nil
		},
		"blank line": func(s spot, want map[string]string) (string, []string) { return insert(s, "\n"), nil },
		"changed": func(s spot, want map[string]string) (string, []string) {
			want[s.name] = "91"
			return replace(s, "\t91\n"), nil
		},
		"full width": func(s spot, want map[string]string) (string, []string) {
			want[s.name] = "３"
			return replace(s, "\t３\n"), nil
		},
		"note": func(s spot, want map[string]string) (string, []string) {
			want[s.name] = "22（其中修订16件）"
			return replace(s, "\t22（其中修订16件）\n"), nil
		},
		"split": func(s spot, want map[string]string) (string, []string) {
			w := want[s.name]
			if len(w) < 2 {
				return "", nil
			}
			return replace(s, "\t"+w[:1]+"\n\t"+w[1:]+"\n"), row(s.name)
		},
		"two in one": func(s spot, want map[string]string) (string, []string) {
			r := row(s.name)
			i := sort.Search(len(r), func(i int) bool { return spots[at[r[i]]].start >= s.start })
			if i+1 >= len(r) {
				return "", nil
			}
			next := spots[at[r[i+1]]]
			return text[:s.start] + "\t" + want[s.name] + " " + want[next.name] + "\n" + text[next.end:], r
		},
		"row missing": func(s spot, want map[string]string) (string, []string) {
			r := row(s.name)
			if !strings.HasPrefix(s.name, "applications.") {
				return "", nil
			}
			first, last := spots[at[r[0]]], spots[at[r[len(r)-1]]]
			label := strings.LastIndexByte(text[:first.start-1], '\n') + 1
			for _, n := range r {
				want[n] = absent
			}
			return text[:label] + text[last.end:], nil
		},
		"label missing": func(s spot, want map[string]string) (string, []string) {
			if !strings.HasPrefix(s.name, "applications.") {
				return "", nil
			}
			r := row(s.name)
			first := spots[at[r[0]]]
			label := strings.LastIndexByte(text[:first.start-1], '\n') + 1
			return text[:label] + "\t\n" + text[first.start:], nil
		},
		"label lost": func(s spot, want map[string]string) (string, []string) {
			if !strings.HasPrefix(s.name, "applications.") {
				return "", nil
			}
			r := row(s.name)
			first := spots[at[r[0]]]
			label := strings.LastIndexByte(text[:first.start-1], '\n') + 1
			return text[:label] + text[first.start:], row(s.name)
		},
		"no blank line between rows": func(s spot, want map[string]string) (string, []string) {
			r := row(s.name)
			last := spots[at[r[len(r)-1]]]
			if text[last.end] != '\n' {
				return "", nil
			}
			return text[:last.end] + text[last.end+1:], nil
		},
		"cut here": func(s spot, want map[string]string) (string, []string) {
			for n, i := range at {
				if spots[i].start >= s.start {
					want[n] = absent
				}
			}
			return text[:s.start], nil
		},
		"stray": func(s spot, want map[string]string) (string, []string) {
			r := row(s.name)
			last := spots[at[r[len(r)-1]]]
			return text[:last.end] + "\t186\n" + text[last.end:], row(s.name)
		},
	}
	var kinds []string
	for k := range edits {
		kinds = append(kinds, k)
	}
	sort.Strings(kinds)
	for _, kind := range kinds {
		cells, exact, silent := 0, 0, 0
		for i := 0; i < 120; i++ {
			s := spots[rng.Intn(len(spots))]
			want := map[string]string{}
			for n := range at {
				want[n] = truth.Cells[n]
			}
			body, unclear := edits[kind](s, want)
			if body == "" {
				continue
			}
			doubt := map[string]bool{}
			for _, n := range unclear {
				doubt[n] = true
			}
			rep := readBytes(t, []byte(body), "x.txt")
			for _, v := range rep.Values {
				w, known := want[v.Name]
				published := v.State != normalize.Absent
				right := known && published && w != absent &&
					strings.ReplaceAll(v.Text, " ", "") == strings.ReplaceAll(w, " ", "") ||
					!published && (!known || w == absent)
				if v.Verdict == normalize.Inferred && truth.Cells[v.Name] != "0" {
					right = false
				}
				if !doubt[v.Name] {
					cells++
					if right {
						exact++
					}
				}
				if !published && !right && !doubt[v.Name] && testing.Verbose() {
					t.Logf("%s at %s: abstained %s", kind, s.name, v.Name)
				}
				if published && !right && !covered(rep, v.Name) {
					silent++
					t.Errorf("%s at %s: silent: %s printed %q, read %q %s", kind, s.name, v.Name, w, v.Text, v.State)
				}
			}
		}
		t.Logf("%-28s %6.2f %% exact, %d silent", kind, 100*float64(exact)/float64(cells), silent)
		if float64(exact) < 0.97*float64(cells) {
			t.Errorf("%s: less than 97 %% exact", kind)
		}
	}
}
