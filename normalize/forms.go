package normalize

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"strings"
	"sync"
)

//go:embed forms/*.form
var formFiles embed.FS

// Forms are the editions of the three tables, as the notices lay them down.
type Forms struct {
	tables [3][]*Form     // in the order of tableNames; editions ascending
	rank   map[string]int // the order of tables, rows and cells: for findings
}

// tableNames are the tables of the form in the order of the report.
var tableNames = [3]string{"active", "applications", "disputes"}

// A Form is one edition of one table.
type Form struct {
	Table    string // "active", "applications" or "disputes"
	Edition  string // "2019", "2021"
	From, To int    // report years for which the notice holds; To 0 = until further notice
	Titles   []string
	Anchors  []string // words that stand in the table's head and nowhere else
	Columns  []FormColumn
	Rows     []FormRow
	Groups   []string // labels that head several rows and are no row themselves
	RowSums  []Sum    // over the columns, for every row
	ColSums  []Sum    // over the rows, for every column

	names  []string       // all names, in order
	index  map[string]int // name → position in names
	matrix [][]int        // [row][column] → position in names, -1 where the form has no cell

	// wordings, folded once
	labels                *labelIndex
	columnWords, rowWords [][]string
	parentWords           []string
	titleWords            [][]rune
	every                 []int // all columns
}

// A FormColumn is one column of a table.
type FormColumn struct {
	Name   string
	Path   []string // label path, outermost first
	Also   []string // other wordings of the leaf label met in print
	Unit   string   // "" = count, "万元" = money
	Signed bool     // may be negative
}

// A FormRow is one row of a table.
type FormRow struct {
	Name    string
	Path    []string
	Also    []string
	Columns []int // indexes into Form.Columns
}

// A Sum says that the left terms together equal the right terms (勾稽关系).
// Terms are indexes of columns (RowSums) or rows (ColSums).
type Sum struct{ Left, Right []int }

// A FormCell is one cell of the union of all editions.
type FormCell struct {
	Name        string // table.row.column
	Table       string
	Row         string
	Column      string
	RowLabel    string // the form's own words, path joined by " / "
	ColumnLabel string
	Unit        string   // "" for counts, "万元" for money
	Signed      bool     // may be negative
	Editions    []string // ascending
}

var loadForms = sync.OnceValues(func() (*Forms, error) { return loadFS(formFiles) })

// Load gives the forms that are built into the program. An error names file and line.
func Load() (*Forms, error) { return loadForms() }

func loadFS(files fs.FS) (*Forms, error) {
	paths, err := fs.Glob(files, "forms/*.form")
	if err != nil {
		return nil, err
	}
	sort.Strings(paths)
	all := &Forms{}
	for _, p := range paths {
		b, err := fs.ReadFile(files, p)
		if err != nil {
			return nil, err
		}
		f, err := ParseForm(p, string(b))
		if err != nil {
			return nil, err
		}
		for i, t := range tableNames {
			if t == f.Table {
				all.tables[i] = append(all.tables[i], f)
			}
		}
	}
	for i, t := range all.tables {
		if len(t) == 0 {
			return nil, fmt.Errorf("forms: no edition of table %s", tableNames[i])
		}
	}
	all.rankNames()
	return all, nil
}

// rankNames orders the names: each table, then its rows, each followed by its cells. The whole document comes first.
func (fs *Forms) rankNames() {
	fs.rank = map[string]int{}
	add := func(name string) {
		if fs.rank[name] == 0 {
			fs.rank[name] = len(fs.rank) + 1
		}
	}
	for i, t := range tableNames {
		add(t)
		for _, f := range fs.tables[i] {
			for r := range f.Rows {
				add(t + "." + f.Rows[r].Name)
				for _, c := range f.Rows[r].Columns {
					add(f.name(r, c))
				}
			}
		}
	}
}

// Editions lists the editions of a table, ascending.
func (fs *Forms) Editions(table string) []*Form {
	for i, t := range tableNames {
		if t == table {
			return fs.tables[i]
		}
	}
	return nil
}

