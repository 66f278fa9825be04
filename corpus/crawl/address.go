package crawl

import (
	"net/url"
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/corpus/weburl"
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

// Canonical writes an address in one way: as browsers resolve it (weburl.Resolve), without fragment, session, and what says
// the same twice. Where it is none of a page, it is "".
func Canonical(base *url.URL, ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || strings.HasPrefix(ref, "#") || len(ref) > 2000 {
		return ""
	}
	a, err := weburl.Resolve(base, ref)
	if err != nil {
		return ""
	}
	if i := strings.Index(strings.ToLower(a.Path), ";jsessionid="); i >= 0 {
		a.Path = a.Path[:i]
	}
	if a.Query != "" {
		var kept []string
		for _, part := range strings.Split(a.Query, "&") {
			name, _, _ := strings.Cut(part, "=")
			if part != "" && !sessions.MatchString(name) {
				kept = append(kept, part)
			}
		}
		a.Query = strings.Join(kept, "&")
	}
	a.Asks = a.Query != ""
	return a.String()
}
