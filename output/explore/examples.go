package explore

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
)

// examples names of each address of the API one that answers in this dataset; what the dataset has none of (a
// document to be shown, an anomaly) has no example.
func (e *Explorer) examples() ([]byte, error) {
	fill := map[string]string{"region": "all", "level": "all", "page": "1", "lang": "en", "format": "html",
		"name": "applications.received.total"}
	if len(e.c.authorities) > 0 {
		fill["id"] = e.c.authorities[0].id
	}
	for i := range e.c.Reports {
		if r := &e.c.Reports[i]; r.Stands || fill["key"] == "" {
			fill["key"] = e.c.key(int32(i))
			if r.Body >= 0 {
				fill["id"] = e.c.authorities[r.Body].id
			}
			if r.Stands {
				break
			}
		}
	}
	group := map[string]string{}
	for _, g := range e.rankGroups() {
		if g.Year > 0 {
			group = map[string]string{"year": fmt.Sprint(g.Year), "level": g.Level, "kind": g.Kind}
			if names := e.rankedFigures(); len(names) > 0 {
				group["name"] = names[0]
			}
			break
		}
	}
	anomaly := ""
	if o := e.odd(); o != nil && len(o.rows) > 0 {
		anomaly = o.rows[0].ID
	}
	shown := map[string]string{} // by kind of evidence
	for i := range e.c.Documents {
		if d := &e.c.Documents[i]; shown["page"] == "" || shown["picture"] == "" {
			if kind, _ := e.kindOfEvidence(d); shown[kind] == "" {
				shown[kind] = d.ID
			}
		}
	}
	out := map[string]string{}
	for _, x := range endpoints() {
		if e.opts.Static && !x.static {
			continue
		}
		at := x.path
		values := maps.Clone(fill)
		switch {
		case strings.HasPrefix(at, "/api/rank/"):
			maps.Copy(values, group)
		case strings.HasPrefix(at, "/api/anomalies/{id}"):
			values["id"] = anomaly
		case strings.HasSuffix(at, "{sha256}.html"):
			values["sha256"] = shown["page"]
		case strings.HasPrefix(at, "/documents/"):
			values["sha256"] = shown["picture"]
		}
		q := url.Values{}
		for _, p := range x.params {
			if p.in == "path" {
				at = strings.ReplaceAll(at, "{"+p.name+"}", url.PathEscape(values[p.name]))
			} else if p.required {
				q.Set(p.name, p.example)
			}
		}
		missing := strings.Contains(at, "{") || strings.Contains(at, "//") || strings.Contains(at, "/.") || strings.Contains(at, "/-")
		if !missing {
			if len(q) > 0 {
				at += "?" + q.Encode()
			}
			out[x.path] = at
		}
	}
	return marshal(out)
}
