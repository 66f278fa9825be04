package places

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

//go:embed townships.gz
var townshipsPacked []byte

//go:embed areacodes.tsv
var areaCodes string

// townships gives the code of the county in which a township of a name lies, of those that stand in one county only.
var townships = sync.OnceValue(func() map[string]string {
	z, err := gzip.NewReader(bytes.NewReader(townshipsPacked))
	if err != nil {
		panic("places: townships.gz: " + err.Error()) // embedded: a test reads it
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic("places: townships.gz: " + err.Error())
	}
	m := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for _, group := range f[1:] {
			words := strings.Fields(group)
			for _, w := range words[1:] {
				m[w+words[0]] = f[0]
			}
		}
	}
	return m
})

// OnlyTownship gives the county, city or district that the only township, town or street of a name lies in: 对坊乡. It is nil
// where the lists, of 2016 and later, have none or several. One that was given up before may have had the name elsewhere.
func OnlyTownship(name string) *Division { return At(townships()[name], 0) }

var byAreaCode = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(areaCodes) {
		if f := strings.Fields(line); len(f) > 1 && line[0] != '#' {
			m[f[0]] = f[1:]
		}
	}
	return m
})

// OfAreaCode gives the divisions that share the area code of a telephone number that is written with it: 0797-6854110. It is
// nil where the digits begin with none.
func OfAreaCode(number string) []*Division {
	for _, n := range []int{4, 3} {
		if len(number) < n {
			continue
		}
		var out []*Division
		for _, c := range byAreaCode()[number[:n]] {
			if d := At(c, 0); d != nil {
				out = append(out, d)
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}
