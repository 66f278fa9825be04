package form

import "testing"

// TestEnglish: what the national forms print above others, and above and beside the table, has its English.
func TestEnglish(t *testing.T) {
	fs, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	words, used := English(), map[string]bool{}
	for _, table := range fs.Tables() {
		for _, f := range fs.Editions(table) {
			labels := []string{f.Corner, f.Crown}
			for _, r := range f.Rows {
				labels = append(append(labels, r.Path[:len(r.Path)-1]...), r.Article)
			}
			for _, c := range f.Columns {
				labels = append(labels, c.Path[:len(c.Path)-1]...)
			}
			for _, l := range labels {
				if used[l] = true; l != "" && words[l] == "" {
					t.Errorf("%s %s: %q", f.Table, f.Edition, l)
				}
			}
		}
	}
	for l := range words {
		if !used[l] {
			t.Errorf("no form has %q", l)
		}
	}
}
