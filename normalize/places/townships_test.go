package places

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"
)

// TestOnlyTownship: what is compressed is what lies beside it, each code is one that is there, and a name that stands in two
// places is in none.
func TestOnlyTownship(t *testing.T) {
	want, err := os.ReadFile("townships.txt")
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(townshipsPacked))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, want) {
		t.Errorf("townships.gz is not townships.txt: %v", err)
	}
	for name, code := range townships() {
		if At(code, 0) == nil {
			t.Errorf("%s: no division has the code %s", name, code)
		}
	}
	for name, code := range map[string]string{"对坊乡": "360730", "河包镇": "500153", "安阳街道": "330381", "城关镇": "", "新华街道": "",
		"大兴乡": "", "延寿乡": "", "望江街道": "", "": ""} {
		d := OnlyTownship(name)
		if (d == nil) != (code == "") || d != nil && d.Code != code {
			t.Errorf("%s: %v, want %q", name, d, code)
		}
	}
}

func TestOfAreaCode(t *testing.T) {
	for number, code := range map[string]string{"0797": "360700", "07976854110": "360700", "010": "110000", "0208888": "440100",
		"0999": "654000"} {
		if ds := OfAreaCode(number); len(ds) == 0 || ds[0].Code != code {
			t.Errorf("%s: %v, want %s", number, ds, code)
		}
	}
	for _, number := range []string{"", "0", "0000", "400"} {
		if ds := OfAreaCode(number); ds != nil {
			t.Errorf("%s: %v", number, ds)
		}
	}
	for number, codes := range byAreaCode() {
		for _, c := range codes {
			if At(c, 0) == nil {
				t.Errorf("%s: no division has the code %s", number, c)
			}
		}
	}
}
