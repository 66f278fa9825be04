package crawl

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/extract/kind"
)

// TestKinds: a file of every kind that the list of kinds takes for a document is found on the page of a report in each
// of the ways in which pages open files, and what is no document in none.
func TestKinds(t *testing.T) {
	t.Parallel()
	ways := map[string]string{
		"a link":                                 `<a href="/d/nb.%s">附件</a>`,
		"a link in capitals and with a question": `<a href="/d/NB.%s?v=2">附件</a>`,
		"a click":                                `<a onclick="openFile('/d/nb.%s')">附件</a>`,
		"a script address":                       `<a href="javascript:show('../d/nb.%s?t=1')">附件</a>`,
		"a data attribute":                       `<span data-file="/d/nb.%s">附件</span>`,
		"a variable":                             `<script>var file = "/d/nb.%s";</script>`,
		"a viewer":                               `<iframe src="/viewer.html?file=/d/nb.%s"></iframe>`,
		"a frame":                                `<embed src="/d/nb.%s">`,
		"a download":                             `<a href="/upload/get?name=a.b/nb.%s&amp;x=1">附件</a>`,
	}
	found := func(way, ext string) bool {
		body := loopback.Report("某县人民政府", 2024, 3) + fmt.Sprintf(ways[way], ext)
		c := &archive.Capture{URL: "http://a.gov.cn/nb/2024.html", Header: http.Header{"Content-Type": {"text/html"}}}
		p := Look(c, []byte(body), 1, RoleReport, "某县人民政府2024年政府信息公开工作年度报告", "", true)
		if !p.Report {
			t.Fatal("the page is not taken for a report")
		}
		for _, l := range p.Links {
			if l.Role == RoleAttachment {
				return true
			}
		}
		return false
	}
	for _, k := range kind.All() {
		for _, ext := range k.Extensions {
			for way := range ways {
				if way == "a download" && !k.IsFile() {
					continue
				}
				if got := found(way, ext); got != k.IsFile() {
					t.Errorf("a file .%s opened by %s: found %v, want %v", ext, way, got, k.IsFile())
				}
			}
		}
	}
	if !found("a click", "ofd") || !found("a variable", "OFD") {
		t.Error("an OFD that a script opens is not found")
	}
}
