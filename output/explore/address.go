package explore

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Link gives the address of a page of the explorer, as assets/route.js makes it: below site ("https://host/folder/";
// "" gives a path relative to the explorer's folder) the page's kind, what it is about, and fields of the query as
// pairs. Kinds are those of pages: Link(site, "authority", AuthorityID(key)), Link(site, "report", DOCUMENT+"-"+PART,
// "cell", NAME), Link(site, "anomaly", ID), Link(site, "coverage", ""), Link(site, "", "") for the first page.
func Link(site, kind, name string, query ...string) string {
	var b strings.Builder
	b.WriteString(site)
	for _, part := range []string{kind, name} {
		if part != "" {
			b.WriteString(url.PathEscape(part) + "/")
		}
	}
	sign := "?"
	for pair := range slices.Chunk(query, 2) {
		if len(pair) == 2 && pair[1] != "" {
			b.WriteString(sign + url.QueryEscape(pair[0]) + "=" + url.QueryEscape(pair[1]))
			sign = "&"
		}
	}
	return b.String()
}

// AuthorityID is the key of a body (of panel) as it stands in addresses: 16 hex digits.
func AuthorityID(key string) string { return authorityID(key) }

// SiteURL makes the address of a site one that others can be joined to; "" stays "". What is no address of the web, or
// holds more than a host and a folder, is refused.
func SiteURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" ||
		u.User != nil {
		return "", fmt.Errorf("site URL %q: want https://HOST/ or https://HOST/FOLDER/", s)
	}
	return strings.TrimSuffix(u.String(), "/") + "/", nil
}

// Address is Link for those who link from outside, feeds and messages: of an address of a site as it was given. Where
// the site lies nowhere there is no page: "".
func Address(site, kind, id string) string {
	at, err := SiteURL(strings.TrimSuffix(site, "index.html"))
	if err != nil || at == "" {
		return ""
	}
	return Link(at, kind, id)
}
