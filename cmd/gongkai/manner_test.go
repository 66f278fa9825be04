package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/output/listing"
)

// TestManner: colour only where it is seen and wanted, Chinese where the environment says so, and a next step beside an
// error.
func TestManner(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for _, c := range []struct {
		env  func(string) string
		want bool
	}{{env(), false}, {env("LANG", "zh_CN.UTF-8"), true}, {env("LANG", "zh_CN.UTF-8", "LC_ALL", "C"), false},
		{env("LC_MESSAGES", "zh_TW"), true}, {env("LANG", "en_US.UTF-8"), false}} {
		if got := chinese(c.env); got != c.want {
			t.Errorf("Chinese: %v", got)
		}
	}
	if colourful(&bytes.Buffer{}, env()) {
		t.Error("a file is coloured")
	}
	if tty, err := os.OpenFile("/dev/null", os.O_WRONLY, 0); err == nil { // a device, as a terminal is
		defer tty.Close()
		if !colourful(tty, env()) || colourful(tty, env("NO_COLOR", "1")) || colourful(tty, env("TERM", "dumb")) {
			t.Error("NO_COLOR is not heeded")
		}
	}
	if painted(false, "error", "数据不一致") != "数据不一致" || !strings.Contains(painted(true, "error", "数据不一致"), "\x1b[31m数据不一致") {
		t.Error("the colour of an error")
	}
	for quiet, want := range map[bool]string{true: "", false: "left out, as the terminal is too narrow: file, code"} {
		var out, words bytes.Buffer
		manner{Quiet: quiet}.leftOut(streams{nil, &out, &words})([]string{"file", "code"})
		if out.Len() > 0 || !strings.HasPrefix(words.String(), want) || quiet && words.Len() > 0 {
			t.Errorf("quiet %v: %q %q", quiet, out.String(), words.String())
		}
	}
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	if s := nextStep(errors.New("nowhere: no such folder")); !strings.Contains(s, "gongkai run 文件夹") {
		t.Errorf("%q", s)
	}
	var out, words bytes.Buffer
	std := streams{strings.NewReader(""), &out, &words}
	if code := realMain([]string{"check", filepath.Join(t.TempDir(), "nowhere")}, std); code != exitFailed ||
		!strings.Contains(words.String(), "gongkai demo") {
		t.Errorf("%d %s", code, words.String())
	}
	out.Reset()
	if code := realMain([]string{"help", "site"}, std); code != exitDone ||
		!strings.Contains(out.String(), "将浏览界面写成静态文件") {
		t.Errorf("help site: %d %s", code, out.String())
	}
}

// TestQuietRun: with -q a run prints what it read, and not how that is opened; a demonstration says it where it is not quiet.
func TestQuietRun(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Chdir(t.TempDir())
	code, out, words := asked(t, "demo", "--dir", "d", "--prepare")
	if code != exitDone || strings.Count(out, "Open it with") != 1 || !strings.Contains(out, "12 reports read") {
		t.Errorf("%d\n%s%s", code, out, words)
	}
	code, out, words = asked(t, "run", "d/examples", "--out", "ds", "-q")
	if code != exitDone || strings.Contains(out, "Open it with") || !strings.Contains(out, "12 reports read") || words != "" {
		t.Errorf("%d\n%s%s", code, out, words)
	}
	code, out, words = asked(t, "run", "d/examples", "--out", "ds")
	if code != exitDone || !strings.Contains(out, "Open it with") {
		t.Errorf("%d\n%s%s", code, out, words)
	}
}

// TestLeftOutNames: the notice of columns that had no room names them as their heads would have: those of a query by the names that
// its author gave them, and those of the program's own tables in the reader's language.
func TestLeftOutNames(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	for _, c := range []struct {
		columns []listing.Column
		want    string
	}{
		{[]listing.Column{{Key: "agency"}, {Key: "year"}, {Key: "proved"}}, "未显示以下列：proved（"},
		{heads(listing.Column{Key: "agency"}, listing.Column{Key: "year"}, listing.Column{Key: "proved"}), "未显示以下列：勾稽相符（"},
	} {
		var out, said bytes.Buffer
		m := manner{}
		l, err := listing.Open(&out, listing.Options{Format: "table", Width: 24, Note: m.leftOut(streams{err: &said})}, c.columns...)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(l.Add("望川市卫生健康委员会", 2024, 162), l.Close()); err != nil || !strings.Contains(said.String(), c.want) {
			t.Errorf("%v %q, want %q\n%s", err, said.String(), c.want, out.String())
		}
	}
}

