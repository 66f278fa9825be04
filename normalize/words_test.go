package normalize_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/words"
)

// TestNoDictionary: reading tables, sections and claims does not load the dictionary; cutting the prose does. It runs
// in a process of its own, because other tests load it.
func TestNoDictionary(t *testing.T) {
	if os.Getenv("GONGKAI_TEST_CHILD") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestNoDictionary$")
		cmd.Env = append(os.Environ(), "GONGKAI_TEST_CHILD=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := gold.Examples()[0]
	doc, err := extract.Read(e.Body, e.File)
	if err != nil {
		t.Fatal(err)
	}
	rep := normalize.Read(doc, forms)
	if words.Loaded() || len(rep.Claims) == 0 {
		t.Error("reading a report loads the dictionary, or finds no claims")
	}
	rep.ReadWords()
	if !words.Loaded() || len(rep.Sections[0].Tokens) == 0 {
		t.Error("no words")
	}
}

// BenchmarkProse reads 10 KB of prose: sections, claims and words, the dictionary loaded.
func BenchmarkProse(b *testing.B) {
	forms, err := form.Load()
	if err != nil {
		b.Fatal(err)
	}
	text := "淮安市教育局2022年政府信息公开工作年度报告\n"
	body := []string{"2022年，我局认真贯彻落实《中华人民共和国政府信息公开条例》，全年主动公开信息1206条，其中门户网站公开860条，政务新媒体公开346条。",
		"（一）依申请公开。全年共收到政府信息公开申请59件，其中新收52件、上年结转7件，均已按时答复。",
		"（二）平台建设。完成网站检索功能改造，开展业务培训3次，参训人员260人次。", "因政府信息公开引发行政复议3件，结果维持2件，尚未审结1件；行政诉讼1件，结果维持。",
		"下一步，将加大主动公开力度，拓展政策解读形式，畅通申请渠道，依法保障公众知情权。"}
	for i, h := range []string{"一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况",
		"六、其他需要报告的事项"} {
		text += h + "\n"
		for len(text) < (i+1)*10<<10/6 {
			for _, p := range body {
				text += p + "\n"
			}
		}
	}
	doc, err := extract.Read([]byte(text), "prose.txt")
	if err != nil {
		b.Fatal(err)
	}
	words.Load()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		rep := normalize.Read(doc, forms)
		rep.ReadWords()
		if len(rep.Sections) < 6 {
			b.Fatal(len(rep.Sections))
		}
	}
}
