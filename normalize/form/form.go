// Package form knows the forms of the annual reports as the notices lay them down: the tables, an edition of one a file,
// with their rows, columns, identities and the words that they are printed in. It does not know documents.
package form

import (
	"embed"
	"errors"
	"io/fs"
	"sort"
	"strings"
	"sync"
)

//go:embed notices/*.form
var notices embed.FS

// Forms are the editions of the tables.
type Forms struct {
	tables   []string // in the order of the report
	editions map[string][]*Form
	rank     map[string]int // the order of tables, rows and cells: for findings
}

// A Form is one edition of one table.
type Form struct {
	Table    string // its name: "applications"
	Edition  string // "2019", "2021"
	From, To int    // report years for which the notice holds; To 0 = until further notice
	Titles   []string
	Anchors  []string // words that stand in the table's head and nowhere else
	Columns  []Column
	Rows     []Row
	Groups   []string // labels that head several rows and are no row themselves
	RowSums  []Sum    // over the columns, for every row
	ColSums  []Sum    // over the rows, for every column

	names  []string       // all names, in order
	index  map[string]int // name → position in names
	matrix [][]int        // [row][column] → position in names, -1 where the form has no cell

	// The wordings, folded once; they are read only.

	Labels                *LabelIndex
	ColumnWords, RowWords [][]string // the label, then its other wordings
	ParentWords           []string   // the labels above columns
	TitleWords            [][]rune
	Every                 []int // all columns
}

// A Column is one column of a table.
type Column struct {
	Name   string
	Path   []string // label path, outermost first
	Also   []string // other wordings of the leaf label met in print
	Unit   string   // "" = count, "万元" = money
	Signed bool     // may be negative
}

// A Row is one row of a table.
type Row struct {
	Name    string
	Path    []string
	Also    []string
	Columns []int // indexes into Form.Columns
}

// A Sum says that the left terms together equal the right terms (勾稽关系).
// Terms are indexes of columns (RowSums) or rows (ColSums).
type Sum struct{ Left, Right []int }

// A Cell is one cell of the union of all editions.
type Cell struct {
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

var load = sync.OnceValues(func() (*Forms, error) {
	files, err := fs.Sub(notices, "notices")
	if err != nil {
		return nil, err
	}
	return LoadFS(files)
})

// Load gives the forms that are built into the program. An error names file and line.
func Load() (*Forms, error) { return load() }

// LoadFS reads every .form file of the folders given, as one set of forms. An error names file and line.
func LoadFS(folders ...fs.FS) (*Forms, error) {
	all := &Forms{editions: map[string][]*Form{}}
	for _, folder := range folders {
		paths, err := fs.Glob(folder, "*.form")
		if err != nil {
			return nil, err
		}
		for _, p := range paths { // in the order of their names
			b, err := fs.ReadFile(folder, p)
			if err != nil {
				return nil, err
			}
			f, err := Parse(p, string(b))
			if err != nil {
				return nil, err
			}
			if all.editions[f.Table] == nil {
				all.tables = append(all.tables, f.Table)
			}
			all.editions[f.Table] = append(all.editions[f.Table], f)
		}
	}
	if len(all.tables) == 0 {
		return nil, errors.New("forms: no file of a form")
	}
	sort.Strings(all.tables)
	for _, editions := range all.editions {
		sort.SliceStable(editions, func(i, j int) bool { return editions[i].From < editions[j].From })
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
	for _, t := range fs.tables {
		add(t)
		for _, f := range fs.editions[t] {
			for r := range f.Rows {
				add(t + "." + f.Rows[r].Name)
				for _, c := range f.Rows[r].Columns {
					add(f.Name(r, c))
				}
			}
		}
	}
}

// Tables are the names of the tables, in the order of the report.
func (fs *Forms) Tables() []string { return fs.tables }

// Editions lists the editions of a table, ascending.
func (fs *Forms) Editions(table string) []*Form { return fs.editions[table] }

// Rank is the place of a table, a row or a cell by its name among all, from 1; 0 of a name that no form has.
func (fs *Forms) Rank(name string) int { return fs.rank[name] }

// Cells gives the cells of all editions together, in the order of the form: tables, then rows, then columns;
// a row or column that only one edition has stands where that edition has it.
func (fs *Forms) Cells() []Cell {
	var out []Cell
	for _, t := range fs.tables {
		at := map[string]int{}
		var cells []Cell
		for _, f := range fs.editions[t] {
			last := -1
			for _, c := range f.cells() {
				if i, ok := at[c.Name]; ok {
					cells[i].Editions = append(cells[i].Editions, f.Edition)
					cells[i].RowLabel, cells[i].ColumnLabel = c.RowLabel, c.ColumnLabel // the latest notice's words
					last = i
					continue
				}
				last++
				cells = append(cells, Cell{})
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

func (f *Form) cells() []Cell {
	var out []Cell
	for r := range f.Rows {
		for _, c := range f.Rows[r].Columns {
			col := f.Columns[c]
			out = append(out, Cell{
				Name: f.Name(r, c), Table: f.Table, Row: f.Rows[r].Name, Column: col.Name,
				RowLabel: strings.Join(f.Rows[r].Path, " / "), ColumnLabel: strings.Join(col.Path, " / "),
				Unit: col.Unit, Signed: col.Signed, Editions: []string{f.Edition},
			})
		}
	}
	return out
}

// Name is the name of the cell in a row and a column.
func (f *Form) Name(row, col int) string {
	if f.matrix != nil && f.matrix[row] != nil {
		if i := f.matrix[row][col]; i >= 0 {
			return f.names[i]
		}
	}
	return f.Table + "." + f.Rows[row].Name + "." + f.Columns[col].Name
}

// Holds reports whether the notice of this edition is in force for reports on the year.
func (f *Form) Holds(year int) bool {
	return year >= f.From && (f.To == 0 || year <= f.To)
}

// Names lists the names of the form's cells, row by row.
func (f *Form) Names() []string { return append([]string(nil), f.names...) }

// Size is the number of the form's cells.
func (f *Form) Size() int { return len(f.names) }

// Column is the index of the column of a name, -1 if there is none.
func (f *Form) Column(name string) int {
	for i := range f.Columns {
		if f.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// Row is the index of the row of a name, -1 if there is none.
func (f *Form) Row(name string) int {
	for i := range f.Rows {
		if f.Rows[i].Name == name {
			return i
		}
	}
	return -1
}
