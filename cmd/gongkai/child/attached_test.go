package child

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/normalize/gold"
)

// TestAttached: what is attached to an OFD file is read, each file as a document of its own, beside what its pages show.
func TestAttached(t *testing.T) {
	t.Parallel()
	r := gold.Reports()[0]
	word := gold.Attached{Name: "年度报告.docx", Body: r.DOCX(gold.WordStyle{})}
	sheet := gold.Attached{Name: "附表.xlsx", Body: r.XLSX()}
	const sentence = "现将政府信息公开工作年度报告印发给你们，请认真贯彻执行。"
	attach := func(name string, body []byte) []byte {
		return gold.Cover(sentence, gold.Attached{Name: name, Body: body})
	}
	for name, c := range map[string]struct {
		body  []byte
		pages string   // the status of what the pages show
		files []string // those that hold the report
		says  string
	}{
		"a cover sheet":           {gold.Cover(sentence, word), "unread", []string{word.Name}, ""},
		"pages and file":          {r.OFD(gold.OFDStyle{Attached: []gold.Attached{word}}), "read", []string{word.Name}, ""},
		"two files":               {gold.Cover(sentence, word, sheet), "unread", []string{word.Name, sheet.Name}, ""},
		"two files of one name":   {gold.Cover(sentence, word, word), "unread", []string{word.Name, "年度报告 (2).docx"}, ""},
		"a file of another":       {attach("a.ofd", gold.Cover("附件", word)), "unread", []string{"a.ofd!" + word.Name}, ""},
		"in an archive":           {zipOf(t, "a.ofd", string(gold.Cover(sentence, word))), "", []string{"a.ofd!" + word.Name}, ""},
		"an archive":              {attach("a.zip", zipOf(t, word.Name, string(word.Body))), "unread", []string{"a.zip!" + word.Name}, ""},
		"deeper than it is read":  {deep(word, 6), "unread", nil, "deeper than the limit"},
		"a file that is not read": {attach("a.pdf", []byte("%PDF-1.4 rubbish")), "unread", nil, "a broken PDF"},
	} {
		t.Run(name, func(t *testing.T) {
			p := Open(Limits{Time: time.Minute, OCR: "none"}, forms(t))
			defer p.Close()
			a := p.Read(t.Context(), Document{Body: c.body, File: "a.ofd"}, nil)
			pages := ""
			if len(a.Reports) > 0 {
				pages = string(a.Reports[0].Status)
			}
			var files []string
			said := ""
			for _, m := range a.Members {
				for _, rep := range m.Reports {
					said += rep.Reason
					if rep.Status.HoldsReport() {
						files = append(files, m.Name)
						if s, failures := r.Judge(rep); s.Exact != s.Cells {
							t.Errorf("%s: %q", m.Name, failures)
						}
					}
				}
			}
			if pages != c.pages || strings.Join(files, " ") != strings.Join(c.files, " ") || !strings.Contains(said, c.says) {
				t.Errorf("pages %s, files %q; %s", pages, files, said)
			}
		})
	}
}

func zipOf(t *testing.T, name, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err == nil {
		_, err = f.Write([]byte(body))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func deep(f gold.Attached, levels int) []byte {
	for range levels {
		f = gold.Attached{Name: "a.ofd", Body: gold.Cover("附件", f)}
	}
	return f.Body
}
