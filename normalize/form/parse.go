package form

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads one form file. Errors begin with file and line.
//
// A form file is lines of: table, edition, years FROM-TO, title, anchor, column NAME PATH, row NAME[COLUMNS] PATH
// (columns only where a row does not have all), also WORDING @ WHERE (for the title, column or row above), unit and
// signed (for the column above), group LABEL…, sum columns|rows A + B = C + D. Path parts are joined by " / ".
func Parse(file, text string) (*Form, error) {
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
			f.Columns = append(f.Columns, Column{Name: name, Path: splitPath(path)})
			c := len(f.Columns) - 1
			also = func(s string) { f.Columns[c].Also = append(f.Columns[c].Also, s) }
		case "row":
			name, path := rest, ""
			var cols []int
			if i, j := strings.Index(rest, "["), strings.Index(rest, "] "); i > 0 && j > i && !strings.Contains(rest[:i], " ") {
				name, path = rest[:i], rest[j+2:]
				for _, c := range strings.Fields(rest[i+1 : j]) {
					k := f.Column(c)
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
			f.Rows = append(f.Rows, Row{Name: name, Path: splitPath(path), Columns: cols})
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

func (f *Form) addSum(kind, text string) error {
	left, right, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("sum without =")
	}
	find := f.Column
	if kind == "rows" {
		find = f.Row
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
			n := f.Name(r, c)
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
