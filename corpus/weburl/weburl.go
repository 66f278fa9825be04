// Package weburl reads addresses as browsers do, by the URL Standard (https://url.spec.whatwg.org): blanks at the ends, tabs
// and line ends within, backslashes, Chinese in paths and queries, hosts in Unicode. What net/url makes of such addresses is
// something else, or nothing, and the server that wrote them is only ever asked by browsers.
package weburl

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/text/encoding"
)

// An Address is one of a page, in the parts that a request is made of, each as it is sent.
type Address struct {
	Scheme string // http or https
	Host   string // in lower case and ASCII; with a port unless it is the scheme's own
	Path   string // from its slash on
	Query  string // without its question mark
	// Asks tells an address that ends in a question mark from one without.
	Asks bool
}

// ErrNoPage says that an address is none that a page can be asked for at.
var ErrNoPage = errors.New("no address of a page")

// Resolve reads ref as it stands in a page that was got at base; nil is no base. Fragments and passwords are left out: they
// are never sent. An address of another scheme than http and https is ErrNoPage.
func Resolve(base *url.URL, ref string) (Address, error) {
	if a, ok := plain(base, ref); ok {
		return a, nil
	}
	if base == nil {
		return standard("", ref)
	}
	return standard(base.String(), ref)
}

// Resolve reads ref as it stands in the page that was got at a.
func (a Address) Resolve(ref string) (Address, error) { return standard(a.String(), ref) }

// plain resolves what most links are, a host's path of letters, digits and the like, without the whole grammar: what it
// takes it gives as standard does, in a tenth of the time.
func plain(base *url.URL, ref string) (a Address, ok bool) {
	rest, full := strings.CutPrefix(ref, "http://")
	a.Scheme = "http"
	if !full {
		if rest, full = strings.CutPrefix(ref, "https://"); full {
			a.Scheme = "https"
		}
	}
	switch {
	case full:
		slash := strings.IndexByte(rest, '/')
		if slash < 1 || !plainHost(rest[:slash]) {
			return a, false
		}
		a.Host, rest = rest[:slash], rest[slash:]
	case base == nil || base.Opaque != "" || base.User != nil || !plainHost(base.Host) || base.Scheme != "http" && base.Scheme != "https" ||
		ref == "" || ref[0] == '?':
		return a, false
	case ref[0] == '/':
		a.Scheme, a.Host = base.Scheme, base.Host
	default:
		dir := base.EscapedPath()
		dir = dir[:strings.LastIndexByte(dir, '/')+1]
		if dir == "" {
			return a, false
		}
		a.Scheme, a.Host, rest = base.Scheme, base.Host, dir+ref
	}
	a.Path, a.Query, a.Asks = strings.Cut(rest, "?")
	for i := range len(a.Path) {
		if c := a.Path[i]; !alnum(c) && strings.IndexByte("/_-.~", c) < 0 || c == '/' && strings.HasPrefix(a.Path[i+1:], "/") ||
			c == '.' && a.Path[i-1] == '/' {
			return a, false
		}
	}
	for i := range len(a.Query) {
		if c := a.Query[i]; !alnum(c) && strings.IndexByte("/_-.~=&", c) < 0 {
			return a, false
		}
	}
	return a, true
}

func alnum(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// plainHost tells a name in lower case, of which no label can be one in Unicode or a number, that names its port only where
// that is no scheme's own.
func plainHost(h string) bool {
	name, port, hasPort := strings.Cut(h, ":")
	if hasPort && (len(port) < 2 || port[0] == '0' || port == "80" || port == "443" || len(port) > 4 || strings.Trim(port, "0123456789") != "") {
		return false
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "" || last[0] < 'a' || last[0] > 'z' || strings.Contains(name, "..") || strings.Contains(name, "xn--") || name[0] == '.' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '.' || c == '-') {
			return false
		}
	}
	return len(name) < 64
}

