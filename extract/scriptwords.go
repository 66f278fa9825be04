package extract

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What scripts say, where it is written so that a reader of the source does not see it: texts that are encoded, and whole
// scripts that a packer has made short. Both stand in ordinary pages, of counters and of libraries.

var (
	veils   = regexp.MustCompile(`\batob\b|\bunescape\b|\bdecodeURI|fromCharCode`)
	packer  = regexp.MustCompile(`function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k`)
	encoded = regexp.MustCompile(`(?:window\.)?\b(atob|unescape|decodeURIComponent|decodeURI)\s*\(\s*(?:"([^"]*)"|'([^']*)')\s*\)`)
	codes   = regexp.MustCompile(`String\.fromCharCode\s*\(([\d\s,xXa-fA-F]+)\)`)
	packed  = regexp.MustCompile(`(?s)\}\s*\(\s*'((?:[^'\\]|\\.)*)'\s*,\s*(\d+)\s*,\s*(\d+)\s*,` +
		`\s*'((?:[^'\\]|\\.)*)'\s*\.split\(\s*'\|'\s*\)`)
	percent = regexp.MustCompile(`%u[0-9a-fA-F]{4}`)
	wordsOf = regexp.MustCompile(`\b\w+\b`)

	printing = regexp.MustCompile(`document\s*(?:\.\s*write(?:ln)?|\[\s*["']write(?:ln)?["']\s*\])\s*\(`)
	silences = regexp.MustCompile(`(?is)<(script|style|noscript|iframe)\b.*|<[^>]*>?|&nbsp;|\\[nrt]`)
)

// unveil gives a script with its encoded texts as texts, and what those are that may be scripts themselves.
func unveil(t string) (plain, inner string) {
	var found strings.Builder
	decode := func(s string, ok bool, whole string) string {
		if !ok || !utf8.ValidString(s) || found.Len() > 1<<20 {
			return whole
		}
		found.WriteString(s + "\n")
		return `"` + strings.NewReplacer(`"`, "'", "\n", " ").Replace(s) + `"`
	}
	plain = encoded.ReplaceAllStringFunc(t, func(whole string) string {
		m := encoded.FindStringSubmatch(whole)
		s, err := m[2]+m[3], error(nil)
		if m[1] == "atob" {
			var b []byte
			b, err = base64.StdEncoding.DecodeString(strings.TrimSpace(s))
			s = string(b)
		} else {
			s = percent.ReplaceAllStringFunc(s, func(u string) string {
				n, _ := strconv.ParseUint(u[2:], 16, 32)
				return string(rune(n))
			})
			s, err = url.PathUnescape(s)
		}
		return decode(s, err == nil, whole)
	})
	plain = codes.ReplaceAllStringFunc(plain, func(whole string) string {
		var b strings.Builder
		for _, c := range strings.Split(codes.FindStringSubmatch(whole)[1], ",") {
			n, err := strconv.ParseUint(strings.TrimSpace(c), 0, 21)
			if err != nil {
				return whole
			}
			b.WriteRune(rune(n))
		}
		return decode(b.String(), true, whole)
	})
	for _, m := range packed.FindAllStringSubmatch(plain, 20) {
		if s, ok := unpacked(m[1], m[2], m[4]); ok && found.Len() < 1<<20 {
			found.WriteString(s + "\n")
		}
	}
	return plain, found.String()
}

// unpacked undoes the packer of Dean Edwards: each word of the payload is the number of one in a list, in a base up to 62.
func unpacked(payload, base, list string) (string, bool) {
	n, err := strconv.Atoi(base)
	if err != nil || n < 2 || n > 62 {
		return "", false
	}
	words := strings.Split(list, "|")
	s := strings.NewReplacer(`\'`, `'`, `\\`, `\`, `\n`, "\n").Replace(payload)
	return wordsOf.ReplaceAllStringFunc(s, func(w string) string {
		at := 0
		for _, c := range []byte(w) {
			d := strings.IndexByte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c)
			if d < 0 || d >= n || at > len(words) {
				return w
			}
			at = at*n + d
		}
		if at >= len(words) || words[at] == "" {
			return w
		}
		return words[at]
	}), true
}

// printsText reports whether a script writes words or numbers where it stands: anything but tags, as counters and
// other scripts do.
func printsText(t string) bool {
	plain, inner := unveil(t)
	for _, s := range [...]string{plain, inner} {
		for _, at := range printing.FindAllStringIndex(s, 100) {
			rest := s[at[1]:]
			said, end := "", 0
			for _, l := range literals.FindAllStringIndex(rest, 50) {
				if strings.Trim(rest[end:l[0]], " \t\r\n+") != "" {
					break
				}
				said += rest[l[0]+1 : l[1]-1]
				end = l[1]
			}
			whole := strings.HasPrefix(strings.TrimLeft(rest[end:], " \t\r\n"), ")") // else a part of it is worked out
			if !whole || strings.TrimSpace(silences.ReplaceAllString(said, "")) != "" {
				return true
			}
		}
	}
	return false
}
