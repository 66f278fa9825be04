package fetch

import (
	"bytes"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Robots are the rules of a host: RFC 9309. The zero value allows everything.
type Robots struct {
	Status   int    // of the answer; 0 = none came
	Text     string // the file, at most 500 KiB (section 2.5)
	groups   map[string]*robotsGroup
	sitemaps []string
}

// A robotsGroup is all that a file says to one product, however many pieces it says it in.
type robotsGroup struct {
	rules []robotsRule
	delay time.Duration
	kinds bool // it is of the kinds of its product too: its name is written as one, with nothing behind it
}

// A robotsRule allows or forbids the paths that its pattern matches.
type robotsRule struct {
	allow   bool
	pattern string // octets, as escaped writes them
	plain   string // of what is forbidden: the pattern as plain writes it
	literal string // and so where its * and $ are meant as they stand
}

const (
	robotsBytes = 500 << 10  // how much of a robots.txt is read
	robotsHops  = 5          // redirects that are followed for one (section 2.3.1.2)
	robotsLine  = 2083*8 - 1 // octets of a line
	anyProduct  = "*"
)

// ReadRobots asks for the robots.txt of a host. Where none is to be had for certain (section 2.3.1.4: unreachable,
// 5xx), it returns the Trouble RobotsWait, or that of the wire (DNS, TLS, Connect …): everything is forbidden until it
// answers.
func (c *Client) ReadRobots(ctx context.Context, host *url.URL, anyCert bool,
	before func(context.Context, *url.URL) (func(*Answer), error)) (*Robots, *Answer) {
	at := (&url.URL{Scheme: host.Scheme, Host: host.Host, Path: "/robots.txt"}).String()
	a := c.Do(ctx, Request{URL: at, AnyCert: anyCert, Limit: 4 << 20, Hops: robotsHops, Before: before})
	if t := a.Trouble; t != nil {
		switch t.Kind {
		case Gone, Odd, Forbidden, SoftGone, Empty, OffSite, RedirectLoop: // 2.3.1.3: unavailable: nothing is forbidden
			return &Robots{Status: a.Status}, a
		case Stopped, Held, Paused, Quiet, Budget, Private:
			if t.Kind == Private && len(a.Chain) > 0 { // it leads inside a network: there is none
				return &Robots{}, a
			}
			return nil, a
		case DNS, NoName, TLS, Connect, Slow: // the host does not answer at all: that is what is wrong with it
			t.Reason = "robots.txt: " + t.Reason
			return nil, a
		}
		a.Trouble = &Trouble{Kind: RobotsWait, Reason: "robots.txt: " + t.Error(), After: t.After}
		return nil, a
	}
	return ParseRobots(a.Status, string(a.Body[:min(len(a.Body), robotsBytes)])), a
}

// ParseRobots reads a robots.txt; a line that it does not understand is passed over, and the others stand. A page in
// its place (many sites answer anything with their home page) forbids nothing.
func ParseRobots(status int, text string) *Robots {
	r := &Robots{Status: status, Text: text}
	text = robotsText(text)
	if head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 512)])); status >= 400 ||
		strings.HasPrefix(head, "<!doctype") || strings.HasPrefix(head, "<html") || strings.HasPrefix(head, "<?xml") ||
		strings.HasPrefix(head, "<head") || strings.HasPrefix(head, "<script") || strings.HasPrefix(head, "<!--") {
		r.Text = ""
		return r
	}
	r.groups = map[string]*robotsGroup{}
	var open []*robotsGroup // that the next rule is of
	ruled := false          // the group has a rule: the next user-agent begins another one
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == '\r' }) {
		key, value, ok := robotsLineOf(line)
		if !ok {
			continue
		}
		switch key {
		case "user-agent":
			if ruled {
				open, ruled = nil, false
			}
			open = append(open, r.group(value))
		case "allow", "disallow":
			ruled = true
			rule := robotsRule{allow: key == "allow", pattern: escaped(value, true)}
			if !rule.allow {
				body, end := strings.CutSuffix(rule.pattern, "$")
				rule.literal = literally.Replace(unreserved(rule.pattern))
				if rule.plain = strings.ReplaceAll(unreserved(body), "$", "%24"); end {
					rule.plain += "$"
				}
			}
			for _, g := range open {
				if value != "" {
					g.rules = append(g.rules, rule)
				}
			}
		case "crawl-delay":
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil || !(seconds >= 0 && seconds < 1e6) {
				continue
			}
			for _, g := range open {
				g.delay = time.Duration(seconds * float64(time.Second))
			}
		case "sitemap":
			r.sitemaps = append(r.sitemaps, value)
		}
	}
	return r
}

// robotsText is the file as UTF-8, without the mark that may stand before it.
func robotsText(s string) string {
	if len(s) >= 2 && (s[:2] == "\xff\xfe" || s[:2] == "\xfe\xff") {
		high := 0
		if s[0] == 0xff {
			high = 1
		}
		units := make([]uint16, 0, len(s)/2)
		for i := 2; i+1 < len(s); i += 2 {
			units = append(units, uint16(s[i+high])<<8|uint16(s[i+1-high]))
		}
		return string(utf16.Decode(units))
	}
	for _, octet := range []string{"\xef", "\xbb", "\xbf"} { // also where it was cut
		rest, ok := strings.CutPrefix(s, octet)
		if !ok {
			break
		}
		s = rest
	}
	return s
}

// robotsKeys are the names of lines, with the ways in which they are often misspelt; a name that begins with one is it.
var robotsKeys = []struct{ written, key string }{
	{"user-agent", "user-agent"}, {"useragent", "user-agent"}, {"user agent", "user-agent"},
	{"allow", "allow"},
	{"disallow", "disallow"}, {"dissallow", "disallow"}, {"dissalow", "disallow"}, {"disalow", "disallow"},
	{"diasllow", "disallow"}, {"disallaw", "disallow"},
	{"crawl-delay", "crawl-delay"}, {"crawldelay", "crawl-delay"},
	{"sitemap", "sitemap"}, {"site-map", "sitemap"},
}

