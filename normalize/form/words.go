package form

import (
	"fmt"
	"strings"
)

// tellShort collects the short words; those of a later edition are kept.
func (fs *Forms) tellShort() {
	fs.short = map[string]Words{}
	tell := func(f *Form) {
		table := f.Table
		fs.short[table] = f.Short.or(table, f.Titles[0])
		for i := range f.Rows {
			x := &f.Rows[i]
			fs.short[table+"."+x.Name] = x.Short.or(x.Name, leaf(x.Path))
		}
		for i := range f.Columns {
			x := &f.Columns[i]
			fs.short[table+".."+x.Name] = x.Short.or(x.Name, leaf(x.Path))
		}
	}
	for _, f := range fs.annexes {
		tell(f)
	}
	for _, editions := range fs.editions {
		for _, f := range editions {
			tell(f)
		}
	}
}

// or gives the words, those that are missing from the name and the label.
func (w Words) or(name, label string) Words {
	return Words{or(w.EN, strings.ReplaceAll(name, "_", " ")), or(w.ZH, Fold(label))}
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func leaf(path []string) string { return path[len(path)-1] }

// Short says a table, a row ("applications.granted") or a cell in few words; a name that no form has is said as it is.
func (fs *Forms) Short(name string) Words {
	fs.ask()
	if w, ok := fs.short[name]; ok {
		return w
	}
	if part := strings.SplitN(name, ".", 3); len(part) == 3 {
		row, ok := fs.short[part[0]+"."+part[1]]
		column, ok2 := fs.short[part[0]+".."+part[2]]
		if ok && ok2 {
			return Words{row.EN + ", " + column.EN, row.ZH + "·" + column.ZH}
		}
	}
	return Words{name, name}
}

// ShortColumn says a column of a table in few words.
func (fs *Forms) ShortColumn(table, column string) Words {
	fs.ask()
	if w, ok := fs.short[table+".."+column]; ok {
		return w
	}
	return Words{column, column}
}

// Place says which table of the report a table is: "table II", 表二; where it stands in no section, what it is.
func (fs *Forms) Place(table string) Words {
	fs.ask()
	if len(fs.editions[table]) > 0 {
		if n := fs.newest(table).Section; n > 0 {
			return Words{"table " + roman[n], "表" + chineseNumeral(n)}
		}
	}
	return fs.Short(table)
}

// Title is what a table is called, with the number of its section.
func (fs *Forms) Title(table string) Words {
	fs.ask()
	if len(fs.editions[table]) == 0 {
		return Words{table, table}
	}
	f := fs.newest(table)
	w := Words{or(f.English, fs.short[table].EN), f.Titles[0]}
	if f.Section == 0 {
		return w
	}
	return Words{roman[f.Section] + ". " + w.EN, chineseNumeral(f.Section) + "、" + w.ZH}
}

var roman = [...]string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}

// chineseNumber is the value of one numeral, 一 to 十; 0 of what is none.
func chineseNumber(s string) int {
	if i := strings.Index(Ordinals, s); i >= 0 && len(s) == 3 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

func chineseNumeral(n int) string { return Ordinals[3*(n-1) : 3*n] }

// nameStata checks the names in Stata: at most 32 characters, each once.
func (fs *Forms) nameStata() error {
	of := map[string]string{}
	for i := range fs.cells {
		c := &fs.cells[i]
		if len(c.Stata) > 32 {
			return fmt.Errorf("forms: %s is %s in Stata, longer than 32 characters: shorten table, row or column "+
				"with stata", c.Name, c.Stata)
		}
		if other := of[c.Stata]; other != "" {
			return fmt.Errorf("forms: %s and %s are both %s in Stata", other, c.Name, c.Stata)
		}
		of[c.Stata] = c.Name
	}
	return nil
}
