package readback

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/output"
)

// panelRow is what is compared of panel.
type panelRow struct {
	Body   string `parquet:"body"`
	Number *int64 `parquet:"req_received,optional"`
	State  string `parquet:"s_req_received"`
}

// inPanel gives of each body and year of a dataset the requests received as text, or why there are none.
func inPanel(t *testing.T, d *output.Dataset) map[string][2]string {
	t.Helper()
	out := map[string][2]string{}
	if err := output.Select(d, "panel", func(year int, r panelRow) error {
		k := r.Body + " " + strconv.Itoa(year)
		if r.Number != nil {
			out[k] = [2]string{strconv.FormatInt(*r.Number, 10), ""}
		} else {
			out[k] = [2]string{"", r.State}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPythonPackage: the package in a release opens it, from the folder and from a web server: types, labels, kinds of
// missing, citation, changes; a file that is not what the release lists, and another release, are refused.
func TestPythonPackage(t *testing.T) {
	bin := pythonBin(t)
	dir, _, d := released(t)
	want := inPanel(t, d)
	ask := func(place string) ([]byte, error) {
		c := exec.Command(filepath.Join(bin, "python"), "packages.py", dir, place)
		return c.CombinedOutput()
	}
	srv := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer srv.Close()
	for _, place := range []string{dir, srv.URL} {
		b, err := ask(place)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		var got struct {
			Panel             [][5]any
			Types             map[string]map[string]string
			Rows              map[string]int64
			Labels            [3]string
			Codes             map[string]string
			Cite, Code, Money string
			Years             []int
			Changes           []map[string]string
			Additive          int64
		}
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		tags := map[string]string{"absent": "a", "blank": "b", "mark": "m", "text": "t", "not_in_edition": "e", "no_report": "n",
			"not_read": "u"}
		have := map[string][2]string{}
		for _, r := range got.Panel {
			k := fmt.Sprintf("%v %v", r[0], r[1])
			if r[2] != nil {
				have[k] = [2]string{fmt.Sprintf("%.0f", r[2]), ""}
				continue
			}
			state := want[k][1]
			if r[3] != tags[state] || r[4] == nil {
				t.Errorf("%s: tag %v, in words %v, of %q", k, r[3], r[4], state)
			}
			have[k] = [2]string{"", state}
		}
		if !maps.Equal(have, want) || len(want) == 0 {
			t.Errorf("panel: %v, want %v", have, want)
		}
		for name, n := range d.Rows {
			if got.Rows[name] != n {
				t.Errorf("%s: %d rows, want %d", name, got.Rows[name], n)
			}
		}
		for place, kind := range map[string]string{"panel.req_received": "Int64", "panel.r_granted": "Float64", "panel.year": "Int64",
			"panel.s_req_received": "string", "panel.vertical": "boolean", "wide.applications__received__total": "Int64",
			"wide.standing": "boolean", "divisions.code": "string", "divisions.valid_from": "Int64", "divisions.year": "Int64"} {
			table, column, _ := strings.Cut(place, ".")
			if have := got.Types[table][column]; have != kind {
				t.Errorf("%s is %q, want %q", place, have, kind)
			}
		}
		if words := "requests received in the year"; got.Code != "110101" || got.Labels != [3]string{words, "本年新收申请", words} ||
			got.Codes["office"] != "办公厅（室）" || len(got.Years) != 1 || got.Years[0] != 2022 ||
			!strings.Contains(got.Money, ".") {
			t.Errorf("code %q, labels %q, codes %v, years %v, money %q", got.Code, got.Labels, got.Codes, got.Years, got.Money)
		}
		if !strings.Contains(got.Cite, "Version 2024.1") || !strings.Contains(got.Cite, "SHA-256 of the sources: ") ||
			!strings.HasPrefix(got.Cite, "Li, Lei; The gongkai authors. Annual ") || len(got.Changes) != 0 {
			t.Errorf("%q, %d changes", got.Cite, len(got.Changes))
		}
	}
	file := filepath.Join(dir, "parquet", "panel", "year=2022", "part-0.parquet")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := ask(dir); err == nil || !strings.Contains(string(out), "is not what SHA256SUMS says") {
		t.Errorf("a damaged file: %v\n%s", err, out)
	}
}

// TestRPackage: the same in R with haven, from the Stata and CSV files.
func TestRPackage(t *testing.T) {
	if exec.Command("Rscript", "-e", "library(haven); library(jsonlite)").Run() != nil {
		missing(t, "R with haven and jsonlite is not installed")
	}
	dir, _, d := released(t)
	c := exec.Command("Rscript", "packages.R", dir)
	var words strings.Builder
	c.Stderr = &words
	b, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, b, words.String())
	}
	got, rest := map[string][2]string{}, map[string][]string{}
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		switch f[0] {
		case "panel":
			got[f[1]+" "+f[2]] = [2]string{f[3], f[4]}
		case "rows":
			rest["rows "+f[1]] = f[2:]
		default:
			rest[f[0]] = f[1:]
		}
	}
	if want := inPanel(t, d); !maps.Equal(got, want) || len(want) == 0 {
		t.Errorf("panel: %v, want %v", got, want)
	}
	for name, n := range d.Rows {
		parquetOnly := slices.Contains([]string{"terms", "reuse", "linked_series"}, name)
		if !parquetOnly && strings.Join(rest["rows "+name], "") != strconv.FormatInt(n, 10) {
			t.Errorf("%s: %v rows, want %d", name, rest["rows "+name], n)
		}
	}
	for key, want := range map[string]string{"code": "110101 character", "label": "requests received in the year 本年新收申请",
		"years": "2022 TRUE", "changes": "0"} {
		if have := strings.Join(rest[key], " "); have != want {
			t.Errorf("%s: %q, want %q", key, have, want)
		}
	}
	if cite := strings.Join(rest["cite"], ""); !strings.Contains(cite, "Version 2024.1") ||
		!strings.HasPrefix(cite, "Li, Lei; The gongkai authors. Annual ") || !strings.Contains(cite, "SHA-256 of the sources") {
		t.Errorf("%q", cite)
	}
}

// TestPackageLines: a package is a file that can be read.
func TestPackageLines(t *testing.T) {
	dir, _, _ := released(t)
	for _, name := range []string{"gongkai.py", "gongkai.R"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(b), "\n"); n < 50 || n > 200 {
			t.Errorf("%s has %d lines", name, n)
		}
		if strings.Contains(string(b), "{{") {
			t.Errorf("%s has holes", name)
		}
	}
}