// robotsLineOf reads a line: key, colon, value, and a comment; a blank may stand for the colon where the line has no
// other.
func robotsLineOf(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line[:min(len(line), robotsLine)], "#")
	const white = " \t\v\f\x00"
	line = strings.Trim(line, white)
	key, value, ok = strings.Cut(line, ":")
	if !ok {
		words := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' })
		if len(words) != 2 {
			return "", "", false
		}
		key, value = words[0], words[1]
	}
	key, value = strings.ToLower(strings.Trim(key, white)), strings.Trim(value, white)
	for _, k := range robotsKeys {
		if strings.HasPrefix(key, k.written) {
			return k.key, value, true
		}
	}
	return "", "", false
}

// group gives the group of a product: the letters, - and _ that a value begins with.
func (r *Robots) group(value string) *robotsGroup {
	name := anyProduct
	whole := true
	if value != anyProduct && !strings.HasPrefix(value, "* ") && !strings.HasPrefix(value, "*\t") {
		end := strings.IndexFunc(value, func(c rune) bool {
			return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_')
		})
		if whole = end < 0; !whole {
			value = value[:end]
		}
		name = strings.ToLower(value)
	}
	g := r.groups[name]
	if g == nil {
		g = &robotsGroup{}
		r.groups[name] = g
	}
	g.kinds = g.kinds || whole
	return g
}

// of gives the group that an agent obeys: its own, that of the product that it is a kind of (news-bot obeys news), or
// that of all; nil = none.
func (r *Robots) of(agent string) *robotsGroup {
	agent = strings.ToLower(product(agent))
	if g := r.groups[agent]; g != nil && agent != "" {
		return g
	}
	for i := len(agent) - 1; i > 0; i-- {
		if c := agent[i]; c == '-' || c == '_' || c >= '0' && c <= '9' {
			if g := r.groups[agent[:i]]; g != nil && g.kinds {
				return g
			}
		}
	}
	return r.groups[anyProduct]
}

// Allowed says whether a page may be asked for by the agent: the longest pattern that matches decides, and of two
// equally long the one that allows (section 2.2.2).
func (r *Robots) Allowed(agent string, u *url.URL) bool {
	if r == nil || r.groups == nil {
		return true
	}
	return r.allowed(agent, u.RequestURI())
}

func (r *Robots) allowed(agent, path string) bool {
	g := r.of(agent)
	if g == nil {
		return true
	}
	path = escaped(path, false)
	plain := literally.Replace(unreserved(path))
	longest, allow := 0, true
	for _, rule := range g.rules {
		n := rule.length(path, plain)
		if n > longest || n == longest && n > 0 && rule.allow {
			longest, allow = n, rule.allow
		}
	}
	return allow
}

// literally writes what has a meaning in patterns as octets that have none.
var literally = strings.NewReplacer("*", "%2A", "$", "%24")

// length is how long the pattern is by which a rule speaks of a path, 0 = it does not; plain is the path without
// needless percent-encoding, and its * and $ with it. What is forbidden in either writing is forbidden.
func (rule *robotsRule) length(path, plain string) int {
	switch {
	case matches(path, rule.pattern),
		!rule.allow && (matches(plain, rule.plain) || strings.HasPrefix(plain, rule.literal)):
		return len(rule.pattern)
	case rule.allow: // a page that is allowed as index.htm is allowed as /
		if i := strings.LastIndexByte(rule.pattern, '/'); i >= 0 && strings.HasPrefix(rule.pattern[i:], "/index.htm") &&
			matches(path, rule.pattern[:i+1]+"$") {
			return i + 2
		}
	}
	return 0
}

// matches reports whether a path begins with a pattern, in which * is anything and a $ at its end the end of the path.
func matches(path, pattern string) bool {
	pattern, end := strings.CutSuffix(pattern, "$")
	pieces := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, pieces[0])
	if !ok {
		return false
	}
	for i, piece := range pieces[1:] {
		if end && i == len(pieces)-2 {
			return strings.HasSuffix(rest, piece)
		}
		at := strings.Index(rest, piece)
		if at < 0 {
			return false
		}
		rest = rest[at+len(piece):]
	}
	return !end || rest == ""
}

const hexDigits = "0123456789ABCDEF"

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// escaped writes the octets of a path or a pattern as an address has them: percent-encoded in capitals where no
// address holds them bare; those beyond ASCII too, with beyond set.
func escaped(s string, beyond bool) string {
	var b bytes.Buffer
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case c <= ' ' || c == 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 || c >= 0x80 && beyond:
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unreserved takes the percent-encoding off the characters that need none (RFC 3986, section 2.3).
func unreserved(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			c := byte(n)
			if err == nil && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
				strings.IndexByte("-._~", c) >= 0) {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Delay is the crawl delay that the host asks of the agent; at most a minute is heeded.
func (r *Robots) Delay(agent string) time.Duration {
	if r == nil || r.groups == nil {
		return 0
	}
	if g := r.of(agent); g != nil {
		return min(g.delay, time.Minute)
	}
	return 0
}

// Sitemaps are those that the host names.
func (r *Robots) Sitemaps() []string {
	if r == nil {
		return nil
	}
	return r.sitemaps
}

// product is the token of a User-Agent that robots.txt speaks of: "gongkai/1.0 (+…)" is gongkai.
func product(agent string) string {
	p, _, _ := strings.Cut(agent, "/")
	return strings.TrimSpace(p)
}
