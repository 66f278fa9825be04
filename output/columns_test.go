package output

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/panel"
)

// columnsOf are the columns of a row type by its tags: name and type, in the words of the list.
func columnsOf(t reflect.Type) (out []ColumnDoc) {
	for i := range t.NumField() {
		f := t.Field(i)
		tags := strings.Split(f.Tag.Get("parquet"), ",")
		out = append(out, ColumnDoc{Name: tags[0], Type: typeWord(f.Type, tags[1:])})
	}
	return out
}

func typeWord(t reflect.Type, tags []string) string {
	null, list := "", ""
	if t.Kind() == reflect.Slice {
		t, list = t.Elem(), "list of "
	}
	if t.Kind() == reflect.Pointer {
		t, null = t.Elem(), ", null"
	}
	name := map[reflect.Kind]string{reflect.String: "string", reflect.Int64: "int64", reflect.Int32: "int32",
		reflect.Float64: "double",
		reflect.Bool:    "boolean", reflect.Struct: "struct"}[t.Kind()]
	for _, tag := range tags {
		switch {
		case tag == "date":
			name = "date"
		case strings.HasPrefix(tag, "decimal"):
			name = "decimal(18,6)"
		}
	}
	return list + name + null
}

// TestColumns: every column of a row is in columns.txt, with its type, and the reverse, in the same order.
func TestColumns(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := checkLists(); err != nil {
		t.Fatal(err)
	}
	rows := map[string]any{"documents": DocumentRow{}, "reports": ReportRow{}, "values": ValueRow{},
		"findings": FindingRow{},
		"sections": SectionRow{}, "terms": TermRow{}, "claims": ClaimRow{}, "reuse": ReuseRow{},
		"authorities": AuthorityRow{}, "divisions": DivisionRow{}, "linked_series": SeriesRow{}, "crosswalk": CrosswalkRow{},
		"breaks": BreakRow{}, "rates": RateRow{}, "corrections": CorrectionRow{},
		"anomalies": AnomalyRow{}}
	laid, err := newPanelSchema(forms)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, doc := range Tables(forms) {
		names = append(names, doc.Name)
		if doc.Doc == "" || doc.DocZh == "" {
			t.Errorf("%s is not explained", doc.Name)
		}
		var want []ColumnDoc
		if doc.Name == "panel" {
			for _, f := range laid.schema.Fields() {
				want = append(want, ColumnDoc{Name: f.Name()})
				if len(f.Name()) > 32 {
					t.Errorf("panel: %s has more than 32 characters", f.Name())
				}
			}
		} else if doc.Name == "wide" {
			for _, f := range newWideSchema(forms).schema.Fields() {
				want = append(want, ColumnDoc{Name: f.Name()})
			}
		} else {
			want = columnsOf(reflect.TypeOf(rows[doc.Name]))
		}
		have := slices.DeleteFunc(slices.Clone(doc.Columns), func(c ColumnDoc) bool {
			return doc.Name == "reports" && strings.HasPrefix(c.Name, panel.EditionColumn)
		})
		for i := range max(len(want), len(have)) {
			switch {
			case i >= len(want):
				t.Errorf("%s: %s is in columns.txt and in no row", doc.Name, have[i].Name)
			case i >= len(have):
				t.Errorf("%s: %s is in the rows and not in columns.txt", doc.Name, want[i].Name)
			case want[i].Name != have[i].Name || want[i].Type != "" && want[i].Type != have[i].Type:
				t.Errorf("%s, column %d: %s (%s) in the rows, %s (%s) in columns.txt", doc.Name, i+1, want[i].Name,
					want[i].Type, have[i].Name,
					have[i].Type)
			}
		}
		for _, c := range doc.Columns {
			if c.Doc == "" || c.DocZh == "" {
				t.Errorf("%s.%s is not explained", doc.Name, c.Name)
			}
		}
	}
	if want := append(slices.Clone(tableNames), "anomalies"); !slices.Equal(names, want) {
		t.Errorf("columns.txt has %v, a dataset %v", names, want)
	}
}

// TestCodeLists: every code that reading gives a column is in codes.txt.
func TestCodeLists(t *testing.T) {
	types := map[string]string{"State": "state", "Verdict": "verdict", "Severity": "severity", "Status": "status",
		"Level": "level", "UnitSource": "unit_from",
		"Kind": "kind", "Scope": "scope", "Timing": "in_time", "Link": "link", "Relation": "relation"}
	found := map[string][]string{}
	for _, dir := range []string{"normalize", "normalize/places", "normalize/agencies", "normalize/claims"} {
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(dir), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				v, ok := n.(*ast.ValueSpec)
				if !ok || len(v.Values) != 1 {
					return true
				}
				typ, ok1 := v.Type.(*ast.Ident)
				lit, ok2 := v.Values[0].(*ast.BasicLit)
				if ok1 && ok2 && types[typ.Name] != "" && lit.Kind == token.STRING {
					word, _ := strconv.Unquote(lit.Value)
					found[types[typ.Name]] = append(found[types[typ.Name]], word)
				}
				return true
			})
		}
	}
	for _, list := range types {
		have := CodeWords(list)
		if len(found[list]) == 0 {
			t.Errorf("no constants of %s were found", list)
		}
		for _, w := range found[list] {
			if !slices.Contains(have, w) {
				t.Errorf("%s %q is not in codes.txt", list, w)
			}
		}
		for _, w := range have {
			if !slices.Contains(found[list], w) {
				t.Errorf("%s %q is in codes.txt and is no constant", list, w)
			}
		}
	}
}

// TestListErrors: what is wrong with a list is told with its line.
func TestListErrors(t *testing.T) {
	for text, want := range map[string]string{
		"name | string | a | b":                                         "c.txt:1: before the first [table]",
		"[a]\nd\nz\n\nname | string | a":                                "c.txt:5: not name | type | English | Chinese",
		"[a]\nd\nz\nname | text | a | b":                                `c.txt:4: no type "text"`,
		"[a]\nd\nz\nname | string | a | b | nolist":                     `c.txt:4: no list "nolist" of codes`,
		"[a]\nd\nz\nname | string | a | b\nname | string, null | a | b": "c.txt:5: a second column name",
		"[a\n":                             "c.txt:1: not [table]",
		"[a]\nd\nz\nx | date | a | b\n[a]": "c.txt:5: not [table], or a second of the name",
		"[a]\nd\nz\n":                      "c.txt: table a has no columns",
	} {
		if _, err := parseColumns("c.txt", text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"a | b | c":                  "c.txt:1: not code | label",
		"[x]\na | b":                 "c.txt:2: not code | label",
		"[x]\na | b | c\na | d | e":  "c.txt:3: a second code a",
		"[x]\na | b | c\n\n[x]\n":    "c.txt:4: not [list], or a second of the name",
		"# said\n[x]\na | b | c | d": "c.txt:3: not code | label",
	} {
		if _, err := parseCodes("c.txt", text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
}
