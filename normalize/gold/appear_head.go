package gold

import (
	"math/rand"
	"strings"
)

// headFaults are appearances of the head of a page: its title, the body's name, and parts that are shown by a script.
// They change the bytes of pages, since a report has no runs there.
func headFaults() []Fault {
	change := func(name, what string, edit func(s string, rng *rand.Rand) string) Fault {
		return Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
			if !strings.HasPrefix(f.Name, "html") || strings.Contains(f.Name, "gbk") {
				return false
			}
			r.Bytes = func(b []byte) []byte { return []byte(edit(string(b), rng)) }
			return true
		}}
	}
	return []Fault{
		change("page waits for its script", "a page that is invisible until its script has done its work",
			func(s string, _ *rand.Rand) string {
				i := strings.Index(s, "<body>")
				j := strings.LastIndex(s, "</body>")
				if i < 0 || j < i {
					return s
				}
				i += len("<body>")
				return s[:i] + `<div id="js_content" style="visibility:hidden;opacity:0">` + s[i:j] +
					`</div><script src="show.js"></script>` + s[j:]
			}),
		change("rules drawn by the style sheet", "a hairline that the sheet draws at an edge of each cell",
			func(s string, _ *rand.Rand) string {
				return strings.Replace(s, "<body>", `<style>td{position:relative}td::after{content:"";position:absolute;left:0;`+
					`bottom:0;width:100%;height:1px;background:#ccc}</style><body>`, 1)
			}),
	}
}
