package pdf

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// code gives the code that a predefined CMap has for a CID.
func (m *cmap) code(cid int) (string, bool) {
	for k := m; k != nil; k = k.base {
		for _, r := range k.cids {
			if cid >= r.cid && cid <= r.cid+int(r.hi-r.lo) {
				return fmt.Sprintf("%0*X", 2*r.n, int(r.lo)+cid-r.cid), true
			}
		}
	}
	return "", false
}

// TestPredefinedCMaps shows a text in a font that is not embedded, through each predefined CMap of Adobe-GB1 and with
// CIDs alone.
func TestPredefinedCMaps(t *testing.T) {
	const shown = "中国人民文件年月日一二三0123456789AZ"
	wide := predefined("UniGB-UTF32-H")
	names := []string{"UniGB-UCS2-H", "UniGB-UTF16-H", "UniGB-UTF8-H", "Identity-H", "Identity-V"}
	for n := range gb1() {
		names = append(names, n)
	}
	for _, name := range names {
		var hex strings.Builder
		drawn := ""
		for _, r := range shown {
			cid := wide.cid(uint32(r), 4)
			if cid < 0 {
				t.Fatalf("no CID of %c", r)
			}
			switch {
			case strings.HasPrefix(name, "Identity"):
				fmt.Fprintf(&hex, "%04X", cid)
			case strings.HasPrefix(name, "UniGB-UCS2"), strings.HasPrefix(name, "UniGB-UTF16"):
				fmt.Fprintf(&hex, "%04X", r)
			case strings.HasPrefix(name, "UniGB-UTF8"):
				fmt.Fprintf(&hex, "%X", string(r))
			default:
				c, ok := predefined(name).code(cid)
				if !ok { // the half-width digits and letters have other CIDs in the GBK maps
					c, ok = predefined(name).code(cid + 812)
				}
				if !ok && (r < 0x80 && len(name) < 6 || strings.HasPrefix(name, "GBT")) {
					continue // 7-bit codes, without ASCII; traditional characters, without simplified ones
				}
				drawn += string(r)
				if !ok {
					t.Fatalf("%s has no code of %c (CID %d)", name, r, cid)
				}
				hex.WriteString(c)
			}
		}
		want := shown
		if drawn != "" {
			want = drawn
		}
		if len([]rune(want)) < 10 {
			t.Errorf("%s has only %q", name, want)
		}
		d, err := Read(context.Background(), onePage(cjk(name), "", "BT /F1 10 Tf 100 700 Td <"+hex.String()+"> Tj ET"),
			Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.NewReplacer("\n", "", " ", "").Replace(words(d)); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// FuzzCMap reads embedded CMaps.
func FuzzCMap(f *testing.F) {
	f.Add([]byte("/CIDInit begincmap 1 begincodespacerange <00> <ffff> endcodespacerange 1 beginbfrange <0001> "+
		"<0009> <4e00> endbfrange 1 beginbfchar <0a> <d840dc00> endbfchar endcmap"), "\x00\x01\n")
	f.Add([]byte("/GBK-EUC-H usecmap 1 begincidrange <a1> <fe> 12 endcidrange /WMode 1 def 1 beginbfrange "+
		"<00><05>[<41><42>] endbfrange"), "\xa1\xa1")
	f.Fuzz(func(t *testing.T, body []byte, s string) {
		m := parseCMap(body)
		for len(s) > 0 {
			n := m.split(s)
			if n < 1 || n > 4 {
				t.Fatalf("a code of %d bytes", n)
			}
			n = min(n, len(s))
			code := uint32(0)
			for i := range n {
				code = code<<8 | uint32(s[i])
			}
			m.cid(code, n)
			m.text(code, n)
			s = s[n:]
		}
	})
}

// FuzzLexer reads tokens: every one of them moves on, none lies outside.
func FuzzLexer(f *testing.F) {
	f.Add([]byte("[ (a\\)b) <6 1> << /A [1 -.5 --3] /B 4 0 R >> /N#41 true ] BI /W 1 ID x EI % end"))
	f.Fuzz(func(t *testing.T, body []byte) {
		l := lexer{b: body}
		for range len(body) + 2 {
			before := l.i
			_, kind := l.next()
			if kind == tokEnd {
				return
			}
			if l.i <= before || l.i > len(body) {
				t.Fatalf("from %d to %d of %d", before, l.i, len(body))
			}
		}
		t.Fatal("more tokens than bytes")
	})
}
