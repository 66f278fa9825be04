// Package form knows the forms of the annual reports as the notices lay them down: the tables, an edition of one a
// file, with their rows, columns, identities and the words that they are printed in. It does not know documents.
package form

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

//go:embed notices/*.form
var notices embed.FS

// Forms are the editions of the tables.
type Forms struct {
	tables   []string // in the order of the report
	editions map[string][]*Form
	rank     map[string]int // the order of tables, rows and cells: for findings
	cells    []Cell         // of all editions together
	in       map[edition]bool
	labels   map[string]bool  // folded, of rows, columns and groups of all editions
	short    map[string]Words // of tables, "applications"; rows, "applications.granted"; columns, "applications..total"
	annexes  []*Form          // the families of tables before 2019, in the order of their files: see Annexes

	asked *Asked            // see Watch; nil = nobody wants to know
	of    *Forms            // that it is a copy of; nil = it is none
	views map[string]*Forms // see For; nil = no edition is for some provinces alone
	made  *made             // see Made
}

// made is what was made of forms.
type made struct {
	once sync.Once
	what any
	err  error
}

// Made gives what was made of the forms, which is made once: a grammar of their words. All copies share it.
func (fs *Forms) Made(make func(fs *Forms) (any, error)) (any, error) {
	fs.ask()
	m := fs.made
	m.once.Do(func() { m.what, m.err = make(fs.root()) })
	return m.what, m.err
}

// Asked tells which forms a reading was made by.
type Asked struct {
	Notices, Annexes atomic.Bool
}

// ask notes that something was asked of the tables of the notices.
func (fs *Forms) ask() {
	if a := fs.asked; a != nil && !a.Notices.Load() {
		a.Notices.Store(true)
	}
}

// An edition of a table has a cell.
type edition struct{ table, edition, cell string }

// A Form is one edition of one table.
type Form struct {
	Table    string // its name: "applications"
	Edition  string // "2019", "2021"
	From, To int    // report years for which the notice holds; To 0 = until further notice
	Notice   string // what lays it down: 国办公开办函〔2021〕30号
	Section  int    // the section of the report that it stands in, as the notice numbers them; 0 = in none
	Layouts  []Layout
	Where    []string // codes of the provinces that it is for; none = everywhere
	Optional bool     // a report may be without it

	Titles  []string // the title, then other wordings of it
	English string   // the title in English
	Anchors []string // words that stand in the table's head and nowhere else
	Corner  string   // what the notice prints where the labels of rows and columns meet
	Crown   string   // what it prints above all columns
	Short   Words
	Said    []string // words that prose uses for what it counts
	Stata   string   // how the name of the table is written in Stata's short names

	Columns []Column
	Rows    []Row
	Groups  []string // labels that head several rows and are no row themselves
	RowSums []Sum    // over the columns, for every row
	ColSums []Sum    // over the rows, for every column
	Bounds  []Sum    // over the rows: what the left ones together are at most what the right ones are

	names  []string // all names, in order
	matrix [][]int  // [row][column] → position in names, -1 where the form has no cell

	// The wordings, folded once; they are read only.

	Labels                *LabelIndex
	Heads                 *Heads
	ColumnWords, RowWords [][]string  // the label, then its other wordings
	ColumnLetters         [][]Letters // the characters of these of the columns
	ParentWords           []string    // the labels above columns
	TitleWords            [][]rune
	Every                 []int // all columns

	annex func() *AnnexIndex // see Annex

	sum   string // of the text that it was made of
	reads string // of what of it a document is read by
}

// A Layout is a way to print a table.
type Layout string

const (
	Crossed Layout = "crossed" // rows and columns cross
	Blocks  Layout = "blocks"  // groups of rows, each below a header of its own
	Strip   Layout = "strip"   // one line of figures, the rows beside each other
	List    Layout = "list"    // a line for each figure

	// Annex is the layout of the tables of statistics before 2019: a line an indicator, with its unit, and columns of
	// values. Which family such a table is of is told by its rows and labels, whatever the year; see Forms.Annexes.
	Annex Layout = "annex"
)

// whole reports whether a table can be printed in the layout only if every row has every column.
func (l Layout) whole() bool { return l != Blocks }

// Layouts are all there are.
func Layouts() []Layout { return []Layout{Crossed, Blocks, Strip, List} }

// IsAnnex reports whether the form is one of a family of tables of statistics.
func (f *Form) IsAnnex() bool { return slices.Contains(f.Layouts, Annex) }

// Words say a thing in few words in both languages, without the numbering of the form.
type Words struct{ EN, ZH string }

