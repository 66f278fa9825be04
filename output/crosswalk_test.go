package output_test

import (
	"os"
	"testing"

	"github.com/gongkai/gongkai/output"
)

// TestCrosswalk: docs/ says of the series what the crosswalk has.
func TestCrosswalk(t *testing.T) {
	for file, zh := range map[string]bool{"../docs/crosswalk.md": false, "../docs/crosswalk.zh.md": true} {
		want, err := output.Crosswalk(load(t), zh)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(file); err != nil || string(have) != want {
			t.Errorf("%s is not what the crosswalk has (%v); run go test ./output -run TestCrosswalk -update", file, err)
		}
	}
}