// Cells gives the cells of all editions together, in the order of the form: tables, then rows, then columns;
// a row or column that only one edition has stands where that edition has it.
func (fs *Forms) Cells() []FormCell {
	var out []FormCell
	for _, forms := range fs.tables {
		at := map[string]int{}
		var cells []FormCell
		for _, f := range forms {
			last := -1
			for _, c := range f.cells() {
				if i, ok := at[c.Name]; ok {
					cells[i].Editions = append(cells[i].Editions, f.Edition)
					cells[i].RowLabel, cells[i].ColumnLabel = c.RowLabel, c.ColumnLabel // the latest notice's words
					last = i
					continue
				}
				last++
				cells = append(cells, FormCell{})
				copy(cells[last+1:], cells[last:])
				cells[last] = c
				for n, i := range at {
					if i >= last {
						at[n] = i + 1
					}
				}
				at[c.Name] = last
			}
		}
		out = append(out, cells...)
	}
	return out
}

func (f *Form) cells() []FormCell {
	var out []FormCell
	for r := range f.Rows {
		for _, c := range f.Rows[r].Columns {
			col := f.Columns[c]
			out = append(out, FormCell{
				Name: f.name(r, c), Table: f.Table, Row: f.Rows[r].Name, Column: col.Name,
				RowLabel: strings.Join(f.Rows[r].Path, " / "), ColumnLabel: strings.Join(col.Path, " / "),
				Unit: col.Unit, Signed: col.Signed, Editions: []string{f.Edition},
			})
		}
	}
	return out
}

func (f *Form) name(row, col int) string {
	if f.matrix != nil && f.matrix[row] != nil {
		if i := f.matrix[row][col]; i >= 0 {
			return f.names[i]
		}
	}
	return f.Table + "." + f.Rows[row].Name + "." + f.Columns[col].Name
}

// holds reports whether the notice of this edition is in force for reports on the year.
func (f *Form) holds(year int) bool {
	return year >= f.From && (f.To == 0 || year <= f.To)
}

// ParseForm reads one form file. Errors begin with file and line.
//
// A form file is lines of: table, edition, years FROM-TO, title, anchor, column NAME PATH, row NAME[COLUMNS] PATH
// (columns only where a row does not have all), also WORDING @ WHERE (for the title, column or row above), unit and
// signed (for the column above), group LABEL…, sum columns|rows A + B = C + D. Path parts are joined by " / ".
func ParseForm(file, text string) (*Form, error) {
	f := &Form{}
	var also func(string)
	var sums [][3]string // kind, text, place
	for n, line := range strings.Split(text, "\n") {
		place := file + ":" + strconv.Itoa(n+1)
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		if rest == "" && word != "signed" {
			return nil, fmt.Errorf("%s: %s without a value", place, word)
		}
		switch word {
		case "table":
			f.Table = rest
		case "edition":
			f.Edition = rest
		case "years":
			from, to, ok := strings.Cut(rest, "-")
			var err1, err2 error
			f.From, err1 = strconv.Atoi(from)
			if to != "" {
				f.To, err2 = strconv.Atoi(to)
			}
			if !ok || err1 != nil || err2 != nil {
				return nil, fmt.Errorf("%s: years %q is not FROM-TO", place, rest)
			}
		case "title":
			f.Titles = append(f.Titles, rest)
			also = func(s string) { f.Titles = append(f.Titles, s) }
		case "anchor":
			f.Anchors = append(f.Anchors, rest)
		case "column":
			name, path, ok := strings.Cut(rest, " ")
			if !ok {
				return nil, fmt.Errorf("%s: column %s without a label", place, name)
			}
			f.Columns = append(f.Columns, FormColumn{Name: name, Path: splitPath(path)})
			c := len(f.Columns) - 1
			also = func(s string) { f.Columns[c].Also = append(f.Columns[c].Also, s) }
		case "row":
			name, path := rest, ""
			var cols []int
			if i, j := strings.Index(rest, "["), strings.Index(rest, "] "); i > 0 && j > i && !strings.Contains(rest[:i], " ") {
				name, path = rest[:i], rest[j+2:]
				for _, c := range strings.Fields(rest[i+1 : j]) {
					k := f.column(c)
					if k < 0 {
						return nil, fmt.Errorf("%s: row %s has no column %s", place, name, c)
					}
					cols = append(cols, k)
				}
			} else if a, b, ok := strings.Cut(rest, " "); ok {
				name, path = a, b
				for k := range f.Columns {
					cols = append(cols, k)
				}
			}
			if path == "" {
				return nil, fmt.Errorf("%s: row %s without a label", place, name)
			}
			f.Rows = append(f.Rows, FormRow{Name: name, Path: splitPath(path), Columns: cols})
			r := len(f.Rows) - 1
			also = func(s string) { f.Rows[r].Also = append(f.Rows[r].Also, s) }
		case "also":
			s, _, _ := strings.Cut(rest, " @ ")
			if also == nil {
				return nil, fmt.Errorf("%s: also before any title, column or row", place)
			}
			also(s)
		case "unit", "signed":
			if len(f.Columns) == 0 {
				return nil, fmt.Errorf("%s: %s before any column", place, word)
			}
			c := &f.Columns[len(f.Columns)-1]
			if word == "signed" {
				c.Signed = true
			} else {
				c.Unit = rest
			}
		case "group":
			f.Groups = append(f.Groups, strings.Fields(rest)...)
		case "sum":
			kind, terms, _ := strings.Cut(rest, " ")
			sums = append(sums, [3]string{kind, terms, place})
		default:
			return nil, fmt.Errorf("%s: unknown word %q", place, word)
		}
	}
	for _, s := range sums {
		if err := f.addSum(s[0], s[1]); err != nil {
			return nil, fmt.Errorf("%s: %w", s[2], err)
		}
	}
	return f, f.finish(file)
}

