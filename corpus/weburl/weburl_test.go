package weburl

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func BenchmarkResolve(b *testing.B) {
	base, _ := url.Parse("http://www.example.gov.cn/zwgk/zfxxgk/zfxxgknb/index.html")
	b.Run("standard", func(b *testing.B) {
		for b.Loop() {
			Resolve(base, "../202301/t20230131_123456.html?id=12&name=%E4%B8%AD")
		}
	})
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			Resolve(base, "t20230131_123456.html?id=12&name=1")
		}
	})
	b.Run("net/url", func(b *testing.B) {
		for b.Loop() {
			u, _ := url.Parse("../202301/t20230131_123456.html?id=12&name=%E4%B8%AD")
			_ = base.ResolveReference(u).String()
		}
	})
}

// TestPlain: what the short way takes it resolves as the whole grammar does.
func TestPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"http://", "https://", "/", "//", "..", ".", "a", "Zf", "t2023.html", "?", "id=1", "&", "=", "#x", "%", "%20", " ",
		"www.example.gov.cn", "Example.CN", "1.2.3.4", "0x7f", ":80", ":8080", ":", "@", "\\", "中", "-", "_", "~", "xn--", "*", "|", "\t"}
	bases := []string{"http://www.example.gov.cn/a/b/c.html?x=1", "https://x.gov.cn", "http://x.gov.cn:8080/", "http://x.gov.cn//d/e", "http://x.cn/a%20b/%E4%B8%AD|c"}
	taken := 0
	for range 200_000 {
		var ref strings.Builder
		for range 1 + r.IntN(6) {
			ref.WriteString(pieces[r.IntN(len(pieces))])
		}
		base, _ := url.Parse(bases[r.IntN(len(bases))])
		a, ok := plain(base, ref.String())
		if !ok {
			continue
		}
		taken++
		if b, err := standard(base.String(), ref.String()); err != nil || a != b {
			t.Fatalf("%s at %s: %v, the standard says %v %v", ref.String(), base, a, b, err)
		}
	}
	if taken < 5_000 {
		t.Errorf("only %d were taken", taken)
	}
}

func TestEncodeQuery(t *testing.T) {
	for ref, want := range map[string]string{
		"/s?q=公开&x=1#公":  "/s?q=%B9%AB%BF%AA&x=1#公",
		"/公开?q=a":        "/公开?q=a",
		"?q=㐀😀":          "?q=%26%2313312%3B%26%23128512%3B",
		"/s?q=%E5%85%AC": "/s?q=%E5%85%AC",
	} {
		if got := EncodeQuery(ref, simplifiedchinese.GBK); got != want {
			t.Errorf("%s: %s, want %s", ref, got, want)
		}
	}
}
