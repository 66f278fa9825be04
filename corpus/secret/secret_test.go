package secret

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
)

// TestURL: addresses keep what tells them apart and lose what is secret in them.
func TestURL(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:pa%2Fss@db/x?sslmode=disable":                 "postgres://u:***@db/x?sslmode=disable",
		"s3://b?region=r&use_path_style=true&secret_key=abc":        "s3://b?region=r&use_path_style=true&secret_key=***",
		"https://oapi.dingtalk.com/robot/send?access_token=abc&a=1": "https://oapi.dingtalk.com/robot/send?access_token=***&a=1",
		"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc":  "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=***",
		"https://open.feishu.cn/open-apis/bot/v2/hook/0123-abc":     "https://open.feishu.cn/open-apis/bot/v2/hook/***",
		"crawl/ledger.sqlite":                                        "crawl/ledger.sqlite",
		"https://a.gov.cn/list?page=2":                               "https://a.gov.cn/list?page=2",
		"postgres://u:p%zz@db/x":                                     "postgres://***",
		"smtp://user@example.org:587":                                "smtp://user@example.org:587",
		"https://hooks.slack.com/services/T000/B000/XXXX":            "https://hooks.slack.com/services/***",
		"https://a.example/x?X-Amz-Signature=1&X-Amz-Credential=2&q": "https://a.example/x?X-Amz-Signature=***&X-Amz-Credential=***&q",
	} {
		if got := URL(in); got != want {
			t.Errorf("%s\n is %s\nnot %s", in, got, want)
		}
	}
}

// TestWriter: a secret is taken out however it is written: in one piece or byte by byte, plain or escaped; what is short
// goes only in its place.
func TestWriter(t *testing.T) {
	var k Keeper
	k.Add(Of("postgres://u:p/ss w&rd%21@db/x", false)...)
	k.Add(Of("smtp://u:p%2Fss+w%26rd@mail:25", false)...)
	k.Add(Of("https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef", true)...)
	k.Add(Of("s3://b?secret=1234&region=r", false)...)
	text := "ask https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef: 1234 of 01234; p/ss+w&rd, p%2Fss%2Bw%26rd; " +
		`{"a":"p/ss+w\u0026rd"} s3://b?secret=1234&region=r 0123456789`
	for _, piece := range []int{1, 3, len(text)} {
		var b strings.Builder
		w := k.Writer(&b)
		for s := text; s != ""; {
			n := min(piece, len(s))
			if m, err := w.Write([]byte(s[:n])); m != n || err != nil {
				t.Fatal(m, err)
			}
			s = s[n:]
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"0123456789abcdef", "p/ss", "p%2Fss", "secret=1234"} {
			if strings.Contains(b.String(), s) {
				t.Errorf("in pieces of %d: %s in %s", piece, s, b.String())
			}
		}
		if !strings.HasPrefix(b.String(), "ask ***: 1234 of 01234; ***, ***") || !strings.HasSuffix(b.String(), "region=r 0123456789") {
			t.Errorf("in pieces of %d: %s", piece, b.String())
		}
	}
}

// TestError: what an error is stays known.
func TestError(t *testing.T) {
	var k Keeper
	k.Add("long-enough-secret")
	err := k.Error(fmt.Errorf("open long-enough-secret: %w", fs.ErrNotExist))
	if err.Error() != "open ***: file does not exist" || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	e := &url.Error{Op: "Post", URL: "https://h.example/t?key=x", Err: errors.New("no route")}
	if got := Text(fmt.Errorf("webhook: %w", e)); got != `webhook: Post "https://h.example/***": no route` {
		t.Error(got)
	}
}