func splitPath(s string) []string {
	parts := strings.Split(s, " / ")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func (f *Form) column(name string) int {
	for i := range f.Columns {
		if f.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

func (f *Form) row(name string) int {
	for i := range f.Rows {
		if f.Rows[i].Name == name {
			return i
		}
	}
	return -1
}

func (f *Form) addSum(kind, text string) error {
	left, right, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("sum without =")
	}
	find := f.column
	if kind == "rows" {
		find = f.row
	} else if kind != "columns" {
		return fmt.Errorf("sum over %q, not columns or rows", kind)
	}
	var s Sum
	for side, t := range []string{left, right} {
		for _, name := range strings.Split(t, "+") {
			i := find(strings.TrimSpace(name))
			if i < 0 {
				return fmt.Errorf("sum names %q, which is none of the %s", strings.TrimSpace(name), kind)
			}
			if side == 0 {
				s.Left = append(s.Left, i)
			} else {
				s.Right = append(s.Right, i)
			}
		}
	}
	if kind == "rows" {
		f.ColSums = append(f.ColSums, s)
	} else {
		f.RowSums = append(f.RowSums, s)
	}
	return nil
}

func (f *Form) finish(file string) error {
	if f.Table == "" || f.Edition == "" || f.From == 0 || len(f.Titles) == 0 || len(f.Rows) == 0 || len(f.Columns) == 0 {
		return fmt.Errorf("%s: a form needs table, edition, years, title, columns and rows", file)
	}
	f.index = map[string]int{}
	f.matrix = make([][]int, len(f.Rows))
	for r := range f.Rows {
		f.matrix[r] = make([]int, len(f.Columns))
		for c := range f.matrix[r] {
			f.matrix[r][c] = -1
		}
		for _, c := range f.Rows[r].Columns {
			n := f.name(r, c)
			if _, twice := f.index[n]; twice {
				return fmt.Errorf("%s: %s twice", file, n)
			}
			f.index[n] = len(f.names)
			f.matrix[r][c] = len(f.names)
			f.names = append(f.names, n)
		}
	}
	f.makeIndex()
	return nil
}

// Names lists the names of the form's cells, row by row.
func (f *Form) Names() []string { return append([]string(nil), f.names...) }
