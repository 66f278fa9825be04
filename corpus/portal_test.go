package corpus

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestPortals: the program's list holds every province, every prefecture-level division, and the ministries.
func TestPortals(t *testing.T) {
	t.Parallel()
	all, err := Portals()
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, p := range all {
		n[p.Level]++
		if p.Level == "prefecture" || p.Level == "province" {
			if p.Code != p.ID || len(p.Code) != 6 || (p.Level == "province") != strings.HasSuffix(p.Code, "0000") {
				t.Errorf("%s: code %s, level %s", p.ID, p.Code, p.Level)
			}
		}
		if p.Home == "" {
			t.Errorf("%s has no home page", p.ID)
		}
	}
	if n["province"] != 31 || n["prefecture"] != 333 || n["central"] < 40 {
		t.Errorf("%v", n)
	}
}

func TestReadPortals(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"id,name\na,甲\na,乙\n":            "f.csv:3: id a stands on line 2",
		"id,name,home\na,甲,file:///x\n":  "f.csv:2: a: \"file:///x\" is no address",
		"id,who\na,b\n":                  "f.csv:1: column \"who\"",
		"name\na\n":                      "f.csv:1: there is no column id",
		"id,name\nA/B,甲\n":               "f.csv:2: id \"A/B\"",
		"id,name,options\na,甲,pace=x\n":  "f.csv:2: option pace=x",
		"id,name,options\na,甲,speed=1\n": "f.csv:2: option \"speed\"",
		"id,name,verified\na,甲,today\n":  "f.csv:2: a: verified",
		"id,name\na\n":                   "f.csv: record on line 2",
	} {
		if _, err := ReadPortals(strings.NewReader(text), "f.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	got, err := ReadPortals(strings.NewReader("\ufeffid,name,level,home,options\n# seen "+
		"2026\na,甲,county,http://a.gov.cn/,pace=5s charset=gbk quiet=08:00-18:00 certificate=any\n"),
		"f.csv")
	if err != nil || len(got) != 1 || got[0].Options.Pace != 5*time.Second || got[0].Options.Charset != "gbk" ||
		!got[0].Options.AnyCert {
		t.Fatalf("%+v, %v", got, err)
	}
	var b strings.Builder
	if err := WritePortals(&b, got); err != nil {
		t.Fatal(err)
	}
	back, err := ReadPortals(strings.NewReader(b.String()), "f.csv")
	if err != nil || back[0].Options != got[0].Options {
		t.Errorf("written and read back: %+v, %v", back, err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	p := Portal{Name: "某县人民政府", Home: "http://a.gov.cn/"}
	for text, want := range map[string]bool{"<title>某县人民政府门户网站</title>": true, "<title>域名出售</title>": false,
		"": false} {
		ok, why := Verify(context.Background(), func(context.Context, string) (string, string, error) {
			if text == "" {
				return "", "", errors.New("gone")
			}
			return text, "http://www.a.gov.cn/", nil
		}, p)
		if ok != want || why == "" {
			t.Errorf("%q: %v, %s", text, ok, why)
		}
	}
}

func day(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, china)
	if err != nil {
		panic(err)
	}
	return t
}

func TestQuietUntil(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		hours, now string
		quiet      bool
		until      string
	}{
		{"08:00-18:00", "2026-03-02 09:30", true, "2026-03-02 18:00"}, {"08:00-18:00", "2026-03-02 18:00", false, ""},
		{"22:00-06:00", "2026-03-02 23:00", true, "2026-03-03 06:00"},
		{"22:00-06:00", "2026-03-02 05:59", true, "2026-03-02 06:00"}, {"22:00-06:00", "2026-03-02 12:00", false, ""},
		{"", "2026-03-02 12:00", false, ""},
	} {
		quiet, until, err := QuietUntil(x.hours, day(x.now))
		if err != nil || quiet != x.quiet || quiet && !until.Equal(day(x.until)) {
			t.Errorf("%s at %s: %v until %s, %v", x.hours, x.now, quiet, until, err)
		}
	}
	if _, _, err := QuietUntil("8 to 6", time.Now()); err == nil {
		t.Error("no error")
	}
}