// A Column is one column of a table.
type Column struct {
	Name   string
	Path   []string // label path, outermost first
	Also   []string // other wordings of the leaf label met in print
	Unit   string   // "" = count, "万元" = money
	Signed bool     // may be negative
	Short  Words
	Said   []string // words that prose uses for it
	Stata  string   // how its name is written in Stata's short names
	Kinds  []string // see columnKinds
}

// A Row is one row of a table.
type Row struct {
	Name    string
	Path    []string
	Also    []string
	Columns []int // indexes into Form.Columns
	Short   Words
	Said    []string
	Stata   string
	Kinds   []string // see rowKinds
	Article string   // what the notice prints above it and its neighbours: 第二十条第（一）项
	Unit    string   // of an annex: what the row is counted in; money is published in it
	Unseen  bool     // not yet met in print: a note for whoever keeps the file; nothing is read or written otherwise
}

// rowKinds are the kinds of rows: what is summed or compared over a kind holds for a row that a new edition brings.
var rowKinds = []string{
	"received", "carried_in", "handled", "carried_out", // the requests, and how they pass through the year
	"granted", "refused", "unavailable", "rejected", "closed", // what became of those handled
	"reason",                        // a reason to turn down, compared among peers by itself
	"reconsideration", "litigation", // disputes
}

// columnKinds are the kinds of columns.
var columnKinds = []string{
	"total",     // the sum of the others
	"derived",   // follows from other figures, of this report or the one before
	"stock",     // what there is at the end of the year
	"added",     // what came to the stock in the year
	"removed",   // what left it
	"decided",   // disputes that have ended
	"corrected", // of these, those in which the body was wrong
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
	Stata       string   // its name in Stata, at most 32 characters

	rowKinds, columnKinds []string
}

var load = sync.OnceValues(func() (*Forms, error) {
	files, err := fs.Sub(notices, "notices")
	if err != nil {
		return nil, err
	}
	return LoadFS(files)
})

// Load gives the forms that are built into the program, and beside them those of folders of .form files: a notice that
// the program does not have yet is a file. An error names file and line.
func Load(more ...fs.FS) (*Forms, error) {
	if len(more) == 0 {
		return load()
	}
	files, err := fs.Sub(notices, "notices")
	if err != nil {
		return nil, err
	}
	return LoadFS(append([]fs.FS{files}, more...)...)
}

// LoadFS reads every .form file of the folders given, as one set of forms. An error names file and line.
func LoadFS(folders ...fs.FS) (*Forms, error) {
	all, err := loadWhere(folders, func(*Form) bool { return true })
	if err != nil {
		return nil, err
	}
	var provinces []string
	for _, t := range all.tables {
		for _, f := range all.editions[t] {
			for _, code := range f.Where {
				provinces = append(provinces, provinceOf(code))
			}
		}
	}
	if provinces == nil {
		return all, nil
	}
	all.views = map[string]*Forms{}
	for _, p := range append(provinces, elsewhere) {
		if all.views[p] != nil {
			continue
		}
		view, err := loadWhere(folders, func(f *Form) bool {
			return f.IsAnnex() || len(f.Where) == 0 || slices.ContainsFunc(f.Where, func(code string) bool { return provinceOf(code) == p })
		})
		if err != nil {
			return nil, err
		}
		all.views[p] = view
	}
	return all, nil
}

// elsewhere names the view of a province for which no edition is.
const elsewhere = ""

// provinceOf is the province of a division by its code.
func provinceOf(code string) string { return code[:min(2, len(code))] }

// For gives the forms by which documents of a division are read: those for everywhere, and for its province. Of no division
// ("") all are. A form that is for another province makes no difference to them.
func (fs *Forms) For(division string) *Forms {
	if fs.views == nil || len(division) < 2 {
		return fs
	}
	if v := fs.views[provinceOf(division)]; v != nil {
		return v
	}
	return fs.views[elsewhere]
}

// loadWhere reads the files of the forms that are wanted.
func loadWhere(folders []fs.FS, wanted func(*Form) bool) (*Forms, error) {
	all := &Forms{editions: map[string][]*Form{}, made: &made{}}
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
			if !wanted(f) {
				continue
			}
			f.sum = fmt.Sprintf("%x", sha256.Sum256(append([]byte(path.Base(p)+"\n"), b...)))
			if f.reads, err = f.readBy(path.Base(p)); err != nil {
				return nil, fmt.Errorf("%s: %w", p, err)
			}
			if err := all.add(f); err != nil {
				return nil, fmt.Errorf("%s: %w", p, err)
			}
		}
	}
	if len(all.tables) == 0 {
		return nil, errors.New("forms: no file of a form")
	}
	return all, all.settle()
}

