package anomalies

import (
	"bytes"
	"context"
	"math/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/claims"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// TestKept: what is found with what is kept of files is what is found without, byte for byte: where nothing has changed,
// where one year has, and where what is kept is damaged or of another file. Only files that changed are read through.
func TestKept(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := &model{rng: rand.New(rand.NewSource(7))}
	m.make(4, 20, 1)
	made := func(changed int64) *output.Dataset {
		return write(t, func(each func(output.Result)) {
			for id, b := range m.bodies {
				for y := firstYear; y <= lastYear; y++ {
					r := b.of(y)
					if id%3 == 1 && y == 2022 { // differs from what was carried over, by another number where it changed
						r.n["applications.carried_in.total"] = 1_000_000 + 10*int64(id) + changed
					}
					res := r.direct(forms, 10*id+y)
					rep := res.Report
					if (id+y)%7 == 0 {
						rep.Findings = append(rep.Findings, normalize.Finding{Code: normalize.CodeSumFails,
							Severity: normalize.Error, Name: "applications.granted"})
					}
					rep.Sections = []normalize.Section{{Ordinal: 1, Text: "全年收到申请五件，均已办结。"}}
					five := decimal.NewFromInt(5)
					c := normalize.Claim{Section: 1, Link: normalize.Agrees, Claim: claims.Claim{Start: 0, End: 12,
						Text: "全年收到", Unit: "件", Cells: []string{"applications.received.total"}, Relation: claims.Equals, Value: five}}
					if (id+y)%5 == 0 {
						c.Link = normalize.Disagrees
					}
					c.Table = &five
					rep.Claims = append(rep.Claims, c)
					each(res)
				}
			}
		})
	}
	keptIn := filepath.Join(t.TempDir(), "kept")
	// both ways, and how many files were read through with what is kept
	same := func(d *output.Dataset, what string) int64 {
		t.Helper()
		var out [2]bytes.Buffer
		var reads int64
		for i, dir := range []string{"", keptIn} {
			list, err := Find(context.Background(), d, Options{Kept: dir})
			if err != nil {
				t.Fatal(err)
			}
			if len(list.Anomalies) < 20 {
				t.Fatalf("%s: %d anomalies only", what, len(list.Anomalies))
			}
			if err := WriteJSON(&out[i], list.Anomalies); err != nil {
				t.Fatal(err)
			}
			reads = list.reads
		}
		if !bytes.Equal(out[0].Bytes(), out[1].Bytes()) {
			t.Errorf("%s: another list with what is kept", what)
		}
		return reads
	}
	d := made(1)
	years := int64(lastYear - firstYear + 1)
	if n := same(d, "new"); n != 4*years {
		t.Errorf("%d files read through, not %d", n, 4*years)
	}
	if n := same(d, "unchanged"); n != 0 {
		t.Errorf("%d files read through again", n)
	}
	if n := same(made(2), "one year changed"); n == 0 || n > 4 {
		t.Errorf("%d files read through for one year", n)
	}
	if n := same(d, "as it was"); n == 0 || n > 4 {
		t.Errorf("%d files read through for one year", n)
	}
	entries, err := os.ReadDir(keptIn)
	if err != nil || int64(len(entries)) != 4*years {
		t.Fatal(err, len(entries))
	}
	for i, e := range entries {
		name := filepath.Join(keptIn, e.Name())
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		switch i % 3 {
		case 0:
			b = b[:len(b)-1]
		case 1:
			b[len(b)/2] ^= 1
		default: // what is kept of another file, whole
			if b, err = os.ReadFile(filepath.Join(keptIn, entries[i-1].Name())); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if n := same(d, "damaged"); n != 4*years {
		t.Errorf("%d files read through, not %d", n, 4*years)
	}
	if n := same(d, "mended"); n != 0 {
		t.Errorf("%d files read through again", n)
	}
}