// TestByteOrderMark: CSV begins with one byte order mark where it is for Excel and with none where it is not, by whatever command.
func TestByteOrderMark(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	dir := doubtful(t)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a.txt", []byte("nothing"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("portals.csv", []byte("id,name,home\nx,某市人民政府,\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	printed := map[string]string{"check": dir, "anomalies": dir, "query": dir + " VALUES(1)", "extract": "a.txt",
		"portals list": "--portals portals.csv", "config": "", "sample draw": dir, "show": "", "status": ""}
	met := 0
	for _, p := range tree(model(t).Node) {
		words := strings.TrimSpace(p.words)
		if !slices.ContainsFunc(p.flags, func(f *kong.Flag) bool { return f.Name == "excel" }) {
			continue
		}
		args, known := printed[words]
		if met++; !known {
			t.Errorf("gongkai %s writes CSV, and is not looked at", words)
		}
		if args == "" && words != "config" { // what needs a crawl
			continue
		}
		line := append(strings.Fields(words), strings.Fields(args)...)
		for flag, marks := range map[string]int{"--format=csv": 0, "--excel": 1} {
			if words == "sample draw" && marks == 0 {
				flag = "--seed=1"
			}
			_, out, said := asked(t, append(slices.Clone(line), flag)...)
			begin := len(out) - len(strings.TrimLeft(out, "\ufeff"))
			if out == "" || begin != marks*len("\ufeff") || strings.Count(out, "\ufeff") != marks {
				t.Errorf("gongkai %s %s: %d marks: %.60q %s", words, flag, strings.Count(out, "\ufeff"), out, said)
			}
		}
	}
	if met < 6 {
		t.Errorf("%d commands", met)
	}
}

// TestUsage: what is wrong with a command line is told with what would be right: a command of a name like that, or how the command
// that was meant is written, with an example.
func TestUsage(t *testing.T) {
	for lang, want := range map[string][3]string{
		"C":           {"near it are check", "usage: gongkai run --out=DIR", "example: gongkai run examples"},
		"zh_CN.UTF-8": {"相近的有：check", "用法：gongkai run --out=DIR", "示例：gongkai run examples"}} {
		t.Setenv("LC_ALL", lang)
		_, _, words := asked(t, "chek")
		if !strings.Contains(words, `"chek"`) || !strings.Contains(words, want[0]) || strings.Contains(words, "argument") {
			t.Error(words)
		}
		_, _, words = asked(t, "run")
		if !strings.Contains(words, want[1]) || !strings.Contains(words, want[2]) || !strings.Contains(words, "gongkai run --help") ||
			lang != "C" && strings.Contains(words, "[flags]") {
			t.Error(words)
		}
	}
	_, _, words := asked(t, "run", "--json")
	var e errorObject
	if err := json.Unmarshal([]byte(words), &e); err != nil || e.Code != "usage" || !strings.Contains(e.Next, "run --help") {
		t.Errorf("%v %s", err, words)
	}
}

// TestCrawlProgress: where it is known how many portals there are, the time that is left is told, and what is counted in words.
func TestCrawlProgress(t *testing.T) {
	for lang, want := range map[string]string{"C": "portals visited 2/6, 0.03/s, 2 min left: asked 3; a, 1 page, 2.0 KB: http://a/\n",
		"zh_CN.UTF-8": "已访问门户 2/6，每秒 0.03，约剩 2 分钟：已请求 3 次；a，1 页，2.0 KB：http://a/\n"} {
		t.Setenv("LC_ALL", lang)
		var out bytes.Buffer
		now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		c := &crawlProgress{meter: newMeter(&out, "asked", "已请求", false, func() time.Time { return now })}
		c.planned.Store(6)
		step := func() {
			c.step(corpus.Portal{ID: "a"}, &ledger.Visit{Pages: 1, Bytes: 2048}, &ledger.Item{URL: "http://a/"}, "")
		}
		step()
		step()
		c.ended.Store(2)
		now = now.Add(time.Minute + time.Second)
		step()
		if got := out.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
