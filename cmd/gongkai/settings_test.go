package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/held"
)

// TestReadSettings: each line with its place in the file, and what cannot be meant with its line.
func TestReadSettings(t *testing.T) {
	got, err := readSettings([]byte("contact = \"a\"\n\n[update]\nout = \"dataset\" # there\nportals = [\"a.csv\", \"b.csv\"]\n" +
		"[archive.check]\nwork = 'x'\nquiet = true\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []setting{{"", "contact", "a", 1}, {"update", "out", "dataset", 4}, {"update", "portals", []any{"a.csv", "b.csv"}, 5},
		{"archive check", "work", "x", 7}, {"archive check", "quiet", true, 8}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		a, _ := json.Marshal([]any{got[i].command, got[i].flag, got[i].value, got[i].line})
		b, _ := json.Marshal([]any{want[i].command, want[i].flag, want[i].value, want[i].line})
		if string(a) != string(b) {
			t.Errorf("%s, want %s", a, b)
		}
	}
	for text, says := range map[string]string{
		"a = 1\nb = \n":        "2: ",
		"a = 1\na = 2\n":       "2: ",
		"\n[[update]]\nx = 1":  "2: [[update]]: a command is one table: [update]",
		"update = { out = 1 }": "1: update: flags of a command stand below [update], a line each",
	} {
		if _, err := readSettings([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("%q: %v, want %s", text, err, says)
		}
	}
}

// asked runs a command in a folder of its own with an environment of its own, and gives its code, result and words.
func asked(t *testing.T, args ...string) (code int, out, words string) {
	t.Helper()
	var o, w bytes.Buffer
	code = realMain(args, streams{strings.NewReader(""), &o, &w})
	return code, o.String(), w.String()
}

// TestSettings: the command line goes before the environment, that before the file of the command, of the one above it, of
// all, and that before the default; gongkai config and -v say whence; what sets nothing, and a secret, is refused with its
// line.
func TestSettings(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("gongkai.toml", "format = \"line\"\n[portals]\nlevel = [\"national\", \"county\"]\nonly = true\n"+
		"[portals.list]\nportals = [\"own.csv\"]\n"+
		"[update]\nwork = \"elsewhere\"\npace = \"5s\"\n")
	write("own.csv", "id,name,level,home\na,甲县,county,http://a.invalid/\nb,乙市,prefecture,http://b.invalid/\n")

	code, out, words := asked(t, "portals", "list")
	if code != exitDone || out != "id        a\nname      甲县\nlevel     county\nhome      http://a.invalid/\nverified  not verified\n" {
		t.Errorf("%d\n%s%s", code, out, words)
	}
	code, out, words = asked(t, "portals", "list", "--format", "csv", "--level", "prefecture", "-v")
	if code != exitDone || !strings.Contains(out, "\r\nb,,乙市,prefecture,") || strings.Contains(out, "甲县") ||
		!strings.Contains(words, "--level prefecture (command line)") || !strings.Contains(words, "--only true (gongkai.toml:4)") {
		t.Errorf("%d\n%s%s", code, out, words)
	}

	code, out, words = asked(t, "config", "update", "--format", "csv")
	for _, line := range []string{"update,work,elsewhere,gongkai.toml:8\r\n", "update,pace,5s,gongkai.toml:9\r\n",
		"update,slice,10m,default\r\n"} {
		if code != exitDone || !strings.Contains(out, line) {
			t.Errorf("%d: no %q in\n%s%s", code, line, out, words)
		}
	}
	t.Setenv("GONGKAI_WORK", "of-the-environment")
	t.Setenv("GONGKAI_WEBHOOK", "https://example.org/hook/very-secret-token")
	if _, out, _ := asked(t, "config", "update", "--format", "csv"); !strings.Contains(out,
		"update,work,of-the-environment,GONGKAI_WORK\r\n") ||
		strings.Contains(out, "very-secret") {
		t.Errorf("%s", out)
	}

	for text, says := range map[string]string{
		"[portals]\nlevle = 'county'\n": `gongkai.toml:2: portals has no flag "levle"; near it are level`,
		"[updates]\nout = 'x'\n":        `gongkai.toml:2: there is no command "updates"; near it are update`,
		"\nwrokers = 3\n":               `gongkai.toml:2: no command has a flag "wrokers"; near it are workers`,
		"[update]\nwebhook = 'https://example.org/x'\n": "gongkai.toml:2: webhook holds a secret, and this file lies beside data: " +
			"put it into the environment, as GONGKAI_WEBHOOK",
		"[update]\ndb = 'postgres://a:hunter2000@host/db'\n": "gongkai.toml:2: db holds a secret",
		"[query]\nlimit = \"many\"\n":                        `gongkai.toml:2: limit: expected a valid`,
		"[update]\npace = 5\n":                               `gongkai.toml:2: pace: expected duration`,
		"[query]\nformat = \"html\"\n":                       `gongkai.toml:2: format: must be one of table,line,csv,json,md, not "html"`,
		"format = \"xml\"\n":                                 `gongkai.toml:1: format: must be one of`,
		"[portals.list]\nhelp = true\n":                      `gongkai.toml:2: portals list has no flag "help"`,
	} {
		write("gongkai.toml", text)
		if code, out, words := asked(t, "portals", "list"); code != exitFailed || !strings.Contains(words, says) ||
			strings.Contains(words, "hunter2000") {
			t.Errorf("%s: %d %s%s", text, code, out, words)
		}
	}
	write("gongkai.toml", "[portals]\nlevel = 5\n")
	write("other/gongkai.toml", "[portals]\nonly = true\nportals = 'own.csv'\n")
	t.Setenv("GONGKAI_CONFIG", "other/gongkai.toml")
	if code, out, words := asked(t, "portals", "list", "--format", "csv"); code != exitDone || strings.Count(out, "\n") != 3 {
		t.Errorf("%d\n%s%s", code, out, words)
	}
	t.Setenv("GONGKAI_CONFIG", "")
	if code, out, _ := asked(t, "portals", "list", "--format", "csv", "--city", "甲县"); code == exitDone {
		t.Errorf("a file is read that nobody wants: %s", out)
	}
}

// TestTypedBeforeFile: what is typed goes before what the file says of the same in another way, and is no contradiction of it;
// two that are typed are.
func TestTypedBeforeFile(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Chdir(t.TempDir())
	own := "id,name,level,home\na,甲县,county,http://a.invalid/\n"
	if err := os.WriteFile("own.csv", []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	const csv, line = "id,code,name,level,home,verified,note\r\n", "id        a\n"
	for _, c := range []struct {
		file, args string
		out, words string // how they begin
		code       int
	}{
		{"json = true", "portals list", `{"id":"a"`, "", exitDone},
		{"json = true", "portals list --format csv", csv, "", exitDone},
		{"json = true", "portals list --format line", line, "", exitDone},
		{"json = true", "portals list --excel", "\ufeff" + csv, "", exitDone},
		{"excel = true", "portals list --format line", line, "", exitDone},
		{"excel = true", "portals list --json", `{"id":"a"`, "", exitDone},
		{"excel = true", "portals list --json=false", "\ufeff" + csv, "", exitDone},
		{"format = 'json'", "portals list --excel", "\ufeff" + csv, "", exitDone},
		{"format = 'json'\nexcel = true", "portals list --format csv", csv, "", exitDone},
		{"quiet = true", "portals list --format csv -v", csv, "--portals own.csv (gongkai.toml:3)\n", exitDone},
		{"verbose = true", "portals list --format csv -q", csv, "", exitDone},
		{"[run]\nfrom = 'crawl'", "run nothing.html --out ds", "", "gongkai: nothing.html: no such file", exitFailed},
		{"json = true\nexcel = true", "portals list", "", "gongkai: gongkai.toml:2: excel contradicts json of line 1", exitFailed},
		{"json = true\nformat = 'csv'", "portals list", "", "gongkai: gongkai.toml:2: format contradicts json of line 1", exitFailed},
		{"quiet = true\nverbose = true", "portals list", "", "gongkai: gongkai.toml:2: verbose contradicts quiet of line 1", exitFailed},
		{"json = true\nexcel = false", "portals list", `{"id":"a"`, "", exitDone},
		{"json = true\nexcel = true", "portals list --json", `{"id":"a"`, "", exitDone},
		{"excel = true\nformat = 'csv'", "portals list", "\ufeff" + csv, "", exitDone},
		{"json = true\n[portals.list]\nexcel = true", "portals list", "\ufeff" + csv, "", exitDone},
		{"json = true\nformat = 'csv'\n[portals.list]\nexcel = true", "portals list", "\ufeff" + csv, "", exitDone},
		{"json = true\nexcel = true\n[portals.list]\nformat = 'json'", "portals list", `{"id":"a"`, "", exitDone},
		{"json = true\n[portals.list]\nexcel = true", "portals list -v", "\ufeff" + csv,
			"--portals own.csv (gongkai.toml:5)\n--only true (gongkai.toml:6)\n--excel true (gongkai.toml:3)\n--verbose", exitDone},
		{"", "portals list --json --format csv", "", `{"error":"--json and --format csv contradict`, exitFailed},
		{"", "portals list --excel --format line", "", "gongkai: --excel is for csv", exitFailed},
		{"", "portals list -q -v", "", "gongkai: --quiet and --verbose contradict", exitFailed},
	} {
		text := c.file + "\n[portals]\nportals = 'own.csv'\nonly = true\n"
		if err := os.WriteFile("gongkai.toml", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		code, out, words := asked(t, strings.Fields(c.args)...)
		if code != c.code || !strings.HasPrefix(out, c.out) || !strings.HasPrefix(words, c.words) || (words == "") != (c.words == "") {
			t.Errorf("%q %s: %d\n%s%s", c.file, c.args, code, out, words)
		}
	}
}

// TestConfigHolds: of lines that ask for the same in two ways, gongkai config and -v show the one that holds.
func TestConfigHolds(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Chdir(t.TempDir())
	for file, want := range map[string]string{
		"json = true\n[portals.list]\nexcel = true\n":                  "excel,true 3|",
		"json = true\nformat = 'csv'\n[portals.list]\nexcel = true\n":  "excel,true 4|format,csv 2|",
		"excel = true\n[portals]\njson = true\n":                       "json,true 3|",
		"quiet = true\n[portals]\nverbose = true\n":                    "verbose,true 3|",
		"excel = true\n[portals.list]\njson = false\n":                 "excel,true 1|json, 3|",
		"json = true\nexcel = true\n[portals.list]\nformat = 'json'\n": "format,json 4|json,true 1|",
	} {
		if err := os.WriteFile("gongkai.toml", []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
		code, out, words := asked(t, "config", "portals", "list", "--format", "csv", "-q")
		var got []string
		for line := range strings.Lines(out) {
			if name, at, ok := strings.Cut(strings.TrimSpace(line), ",gongkai.toml:"); ok {
				got = append(got, strings.TrimPrefix(name, "portals list,")+" "+at+"|")
			}
		}
		slices.Sort(got)
		if code != exitDone || strings.Join(got, "") != want {
			t.Errorf("%q: %d\n%s%s", file, code, strings.Join(got, ""), words)
		}
	}
}

// TestSettingsFound: a dataset that is named with a slash has the file beside it; what a flag cannot be is not told as holding
// of it; a faulty file begins with the place, and stops no command that shows it or has no use for it.
func TestSettingsFound(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("side/dataset/dataset.json", "{}")
	write("side/gongkai.toml", "work = 'x'\nfaulty = 1\n")
	const says = `side/gongkai.toml:2: no command has a flag "faulty"`
	for _, args := range []string{"check side/dataset", "check side/dataset/", "update --out side/dataset", "update --out side/dataset/"} {
		code, out, words := asked(t, strings.Fields(args)...)
		if code != exitFailed || out != "" || !strings.HasPrefix(words, "gongkai: "+says) ||
			!strings.Contains(words, "\nmend that line, or go without the file: GONGKAI_CONFIG= gongkai") {
			t.Errorf("%s: %d %s%s", args, code, out, words)
		}
	}

	t.Setenv("GONGKAI_CONFIG", "side/gongkai.toml")
	for _, args := range []string{"version", "man", "completion bash"} {
		if code, out, words := asked(t, strings.Fields(args)...); code != exitDone || out == "" || words != "" {
			t.Errorf("%s: %d %s", args, code, words)
		}
	}
	code, out, words := asked(t, "config", "update", "--format", "csv")
	if code != exitFailed || !strings.Contains(out, "update,work,x,side/gongkai.toml:1\r\n") ||
		!strings.HasPrefix(words, "gongkai: "+says) {
		t.Errorf("%d %s%s", code, out, words)
	}
	if _, out, _ := asked(t, "config", "update", "--format", "csv", "--work", "y"); !strings.Contains(out,
		"update,work,y,command line\r\n") {
		t.Errorf("%s", out)
	}
	t.Setenv("GONGKAI_CONFIG", "")
	if code, out, words := asked(t, "check", "side/dataset/"); code != exitFailed || strings.Contains(words, "gongkai.toml") {
		t.Errorf("%d %s%s", code, out, words)
	}

	write("gongkai.toml", "format = 'md'\n") // which query knows, and check does not
	t.Setenv("GONGKAI_CONFIG", "gongkai.toml")
	for command, want := range map[string]bool{"query": true, "check": false} {
		_, out, words := asked(t, "config", command, "--format", "csv", "--all")
		if got := strings.Contains(out, command+",format,md,gongkai.toml:1\r\n"); got != want || words != "" {
			t.Errorf("%s: %s%s", command, out, words)
		}
	}
}

// TestManners: every command has -q, -v and --json with one meaning; only those that print a script or a page have none.
func TestManners(t *testing.T) {
	for _, p := range tree(model(t).Node) {
		if len(p.commands) > 0 || p.words == " completion" || p.words == " man" {
			continue
		}
		has := map[string]rune{}
		helps := map[string]string{}
		for _, f := range p.flags {
			has[f.Name], helps[f.Name] = f.Short, f.Help
		}
		for name, short := range map[string]rune{"quiet": 'q', "verbose": 'v', "json": 0} {
			if got, ok := has[name]; !ok || got != short || helps[name] != helpTexts["manner_"+name] {
				t.Errorf("gongkai%s --%s: %v %c %q", p.words, name, ok, got, helps[name])
			}
		}
		if _, table := has["excel"]; table != (has["format"] != 0 || helps["format"] != "") && p.words != " sample draw" {
			t.Errorf("gongkai%s: --format and --excel go together", p.words)
		}
	}
}

// TestErrorsAsJSON: one object on standard error, with a code, a next step and the exit code.
func TestErrorsAsJSON(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args string
		code string
		next string
	}{
		{"check nowhere --json", "no_dataset", "gongkai run"},
		{"query nowhere SELECT --json", "no_dataset", "gongkai run"},
		{"archive check --work nowhere --json", "no_archive", "gongkai crawl"},
		{"extract nothing.html/x --json", "not_found", "name is right"},
		{"check --nonsense --json", "usage", "--help"},
		{"check x --json --format csv", "usage", "--help"},
		{"work --json", "no_archive", "gongkai crawl"},
		{"show nothing.html --json", "not_found", "name is right"},
		{"anomalies --json", "usage", "--help"},
		{"query --json", "usage", "--help"},
		{"run x --from crawl --out ds --json", "usage", "--help"},
	} {
		code, out, words := asked(t, strings.Fields(c.args)...)
		var got errorObject
		if err := json.Unmarshal([]byte(words), &got); err != nil || code != exitFailed || got.Exit != code || got.Code != c.code ||
			!strings.Contains(got.Next, c.next) || got.Error == "" || out != "" {
			t.Errorf("%s: %d %s%s %v", c.args, code, out, words, err)
		}
	}
}

// TestFaults: each kind of error is told from the others, and has a next step in both languages.
func TestFaults(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range faults {
		if f.code == "" || seen[f.code] || f.en == "" || f.zh == "" || len(f.is)+len(f.says) == 0 {
			t.Errorf("%+v", f)
		}
		seen[f.code] = true
		for _, err := range f.is {
			if got := faultOf(errors.Join(errors.New("there"), err)); got == nil || got.code != f.code {
				t.Errorf("%v: %+v, want %s", err, got, f.code)
			}
		}
		for _, s := range f.says {
			if got := faultOf(errors.New("there: " + s)); got == nil || got.code != f.code {
				t.Errorf("%s: %+v, want %s", s, got, f.code)
			}
		}
	}
	for _, text := range []string{"a sum without =", "interrupted.html: a sum without =", "broken off.pdf: no table",
		"what is under way.doc: no table", "x/dataset.json: a sum without ="} {
		if f := faultOf(errors.New(text)); f != nil {
			t.Errorf("%s: %+v", text, f)
		}
	}
	full := fmt.Errorf("x/dataset.json: %w", &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC})
	for err, want := range map[error]string{
		full: "disk_full",
		fmt.Errorf("no such folder: %w", fs.ErrPermission):                                         "not_allowed",
		errors.New("ledger x: written by a later version of this program (30, this one knows 24)"): "later_version",
		fmt.Errorf("a: %w", errBrokenOff):                                                          "interrupted",
		fmt.Errorf("an update is under way: %w", held.ErrHeld):                                     "held",
	} {
		if f := faultOf(err); f == nil || f.code != want {
			t.Errorf("%v: %+v, want %s", err, f, want)
		}
	}
}

// TestMeter: in logs a line every half minute with speed and time left, by a clock that is the test's own; the speed is that
// of the last minute.
func TestMeter(t *testing.T) {
	for lang, want := range map[string]string{
		"C":           "reading 50/1000, 1.7/s, 10 min left: b\nreading 100/1000, 1.7/s, 9 min left: b\n",
		"zh_CN.UTF-8": "读取 50/1000，每秒 1.7，约剩 10 分钟：b\n读取 100/1000，每秒 1.7，约剩 9 分钟：b\n"} {
		t.Setenv("LC_ALL", lang)
		now := time.Unix(1000, 0)
		var b bytes.Buffer
		m := newMeter(&b, "reading", "读取", false, func() time.Time { return now })
		for i := range 100 {
			now = now.Add(600 * time.Millisecond)
			m.at(i+1, 1000, "b")
		}
		m.end()
		if b.String() != want {
			t.Errorf("%s: %q", lang, b.String())
		}
		for i := range 300 { // ten times as fast
			now = now.Add(60 * time.Millisecond * 10)
			m.at(100+10*(i+1), 4000, "b")
		}
		if last := b.String(); !strings.Contains(last, "17/s") && !strings.Contains(last, "每秒 17") {
			t.Errorf("%q", last)
		}
		b.Reset()
		newMeter(&b, "x", "x", true, func() time.Time { now = now.Add(time.Hour); return now }).at(1, 2, "")
		if b.Len() > 0 {
			t.Errorf("quiet: %q", b.String())
		}
	}
}

func TestSpan(t *testing.T) {
	for seconds, want := range map[float64]string{0.2: "1 s", 99: "99 s", 150: "3 min", 5999: "100 min", 7200: "2 h"} {
		if got := span(seconds, false); got != want {
			t.Errorf("%g: %s, want %s", seconds, got, want)
		}
	}
}
