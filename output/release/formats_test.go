package release

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// TestSize: a report takes at most 25 KB in the formats that a release has unless it is told otherwise.
func TestSize(t *testing.T) {
	d := crowd(t, 600, filepath.Join(t.TempDir(), "dataset"), false)
	for _, c := range []struct {
		formats []string
		most    int64
	}{{nil, 25_000}, {everything, 1 << 30}} {
		dir := filepath.Join(t.TempDir(), "release")
		if _, err := Write(context.Background(), d, dir, Options{Forms: load(t), Program: "test", Workers: 2,
			Formats: c.formats}); err != nil {
			t.Fatal(err)
		}
		sizes, all := map[string]int64{}, int64(0)
		for f := range tree(t, dir) {
			info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f)))
			if err != nil {
				t.Fatal(err)
			}
			first := filepath.ToSlash(f)
			for i, n := 0, 0; i < len(first); i++ {
				if first[i] == '/' {
					if n++; n == 2 || first[:i] == "xlsx" {
						first = first[:i]
					}
				}
			}
			if filepath.Dir(f) == "." {
				first = "descriptions" // the same however many reports there are
			} else {
				all += info.Size()
			}
			sizes[first] += info.Size()
		}
		t.Logf("%v: %d bytes a report: %v", c.formats, all/600, sizes)
		if all/600 > c.most {
			t.Errorf("%v: %d bytes a report, at most %d", c.formats, all/600, c.most)
		}
	}
}