// add takes one edition into the set.
func (fs *Forms) add(f *Form) error {
	if f.IsAnnex() {
		for _, g := range fs.annexes {
			if g.Table == f.Table && g.Edition == f.Edition {
				return fmt.Errorf("another file is edition %s of table %s", f.Edition, f.Table)
			}
		}
		fs.annexes = append(fs.annexes, f)
		return nil
	}
	for _, g := range fs.editions[f.Table] {
		if g.Edition == f.Edition { // datasets name an edition by no more than this, whatever its provinces
			return fmt.Errorf("another file is edition %s of table %s: each edition has a name of its own, "+
				"also one that is only for some provinces", f.Edition, f.Table)
		}
	}
	if fs.editions[f.Table] == nil {
		fs.tables = append(fs.tables, f.Table)
	}
	fs.editions[f.Table] = append(fs.editions[f.Table], f)
	return nil
}

// settle orders tables and editions and makes what is looked up. An edition that is open ends where the next begins: a
// new notice is one file, and the old one's file stays as it is.
func (fs *Forms) settle() error {
	for _, editions := range fs.editions {
		sort.SliceStable(editions, func(i, j int) bool { return editions[i].From < editions[j].From })
		for i, f := range editions {
			for _, next := range editions[i+1:] {
				if f.To == 0 && next.From > f.From && slices.Equal(f.Where, next.Where) {
					f.To = next.From - 1
				}
			}
		}
	}
	place := func(table string) int { // those in no section come last
		if s := fs.newest(table).Section; s > 0 {
			return s
		}
		return 1 << 16
	}
	sort.Slice(fs.tables, func(i, j int) bool {
		a, b := fs.tables[i], fs.tables[j]
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) < 0
	})
	fs.rankNames()
	fs.tellShort()
	fs.cells = fs.union()
	fs.gatherLabels()
	return fs.nameStata()
}

func (fs *Forms) gatherLabels() {
	fs.labels = map[string]bool{}
	for _, editions := range fs.editions {
		for _, f := range editions {
			for _, words := range slices.Concat(f.RowWords, f.ColumnWords, [][]string{f.ParentWords}) {
				for _, w := range words {
					fs.labels[w] = true
				}
			}
			for _, g := range f.Groups {
				fs.labels[Fold(g)] = true
			}
		}
	}
}

// Knows reports whether a folded text is a label of a row, a column or a group, in any edition of any table.
func (fs *Forms) Knows(label string) bool {
	fs.ask()
	return fs.labels[label]
}

// newest is the newest edition of a table.
func (fs *Forms) newest(table string) *Form { return fs.editions[table][len(fs.editions[table])-1] }

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
	for _, f := range fs.annexes {
		add(f.Table)
		for r := range f.Rows {
			add(f.Table + "." + f.Rows[r].Name)
			for c := range f.Columns {
				add(f.Name(r, c))
			}
		}
	}
}

// Annexes are the families of tables of statistics that reports printed before 2019, an edition each: they stand beside
// the tables of the notices in force since, and are looked for only in reports that print none of those.
func (fs *Forms) Annexes() []*Form {
	if fs.asked != nil {
		fs.asked.Annexes.Store(true)
	}
	return fs.annexes
}

// Watch gives the same forms, and what is asked of them: what was read of a document in which the tables of the notices
// account for all does not depend on the families of tables of before, and a file that no reader could take depends on no
// form.
func (fs *Forms) Watch() (*Forms, *Asked) {
	c := *fs
	c.asked, c.of = &Asked{}, fs.root()
	return &c, c.asked
}

func (fs *Forms) root() *Forms {
	if fs.of != nil {
		return fs.of
	}
	return fs
}

// Print names the files that the tables of the notices were made of, and AnnexPrint those of the annexes: other names,
// other forms.
func (fs *Forms) Print() string { return printOf(fs.notices(), func(f *Form) string { return f.sum }) }

// AnnexPrint: see Print.
func (fs *Forms) AnnexPrint() string {
	return printOf(fs.annexes, func(f *Form) string { return f.sum })
}

// ReadPrint is Print of what of the files documents are read by: what is written beside that, remarks, where a wording was
// seen, what tables are called in datasets, makes no difference to what is read.
func (fs *Forms) ReadPrint() string {
	return printOf(fs.notices(), func(f *Form) string { return f.reads })
}

