package extract

import (
	"bytes"
	"encoding/json"
	"html"
	"sort"
	"strings"
)

// jsonArticle gives the page in what an interface of a website answers as JSON: the longest of its texts, if that is
// markup, headed by the title that stands beside it.
func jsonArticle(body []byte) ([]byte, bool) {
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(trimmed) < 2 || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil, false
	}
	var v any
	if json.Unmarshal(trimmed, &v) != nil {
		return nil, false
	}
	var text, title string
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		switch x := v.(type) {
		case []any:
			for _, e := range x {
				if depth < 12 {
					walk(e, depth+1)
				}
			}
		case map[string]any:
			keys := make([]string, 0, len(x))
			for k := range x {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, k := range keys {
				if s, ok := x[k].(string); ok && len(s) > len(text) && strings.Contains(s, "<") {
					text = s
					title, _ = x["title"].(string)
				}
				if depth < 12 {
					walk(x[k], depth+1)
				}
			}
		}
	}
	walk(v, 0)
	if !looksLikeMarkup([]byte(text)) && !strings.Contains(text, "<p") {
		return nil, false
	}
	head := "<html><head><meta charset=\"utf-8\"><title>" + html.EscapeString(title) + "</title></head>"
	return []byte(head + "<body>" + text + "</body></html>"), true
}