func standard(base, ref string) (Address, error) {
	var u *whatwg.Url
	var err error
	if base == "" {
		u, err = parser.Parse(ref)
	} else if b := parsed(base); b == nil {
		return Address{}, fmt.Errorf("%q: %w", base, ErrNoPage)
	} else {
		u, err = b.Parse(ref)
	}
	if err != nil || u.Scheme() != "http" && u.Scheme() != "https" || u.Host() == "" {
		return Address{}, fmt.Errorf("%q: %w", ref, ErrNoPage)
	}
	// "^" has been encoded in paths since 2023
	a := Address{Scheme: u.Scheme(), Host: u.Host(), Path: strings.ReplaceAll(u.Pathname(), "^", "%5E")}
	href := u.Href(true)
	_, a.Query, a.Asks = strings.Cut(href, "?")
	return a, nil
}

var parser = whatwg.NewParser()

// last is the base that was parsed last: a page has many links.
var last atomic.Pointer[base]

type base struct {
	text string
	url  *whatwg.Url
}

func parsed(text string) *whatwg.Url {
	if b := last.Load(); b != nil && b.text == text {
		return b.url
	}
	u, err := parser.Parse(text)
	if err != nil {
		return nil
	}
	last.Store(&base{text, u})
	return u
}

// String is the whole address.
func (a Address) String() string {
	if a.Asks {
		return a.Scheme + "://" + a.Host + a.Path + "?" + a.Query
	}
	return a.Scheme + "://" + a.Host + a.Path
}

// URL is the address for net/http, which sends path and query as they stand here: what net/url would write otherwise it
// takes from Opaque.
func (a Address) URL() *url.URL {
	if u, err := url.Parse(a.String()); err == nil && u.String() == a.String() && u.RequestURI() == a.target() {
		return u
	}
	path, err := url.PathUnescape(a.Path)
	if err != nil {
		path = a.Path
	}
	u := &url.URL{Scheme: a.Scheme, Host: a.Host, Path: path, Opaque: a.Path, RawQuery: a.Query, ForceQuery: a.Asks && a.Query == ""}
	if strings.HasPrefix(a.Path, "//") { // it would be taken for a host: the whole address is sent, as to a proxy
		u.Opaque = "//" + a.Host + a.Path
	}
	return u
}

// target is what the first line of a request has.
func (a Address) target() string {
	if a.Asks {
		return a.Path + "?" + a.Query
	}
	return a.Path
}

// Parse gives the parts of an address that stands alone, for looking at: host, path and values of the query. Its String is
// the address but for bytes that net/url always escapes.
func Parse(at string) (*url.URL, error) {
	if u, err := url.Parse(at); err == nil {
		return u, nil
	}
	a, err := Resolve(nil, at)
	if err != nil {
		return nil, err
	}
	path, err := url.PathUnescape(a.Path)
	if err != nil {
		path = a.Path
	}
	return &url.URL{Scheme: a.Scheme, Host: a.Host, Path: path, RawQuery: a.Query, ForceQuery: a.Asks && a.Query == ""}, nil
}

// EncodeQuery writes the query of ref in the encoding of the page that it stands in, as browsers do with pages that are not
// in UTF-8: each byte of a character that is not ASCII as %XX, and a character that the encoding does not have as its
// number, %26%23…%3B. The rest of ref stays as it is. A nil encoding is UTF-8.
func EncodeQuery(ref string, e encoding.Encoding) string {
	at := strings.IndexByte(ref, '?')
	if e == nil || at < 0 || isASCII(ref[at:]) {
		return ref
	}
	query, fragment, marked := strings.Cut(ref[at+1:], "#")
	var out strings.Builder
	out.WriteString(ref[:at+1])
	encoder := e.NewEncoder()
	for _, r := range query {
		if r < 0x80 {
			out.WriteRune(r)
			continue
		}
		encoder.Reset()
		b, err := encoder.Bytes([]byte(string(r)))
		if err != nil || len(b) == 0 {
			fmt.Fprintf(&out, "%%26%%23%d%%3B", r)
			continue
		}
		for _, c := range b {
			// a second byte below 0x80 that a query may hold is written as it is
			if c < 0x80 && c > ' ' && !strings.ContainsRune("\"#<>'", rune(c)) {
				out.WriteByte(c)
				continue
			}
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	if marked {
		out.WriteString("#" + fragment)
	}
	return out.String()
}

// FromHeader makes text of the value of a header that names an address: bytes that are not ASCII are sent back as they
// came, in whatever encoding that was.
func FromHeader(value string) string {
	if isASCII(value) {
		return value
	}
	var out strings.Builder
	for i := range len(value) {
		if c := value[i]; c < 0x80 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
