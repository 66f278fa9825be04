package crawl

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/gongkai/gongkai/corpus/archive"
)

// TestFileName: the names of downloads, in the ways in which servers write them.
func TestFileName(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("2023年报.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		`attachment; filename="2023年报.pdf"`:                                         "2023年报.pdf",
		`attachment; filename=2023年报.pdf`:                                           "2023年报.pdf",
		`attachment; filename=2023 年报.pdf`:                                          "2023 年报.pdf",
		`attachment;FileName=2023年报.pdf;size=9`:                                     "2023年报.pdf",
		`inline; filename="` + gbk + `"`:                                            "2023年报.pdf",
		`attachment; filename=` + gbk:                                               "2023年报.pdf",
		`attachment; filename="2023%E5%B9%B4%E6%8A%A5.pdf"`:                         "2023年报.pdf",
		`attachment; filename=2023%C4%EA%B1%A8.pdf`:                                 "2023年报.pdf",
		`attachment; filename="x.pdf"; filename*=UTF-8''2023%E5%B9%B4%E6%8A%A5.pdf`: "2023年报.pdf",
		`attachment; filename*=GBK''2023%C4%EA%B1%A8.pdf`:                           "2023年报.pdf",
		`attachment; filename="=?UTF-8?B?MjAyM+W5tOaKpS5wZGY=?="`:                   "2023年报.pdf",
		`attachment; filename="D:\\upload\\2023年报.pdf"`:                             "2023年报.pdf",
		`attachment`: "",
		``:           "",
	} {
		if got := fileName(http.Header{"Content-Disposition": {header}}); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

// TestRefresh: where a page leads by a refresh, in its head or in the head of its answer.
func TestRefresh(t *testing.T) {
	t.Parallel()
	for refresh, want := range map[string]string{
		"0; url=/x/": "/x/", "0;URL='/x/'": "/x/", `3, url="/x/"`: "/x/", "0 /x/": "/x/", "0; /x/": "/x/", ".5;url = /x/": "/x/",
		"5": "", "": "", "0; url=": "", "30": "", "url=/x/": "/x/",
	} {
		for where, p := range map[string]*Page{
			"header": Look(&archive.Capture{URL: "http://a.gov.cn/",
				Header: http.Header{"Refresh": {refresh}, "Content-Type": {"text/html"}}},
				[]byte("<html><body></body></html>"), 0, RoleHome, "", "", false),
			"meta": Look(&archive.Capture{URL: "http://a.gov.cn/", Header: http.Header{"Content-Type": {"text/html"}}},
				[]byte(`<html><head><meta http-equiv=Refresh content="`+strings.ReplaceAll(refresh, `"`, "&quot;")+
					`"></head></html>`), 0, RoleHome, "", "", false),
		} {
			got := strings.TrimPrefix(p.Redirect, "http://a.gov.cn")
			led := slices.ContainsFunc(p.Links, func(l Link) bool { return l.Role == RoleFrame })
			if got != want || led != (want != "") {
				t.Errorf("%s %q leads to %q, want %q", where, refresh, got, want)
			}
		}
	}
}

// TestImports: which sheets a style sheet takes in.
func TestImports(t *testing.T) {
	t.Parallel()
	css := `@charset "utf-8"; @import url("a.css"); /* @import "no.css"; */ @import 'b.css' screen; @IMPORT url(c.css?v=1);
		@import url(data:text/css,p{}); p { color: red }`
	if got := Imports(css); !slices.Equal(got, []string{"a.css", "b.css", "c.css?v=1"}) {
		t.Errorf("%q", got)
	}
}
