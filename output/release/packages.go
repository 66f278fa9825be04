package release

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/output"
)

// The packages for Python and R that lie in a release: a file each, which opens this release and no other.

//go:embed packages/gongkai.py
var pythonPackage string

//go:embed packages/gongkai.R
var rPackage string

// packages gives the packages and the codebook for programs that they read, by name of file.
func (m *maker) packages() (map[string]string, error) {
	var python, r []string
	for _, code := range slices.Sorted(maps.Keys(missingOf)) {
		python = append(python, fmt.Sprintf("%q: %q", code, string(missingOf[code])))
		r = append(r, fmt.Sprintf("%c = %q", missingOf[code], code))
	}
	fill := strings.NewReplacer("{{VERSION}}", strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(m.now.Version),
		"{{TAGS}}", "{"+strings.Join(python, ", ")+"}", "{{RTAGS}}", strings.Join(r, ", "))
	type column struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		En    string `json:"en"`
		Zh    string `json:"zh"`
		Codes string `json:"codes"`
	}
	type table struct {
		En      string   `json:"en"`
		Zh      string   `json:"zh"`
		Columns []column `json:"columns"`
	}
	type codebook struct {
		Version string                          `json:"version"`
		Tables  map[string]table                `json:"tables"`
		Codes   map[string]map[string][2]string `json:"codes"`
	}
	book := codebook{m.now.Version, map[string]table{}, map[string]map[string][2]string{}}
	for _, t := range m.tables {
		x := table{En: t.Doc, Zh: t.DocZh, Columns: []column{}}
		for _, c := range columnsOf(t) {
			x.Columns = append(x.Columns, column{c.Name, c.Type, c.Doc, c.DocZh, c.Codes})
			if c.Codes != "" && book.Codes[c.Codes] == nil {
				list := map[string][2]string{}
				for _, code := range output.CodesOf(c.Codes) {
					list[code.Code] = [2]string{code.Label, code.LabelZh}
				}
				book.Codes[c.Codes] = list
			}
		}
		book.Tables[t.Name] = x
	}
	b, err := json.MarshalIndent(book, "", " ")
	if err != nil {
		return nil, err
	}
	return map[string]string{"gongkai.py": fill.Replace(pythonPackage), "gongkai.R": fill.Replace(rPackage),
		"codebook.json": string(b) + "\n"}, nil
}