// ReadAnnexPrint is ReadPrint of the annexes.
func (fs *Forms) ReadAnnexPrint() string {
	return printOf(fs.annexes, func(f *Form) string { return f.reads })
}

func (fs *Forms) notices() (of []*Form) {
	for _, t := range fs.tables {
		of = append(of, fs.editions[t]...)
	}
	return of
}

func printOf(forms []*Form, name func(*Form) string) string {
	var sums []string
	for _, f := range forms {
		sums = append(sums, name(f))
	}
	sort.Strings(sums)
	sum := sha256.Sum256([]byte(strings.Join(sums, "\n")))
	return hex.EncodeToString(sum[:16])
}

// readBy is a hash of what of a form a document is read by: all but what names it in datasets and what is there to be shown.
// What is looked up is made of the rest.
func (f *Form) readBy(file string) (string, error) {
	c := *f
	c.English, c.Notice, c.Stata, c.Short = "", "", "", Words{}
	c.Labels, c.Heads, c.ColumnWords, c.RowWords, c.ParentWords, c.TitleWords, c.Every = nil, nil, nil, nil, nil, nil, nil
	c.Rows, c.Columns = slices.Clone(f.Rows), slices.Clone(f.Columns)
	for i := range c.Rows {
		r := &c.Rows[i]
		r.Short, r.Stata, r.Article, r.Unseen = Words{}, "", "", false
	}
	for i := range c.Columns {
		c.Columns[i].Short, c.Columns[i].Stata = Words{}, ""
	}
	b, err := json.Marshal(&c)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(append([]byte(file+"\n"), b...))), nil
}

// Tables are the names of the tables, in the order of the report.
func (fs *Forms) Tables() []string {
	fs.ask()
	return fs.tables
}

// Editions lists the editions of a table, ascending.
func (fs *Forms) Editions(table string) []*Form {
	fs.ask()
	return fs.editions[table]
}

// Optional reports whether a report may be without a table: no edition says that it is required.
func (fs *Forms) Optional(table string) bool {
	fs.ask()
	return !slices.ContainsFunc(fs.editions[table], func(f *Form) bool { return !f.Optional })
}

// Rank is the place of a table, a row or a cell by its name among all, from 1; 0 of a name that no form has.
func (fs *Forms) Rank(name string) int {
	fs.ask()
	return fs.rank[name]
}

// Cells gives the cells of all editions together, in the order of the form: tables, then rows, then columns;
// a row or column that only one edition has stands where that edition has it.
func (fs *Forms) Cells() []Cell {
	fs.ask()
	return slices.Clone(fs.cells)
}

// Is reports whether a cell's row or column is of a kind.
func (c *Cell) Is(kind string) bool {
	return slices.Contains(c.rowKinds, kind) || slices.Contains(c.columnKinds, kind)
}

// Has reports whether an edition of a table has a cell.
func (fs *Forms) Has(table, ed, cell string) bool {
	fs.ask()
	return fs.in[edition{table, ed, cell}]
}

// Select gives the names of the cells of a table, over all editions, in rows and columns of a name or kind: what is
// added up over a kind holds for a row that a new edition brings.
func (fs *Forms) Select(table, row, column string) []string {
	fs.ask()
	var out []string
	for i := range fs.cells {
		c := &fs.cells[i]
		if c.Table == table && (c.Row == row || slices.Contains(c.rowKinds, row)) &&
			(c.Column == column || slices.Contains(c.columnKinds, column)) {
			out = append(out, c.Name)
		}
	}
	return out
}

func (fs *Forms) union() []Cell {
	fs.in = map[edition]bool{}
	var out []Cell
	for _, t := range fs.tables {
		at := map[string]int{}
		var cells []Cell
		for _, f := range fs.editions[t] {
			last := -1
			for _, c := range f.cells() {
				fs.in[edition{t, f.Edition, c.Name}] = true
				if i, ok := at[c.Name]; ok {
					cells[i].Editions = append(cells[i].Editions, f.Edition)
					cells[i].RowLabel, cells[i].ColumnLabel = c.RowLabel, c.ColumnLabel // the latest notice's words
					cells[i].Stata, cells[i].rowKinds, cells[i].columnKinds = c.Stata, c.rowKinds, c.columnKinds
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
				Stata: or(f.Stata, f.Table) + "_" + or(f.Rows[r].Stata, f.Rows[r].Name) +
					"_" + or(col.Stata, col.Name),
				rowKinds: f.Rows[r].Kinds, columnKinds: col.Kinds,
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
