package crawl

import (
	"net/url"
	"path"
	"regexp"
	"sort"
	"strings"
)

var numbers = regexp.MustCompile(`\d+`)

// pattern is an address with its numbers left out: calendars, counters and sessions have few patterns and many
// addresses.
func pattern(u *url.URL) string {
	q := u.Query()
	names := make([]string, 0, len(q))
	for n := range q {
		names = append(names, n)
	}
	sort.Strings(names)
	dir, file := path.Split(u.Path)
	return u.Host + numbers.ReplaceAllString(dir, "0") + numbers.ReplaceAllString(file, "0") +
		"?" + strings.Join(names, "&")
}

// sessions are parameters that say who asks or when, not what is asked for.
var sessions = regexp.MustCompile(`(?i)^(?:jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|sessionid|` +
	`session_id|session|sid|utm_\w+|spm|_t|_|timestamp|rand|random|r|nocache|t_rand|from_source|wx_from)$`)

// Canonical writes an address in one way: without fragment, session, and what says the same twice. Where it is none of
// a page, it is "".
func Canonical(base *url.URL, ref string) string {
	ref = strings.TrimSpace(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(ref))
	if ref == "" || strings.HasPrefix(ref, "#") || len(ref) > 2000 {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if h, port, ok := strings.Cut(u.Host, ":"); ok && (u.Scheme == "http" && port == "80" ||
		u.Scheme == "https" && port == "443") {
		u.Host = h
	}
	if i := strings.Index(strings.ToLower(u.Path), ";jsessionid="); i >= 0 {
		u.Path, u.RawPath = u.Path[:i], ""
	}
	if u.Path == "" {
		u.Path = "/"
	}
	if u.RawQuery != "" {
		var kept []string
		for _, part := range strings.Split(u.RawQuery, "&") {
			name, _, _ := strings.Cut(part, "=")
			if part != "" && !sessions.MatchString(name) {
				kept = append(kept, part)
			}
		}
		u.RawQuery = strings.Join(kept, "&")
	}
	u.ForceQuery = false
	return u.String()
}
