package normalize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize"
)

// TestProseOfSamples: what the prose of the samples says of the tables agrees with them, number by number.
func TestProseOfSamples(t *testing.T) {
	for name, want := range map[string][]string{
		"harbin-2022.txt": {"359件 applications.received.total+applications.carried_in.total", "352件 applications.received.total", "7件 applications.carried_in.total",
			"1件 active.regulation.issued", "45件 active.normative_document.issued", "10件 active.regulation.repealed", "23件 active.normative_document.repealed"},
		"huaian-2024.pdf": {"3119件 applications.received.total", "3050件 applications.handled_total.total", "34件 applications.carried_in.total", "103件 applications.carried_out.total",
			"351件 disputes.reconsideration.total", "72件 disputes.reconsideration.upheld", "64件 disputes.reconsideration.corrected", "178件 disputes.reconsideration.other", "37件 disputes.reconsideration.pending",
			"46件 disputes.litigation_direct.total+disputes.litigation_after.total", "25件 disputes.litigation_direct.upheld+disputes.litigation_after.upheld",
			"5件 disputes.litigation_direct.corrected+disputes.litigation_after.corrected", "9件 disputes.litigation_direct.other+disputes.litigation_after.other", "7件 disputes.litigation_direct.pending+disputes.litigation_after.pending"},
	} {
		body, _ := sample(t, name)
		rep := readBytes(t, body, name)
		var got []string
		for _, c := range rep.Claims {
			if text := rep.Sections[c.Section-1].Text; text[c.Start:c.End] != c.Text {
				t.Errorf("%s: %s stands at %q", name, c.Text, text[c.Start:c.End])
			}
			switch c.Link {
			case normalize.Agrees:
				got = append(got, c.Text+" "+strings.Join(c.Cells, "+"))
			case normalize.Disagrees:
				t.Errorf("%s: %s is said to disagree with %s", name, c.Text, c.Cells)
			}
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no claim %s", name, w)
			}
		}
	}
}
