package output_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/output"
)

var update = flag.Bool("update", false, "rewrite the data dictionary")

// TestDictionary: docs/ says of the dataset what the code writes.
func TestDictionary(t *testing.T) {
	forms := load(t)
	for file, zh := range map[string]bool{"../docs/data-dictionary.md": false, "../docs/data-dictionary.zh.md": true} {
		want := output.Dictionary(forms, zh)
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(have) != want {
			t.Errorf("%s is not what the code writes; run go test ./output -run TestDictionary -update", file)
		}
		for _, f := range []string{"applications.received.natural_person", "disputes.litigation_after.total",
			"active.procurement.amount"} {
			if !strings.Contains(want, "`"+f+"`") {
				t.Errorf("%s lacks %s", file, f)
			}
		}
		for _, c := range output.Codes() {
			if c.Meaning == "" || c.MeaningZh == "" || !strings.Contains(want, "`"+c.Code+"`") {
				t.Errorf("code %s is not explained", c.Code)
			}
		}
	}
}
