package explore

import (
	"net/url"
	"strings"
)

// Address is the page of an explorer that shows a thing, for those who link to it from outside: feeds, messages. It is
// the one place that knows how pages are addressed; assets/route.js has the same for links within. site is where the
// explorer lies, as https://example.org/ogi/; "" = nowhere, and then there is no page. Kinds are report (id is its key:
// the SHA-256 of the document, a hyphen, the number of the report in it), anomaly, authority, and without an id anomalies and ""
// for the first page.
func Address(site, kind, id string) string {
	if site == "" {
		return ""
	}
	at, err := url.Parse(site)
	if err != nil || at.Host == "" {
		return ""
	}
	at.Fragment, at.RawFragment, at.RawQuery = "", "", ""
	at.Path = strings.TrimSuffix(at.Path, "index.html")
	if !strings.HasSuffix(at.Path, "/") {
		at.Path += "/"
	}
	page := "/"
	if kind != "" {
		page += kind
	}
	if id != "" {
		page += "/" + url.PathEscape(id)
	}
	return at.String() + "#" + page
}
